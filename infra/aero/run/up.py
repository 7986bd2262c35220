"""The command `aero up`: starts the platform, keeps it running, and stops it."""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import psutil

from aero.platform.credentials import Credentials
from aero.platform.errors import AeroError
from aero.platform.ports import PortTable, require_free
from aero.platform.progress.events import Event, Kind, step
from aero.process.endings import forget_end, note_end
from aero.process.file_lock import LockedError, exclusive
from aero.process.log_files import log_to
from aero.process.process_id import ProcessId
from aero.process.run_record import RunRecord
from aero.run.choreography import Choreography
from aero.run.chronicle import Chronicle
from aero.run.holds import Holds
from aero.run.housekeeping import keep_house
from aero.run.programs import Programs
from aero.run.summary import summary

if TYPE_CHECKING:
    from aero.platform.paths import Paths
    from aero.platform.progress.events import Listener
    from aero.platform.settings import Settings

log = logging.getLogger(__name__)

GUARDS_SECONDS: Final = 75  # the time for the guards of a killed aero to stop everything
DEATH_SECONDS: Final = 2.0  # for the guard of a dead program to report its end
STOP_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


async def up(paths: Paths, settings: Settings, listener: Listener) -> None:
    """Run the platform until a stop signal. After a failure, stop everything and raise AeroError."""
    table = PortTable(settings.port_offset)
    paths.make()
    with only_one(paths):
        clean_up_after_a_killed_run(paths, listener)
        if settings.reset:
            reset(paths)
            paths.make()
        paths.temporary("")
        log_to(paths)
        record = RunRecord(
            aero=ProcessId.of(os.getpid()), port_offset=settings.port_offset, pulsar=settings.pulsar.value,
            watch=settings.watch, debug=dict(settings.debug), cors=settings.cors, hosts=settings.hosts,
        )  # fmt: skip
        chronicle = Chronicle(record, paths.run_file, listener)
        holds = Holds(paths)
        holds.clear()
        programs = Programs(holds, paths.home, chronicle)
        choreography = Choreography(
            paths=paths, settings=settings, table=table, programs=programs, chronicle=chronicle, listener=listener,
            credentials=Credentials.load_or_create(paths.credentials_file),
        )  # fmt: skip
        require_free(choreography.needed_ports())
        if risk := table.risk:
            listener(Event(kind=Kind.warning, text=risk))
        record.write(paths.run_file)
        forget_end(paths)
        house = asyncio.create_task(keep_house(paths.logs, chronicle))
        try:
            await until_stopped(choreography, programs, lambda: announce(paths, table, chronicle.record, listener))
        except Exception as failure:
            note_end(paths, failure)
            raise
        finally:
            house.cancel()
            chronicle.update(status="stopping")
            with step("Stopping", listener):
                await programs.stop()
            paths.run_file.unlink()


def announce(paths: Paths, table: PortTable, record: RunRecord, listener: Listener) -> None:
    """Report that the platform is ready."""
    listener(Event(kind=Kind.ready, data=summary(paths, table, record)))


async def until_stopped(choreography: Choreography, programs: Programs, ready: Callable[[], None]) -> None:
    """Start the platform and return at a stop signal. Raises if the start fails or a program dies."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in STOP_SIGNALS:
        loop.add_signal_handler(number, stop.set)
    stopped = asyncio.create_task(stop.wait())
    start = asyncio.create_task(choreography.start())
    try:
        events: set[asyncio.Future[Any]] = {start, stopped, programs.died}
        await asyncio.wait(events, return_when=asyncio.FIRST_COMPLETED)
        if start.done() and not stopped.done():
            if start.exception():  # a dead program may be the reason, which is then raised
                await asyncio.wait(events - {start}, timeout=DEATH_SECONDS, return_when=asyncio.FIRST_COMPLETED)
                _raise_death(programs)
            start.result()
            ready()
            await asyncio.wait(events - {start}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        stopped.cancel()
        start.cancel()
        await asyncio.gather(start, return_exceptions=True)
        # A second SIGINT or SIGTERM ends aero at once, and the guards stop the rest. SIGHUP is not among them, since
        # it comes twice: from the system and from the shell.
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, os._exit, 128 + number)
    _raise_death(programs)


def _raise_death(programs: Programs) -> None:
    if programs.died.done():
        programs.died.result()


@contextmanager
def only_one(paths: Paths) -> Iterator[None]:
    """Hold the platform's lock. Raises AeroError if another `aero up` of the same platform runs."""
    try:
        with exclusive(paths.lock_file):
            yield
    except LockedError:
        record = RunRecord.running(paths.run_file)
        who = f" (pid {record.aero.pid})" if record else ""
        raise AeroError(
            f"The platform already runs{who}.",
            cure="Stop it with `aero down`, or see `aero status`.",
        ) from None


def clean_up_after_a_killed_run(paths: Paths, listener: Listener) -> None:
    """Wait until the guards of a killed `aero up` have stopped its programs, and kill those without a guard."""
    record = RunRecord.read(paths.run_file)
    if record is None:
        return
    survivors = record.survivors()
    if survivors:
        text = f"The last `aero up` (pid {record.aero.pid}) was killed; waiting for its programs to stop."
        listener(Event(kind=Kind.warning, text=text))
        guarded = any(component.guard and component.guard.process() for component in record.components)
        _, left = psutil.wait_procs(survivors, timeout=GUARDS_SECONDS if guarded else 0)
        for process in left:
            log.warning("killing %s, left by a killed run", process)
            process.kill()
        psutil.wait_procs(left, timeout=5)
    paths.run_file.unlink()


def reset(paths: Paths) -> None:
    """Delete all data, but not installed programs and logs. Raises AeroError if a folder cannot be deleted."""
    for folder in (paths.state, paths.run):
        try:
            shutil.rmtree(folder)
        except FileNotFoundError:
            continue
        except OSError as error:
            raise AeroError(
                f"{error.filename} cannot be deleted: {error.strerror}.",
                cure="Was it created by another user, such as root?",
            ) from None
