"""Whether the disk has room for what the platform writes."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

# A few files of each store: PostgreSQL's log grows by 16 MB at a time, a bookie's journal too.
NEEDED_MB: Final = 128


def shortage(folder: Path) -> str:
    """A sentence when the disk of an existing folder is as good as full; empty when it has room."""
    free_mb = shutil.disk_usage(folder).free / 2**20
    if free_mb >= NEEDED_MB:
        return ""
    return (
        f"The disk of {folder} is full ({free_mb:.0f} MB are left): nothing can be written, which waits or is refused, "
        "until there is room. Then all of it goes on by itself."
    )
