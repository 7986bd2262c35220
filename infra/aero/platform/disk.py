"""The check that the disk has room for the platform's writes."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

# Room for a few files of each store: PostgreSQL's WAL and a bookie's journal grow by 16 MB at a time.
NEEDED_MB: Final = 128


def shortage(folder: Path) -> str:
    """Return a sentence if the disk of an existing folder is almost full, or an empty string if it has room."""
    free_mb = shutil.disk_usage(folder).free / 2**20
    if free_mb >= NEEDED_MB:
        return ""
    return (
        f"The disk of {folder} is full ({free_mb:.0f} MB are left): writes wait or are refused until there is room. "
        "Then everything continues by itself."
    )
