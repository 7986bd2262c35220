"""A digest of source files, which tells whether something built from them is up to date."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

_GENERATED: Final = ("__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".venv")


def digest(paths: Iterable[Path], *extra: str) -> str:
    """Return the SHA-256 of `extra` and of the names and contents of all files in `paths`, without generated files."""
    total = hashlib.sha256()
    for text in extra:
        total.update(text.encode() + b"\0")
    for path in paths:
        for file in [path] if path.is_file() else sorted(_files(path)):
            total.update(f"{file.relative_to(path.parent)}\0".encode())
            total.update(hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()


def _files(folder: Path) -> Iterator[Path]:
    for entry in folder.iterdir():
        if entry.name in _GENERATED or entry.name.endswith(".egg-info"):
            continue
        if entry.is_dir():
            yield from _files(entry)
        elif entry.is_file():
            yield entry
