"""Merges layers, as Lambda does in /opt."""

from collections.abc import Sequence
from pathlib import Path


def merge(layers: Sequence[Path], target: Path) -> None:
    """Make `target` show the content of all layers; if several have a path, the last one's counts.

    A folder that several layers have is made; everything else is a link.
    """
    target.mkdir(parents=True)
    names = {entry.name for layer in layers for entry in layer.iterdir()}
    for name in names:
        candidates = [layer / name for layer in layers if (layer / name).exists()]
        folders: list[Path] = []
        for candidate in candidates:  # a later file hides earlier folders, and the reverse
            folders = [*folders, candidate] if candidate.is_dir() else []
        if len(folders) > 1:
            merge(folders, target / name)
        else:
            (target / name).symlink_to(candidates[-1])
