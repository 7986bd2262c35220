"""Watches the files of a function that runs from its author's folder."""

import contextlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple


class File(NamedTuple):
    """A file at the time of a look."""

    path: Path
    modified: int  # nanoseconds
    size: int


def snapshot(folders: Iterable[Path]) -> frozenset[File]:
    """List all files in these folders except hidden ones and bytecode; a thousand take about 2 ms."""
    return frozenset(file for folder in folders for file in _files(folder))


def forget_bytecode(files: Iterable[File]) -> None:
    """Delete Python's bytecode of these files: Python would miss a second change within the same second."""
    for source in {file.path for file in files}:
        for compiled in (source.parent / "__pycache__").glob(f"{source.stem}.*.pyc"):
            compiled.unlink(missing_ok=True)


def _files(folder: Path | str) -> Iterator[File]:
    with contextlib.suppress(FileNotFoundError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(".") or entry.name == "__pycache__":
                continue
            with contextlib.suppress(FileNotFoundError):
                if entry.is_dir():
                    yield from _files(entry.path)
                else:
                    status = entry.stat()
                    yield File(Path(entry.path), status.st_mtime_ns, status.st_size)
