"""Runs `aero up` in this process or a background one, and shows its progress."""

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
    """Return the renderer for a console: animated on a terminal, plain lines otherwise."""
    if out.is_terminal:
        return TerminalProgress(out)
    return PlainProgress(lambda text: out.print(text, markup=False, soft_wrap=True))


def take_stop_signals_for_ctrl_c() -> None:
    """Treat SIGTERM and SIGHUP like Ctrl-C, so that the command cleans up. A signal ignored by nohup stays ignored."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _like_ctrl_c)


def _like_ctrl_c(*_: object) -> None:
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # shells ignore it in the background of a script
        raise KeyboardInterrupt
    signal.raise_signal(signal.SIGINT)


def up_here(paths: Paths, settings: Settings) -> None:
    """Start the platform, show its summary and stay until it stops."""
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
    """Start a platform in the background and show its summary."""
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
    """Run as the background platform, and send failures to the command that started it."""
    wire = WireProgress(descriptor)
    try:
        asyncio.run(up(paths, settings, wire))
    except AeroError as error:
        log.error("%s %s\n%s", error.message, error.cure, error.detail)  # noqa: TRY400 - an expected failure needs no traceback
        wire(Event(kind=Kind.error, text=error.message, data={"cure": error.cure, "detail": error.detail}))
        raise
