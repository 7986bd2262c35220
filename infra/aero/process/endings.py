"""The reason for the end of the last run, unless it was stopped on request; `aero status` shows it."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from aero.platform.errors import AeroError

if TYPE_CHECKING:
    from aero.platform.paths import Paths


def note_end(paths: Paths, failure: Exception) -> None:
    """Store why the run ended. On a full disk nothing is stored."""
    reason = failure.message if isinstance(failure, AeroError) else f"Unexpected {type(failure).__name__}: {failure}"
    with suppress(OSError):
        values = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "reason": reason}
        paths.end_file.write_text(json.dumps(values), encoding="utf-8")


def forget_end(paths: Paths) -> None:
    """Delete the stored reason, because a new run begins or the last one was stopped on request."""
    paths.end_file.unlink(missing_ok=True)


def last_end(paths: Paths) -> str:
    """Return a sentence on the end of the last run; empty if there was none or it was stopped on request."""
    from aero.process.run_record import RunRecord  # noqa: PLC0415 - `aero --help` must not wait for psutil

    killed = RunRecord.read(paths.run_file)
    if killed is not None:
        return f"The last `aero up` (pid {killed.aero.pid}) was killed, and its programs were stopped."
    with suppress(OSError, ValueError, KeyError, TypeError):
        values = json.loads(paths.end_file.read_text(encoding="utf-8"))
        return (
            f"It ended on {datetime.fromisoformat(values['at']).astimezone():%Y-%m-%d at %H:%M:%S}: {values['reason']}"
        )
    return ""
