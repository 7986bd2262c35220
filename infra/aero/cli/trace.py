"""The command line of `aero trace`."""

# ruff: noqa: PLC0415 - as in app.py

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from aero.cli.failures import failures_explained
from aero.platform.errors import AeroError
from aero.platform.paths import Paths
from aero.process.running import running, running_emulator

if TYPE_CHECKING:
    from aero.operate.traces.event_trace import EventTrace
    from aero.operate.traces.timeline import Moment


def trace(
    id_: Annotated[str, typer.Argument(metavar="ID", help="A payment's id_pago, or a tracking event's id_evento.")],
    *,
    logs: Annotated[bool, typer.Option("--logs", help="Include what the functions logged about it.")] = False,
    json: Annotated[bool, typer.Option("--json", help="The API's answer, for scripts.")] = False,
) -> None:
    """Draw every step of a payment or a tracking event as a timeline: events, topics, the gateway, and optionally logs.

    A payment shows each attempt at the gateway, and when reports began to count its present state. A tracking event
    shows when it was accepted and published, or failed, the steps of its commission's payment, and when reports counted
    it, as far as the functions' log says.
    """
    paths = Paths.from_env()
    with failures_explained(paths):
        from aero.operate.traces.event_trace import EventTrace
        from aero.operate.traces.function_lines import log_lines
        from aero.operate.traces.lookup import trace_of
        from aero.operate.traces.timeline import show
        from aero.platform.ports import PortTable
        from aero.platform.terminal import console

        record = running(paths)
        found = trace_of(PortTable(record.port_offset).url("api"), id_)
        if json:
            import simplejson

            typer.echo(simplejson.dumps(found.document, indent=2, ensure_ascii=False, use_decimal=True))
            return
        counted = _counted(found, paths) if isinstance(found, EventTrace) else ()
        of_functions = log_lines(found, running_emulator(paths)) if logs else ()
        show(found, [*found.moments(), *counted, *of_functions], console.out)


def _counted(trace: EventTrace, paths: Paths) -> Iterable[Moment]:
    """Return when reports counted the event; nothing if the log is unreadable, since the rest is known without it."""
    from botocore.exceptions import BotoCoreError, ClientError

    from aero.operate.traces.function_lines import counted_in_reports
    from aero.platform.terminal import console

    try:
        return list(counted_in_reports(trace, running_emulator(paths)))
    except (AeroError, BotoCoreError, ClientError) as error:
        told = f"The time of its counting in reports is missing, since the functions' log cannot be read: {error}"
        console.err.print(told, style="yellow", markup=False, soft_wrap=True)
        return ()
