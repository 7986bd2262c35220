"""Runs `aero up` in this process, or asks another to, and shows how it goes."""

from __future__ import annotations

import asyncio
import logging
import signal
from typing import TYPE_CHECKING

from aero.platform.errors import AeroError
from aero.platform.progress.events import Event, Kind
from aero.platform.progress.plain import PlainProgress
from aero.platform.progress.terminal import TerminalProgress
from aero.platform.progress.wire import WireProgress
from aero.platform.terminal import console
from aero.platform.terminal.lost_output import output_may_be_lost
from aero.run.detach import up_detached
from aero.run.summary import show
from aero.run.up import up

if TYPE_CHECKING:
    from rich.console import Console

    from aero.platform.paths import Paths
    from aero.platform.settings import Settings

log = logging.getLogger(__name__)


def progress(out: Console = console.out) -> TerminalProgress | PlainProgress:
    """For where we print."""
    if out.is_terminal:
        return TerminalProgress(out)
    return PlainProgress(lambda text: out.print(text, markup=False, soft_wrap=True))


def take_stop_signals_for_ctrl_c() -> None:
    """They too then let what is being done come to an orderly end: heal, put back, clear up; not what nohup ignores."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _like_ctrl_c)


def _like_ctrl_c(*_: object) -> None:
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as in the background of a shell script
        raise KeyboardInterrupt
    signal.raise_signal(signal.SIGINT)


def up_here(paths: Paths, settings: Settings) -> None:
    """Start, show the summary, stay."""
    renderer = progress()

    def listener(event: Event) -> None:
        if event.kind is Kind.ready:
            renderer.close()
            with output_may_be_lost():
                show(event.data, console.out)
                console.out.print("\nCtrl-C stops everything; the data stays.")
        else:
            renderer(event)

    try:
        asyncio.run(up(paths, settings, listener))
    finally:
        renderer.close()


def up_in_background(paths: Paths, settings: Settings) -> None:
    """Start a platform that goes on without us."""
    renderer = progress()
    arguments = [f"--port-offset={settings.port_offset}", f"--pulsar={settings.pulsar.value}"]
    arguments += ["--reset"] if settings.reset else []
    arguments += ["--watch"] if settings.watch else []
    arguments += [f"--debug={name}={port}" for name, port in settings.debug.items()]
    arguments += [f"--cors={origin}" for origin in settings.cors] + [f"--host={host}" for host in settings.hosts]
    try:
        values = up_detached(paths, arguments, renderer)
    finally:
        renderer.close()
    show(values, console.out)
    console.out.print("\nIt runs in the background: aero status, aero down.")


def up_for_another(paths: Paths, settings: Settings, descriptor: int) -> None:
    """Be that background platform; failures travel to whoever started us."""
    wire = WireProgress(descriptor)
    try:
        asyncio.run(up(paths, settings, wire))
    except AeroError as error:
        log.error("%s %s\n%s", error.message, error.cure, error.detail)  # noqa: TRY400 - it was to be expected
        wire(Event(kind=Kind.error, text=error.message, data={"cure": error.cure, "detail": error.detail}))
        raise
