"""The running platform, for commands that query it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aero.platform.errors import NotRunningError

if TYPE_CHECKING:
    from aero.platform.aws import Emulator
    from aero.platform.paths import Paths
    from aero.process.run_record import RunRecord


def running(paths: Paths) -> RunRecord:
    """Return the record of the running platform. Raises NotRunningError."""
    from aero.process.endings import last_end  # noqa: PLC0415 - as below
    from aero.process.run_record import RunRecord  # noqa: PLC0415 - `aero --help` must not wait for psutil

    record = RunRecord.running(paths.run_file)
    if record is None:
        raise NotRunningError(last_end(paths))
    return record


def running_emulator(paths: Paths) -> Emulator:
    """Return the AWS emulator of the running platform. Raises AeroError, also while it is held."""
    from aero.platform.aws import Emulator  # noqa: PLC0415 - as above

    record = running(paths)
    record.require_serving("localstack")
    return Emulator(record.endpoint)
