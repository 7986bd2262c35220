"""The periodic work of `aero up` while the platform runs."""

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
    """Rotate large logs and catch up on the run record after a full disk, until cancelled."""
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        chronicle.catch_up()
        await asyncio.to_thread(rotate_all, logs)


def rotate_all(logs: Path) -> None:
    """Rotate the large logs of a folder. A failure for one log does not affect the others."""
    for file in logs.glob("*.log"):
        try:
            rotate(file)
        except OSError as error:
            log.warning("%s cannot be rotated and keeps growing: %s", file, error)
