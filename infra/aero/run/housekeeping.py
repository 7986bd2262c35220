"""What `aero up` does from time to time while the platform runs."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import TYPE_CHECKING, Final

from aero.process.log_files import rotate

if TYPE_CHECKING:
    from aero.run.chronicle import Chronicle

log = logging.getLogger(__name__)

LOOK_SECONDS: Final = 5.0


async def keep_house(logs: Path, chronicle: Chronicle) -> None:
    """Put large logs aside, and write the run record where the disk was full; until it is cancelled."""
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        chronicle.catch_up()
        await asyncio.to_thread(rotate_all, logs)


def rotate_all(logs: Path) -> None:
    """Every log of a folder; one that cannot be put aside does not keep the others from it."""
    for file in logs.glob("*.log"):
        try:
            rotate(file)
        except OSError as error:
            log.warning("%s cannot be put aside: %s", file, error)
