"""A folder of files that pages load, served below a name made of its content."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

# Only these are served. All of them are text, so no answer has to be encoded for API Gateway.
TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetFolder:
    """Files by their names below the folder. `fingerprint` changes with every name and content."""

    fingerprint: str
    files: Mapping[str, Path]

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read a folder and its subfolders; a folder that does not exist is empty."""
        paths = sorted(path for path in folder.rglob("*") if path.suffix in TYPES and path.is_file())
        files = {path.relative_to(folder).as_posix(): path for path in paths}
        total = hashlib.sha256()
        for name, path in files.items():
            total.update(f"{name}\0".encode())
            total.update(hashlib.sha256(path.read_bytes()).digest())
        return cls(fingerprint=total.hexdigest()[:16], files=files)
