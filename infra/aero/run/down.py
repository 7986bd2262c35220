"""The command `aero down`: stops the running platform and waits for the end of its processes."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING, Final

import psutil

from aero.platform.progress.events import step
from aero.process.run_record import RunRecord

if TYPE_CHECKING:
    from aero.platform.paths import Paths
    from aero.platform.progress.events import Listener
    from aero.process.process_id import ProcessId

STOP_SECONDS: Final = 120
GUARDS_SECONDS: Final = 75
POLL_SECONDS: Final = 0.1


def down(paths: Paths, listener: Listener) -> bool:
    """Stop the platform, and return whether there was one. A hung aero is killed, and its guards then stop the rest."""
    record = RunRecord.read(paths.run_file)
    aero = record.aero.process() if record else None
    survivors = record.survivors() if record else []
    if record is None or not (aero or survivors):
        paths.run_file.unlink(missing_ok=True)
        return False
    with step("Stopping", listener) as current:
        if aero:
            with contextlib.suppress(psutil.NoSuchProcess):
                aero.terminate()
                aero.resume()  # a suspended process gets the signal only when it continues
                if not _ends(record.aero, seconds=STOP_SECONDS):
                    current.note("it does not react and is killed")
                    aero.kill()
        _, left = psutil.wait_procs(survivors, timeout=GUARDS_SECONDS)
        for process in left:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        paths.run_file.unlink(missing_ok=True)
        current.result = "the platform is stopped; its data stays"
    return True


def _ends(aero: ProcessId, *, seconds: float) -> bool:
    """Return whether aero ends in time. A zombie, as left by a suspended make, counts as ended."""
    deadline = time.monotonic() + seconds
    while aero.process():
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_SECONDS)
    return True
