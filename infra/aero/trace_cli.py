"""The command line of `aero trace`."""

# ruff: noqa: PLC0415 - as in cli.py

from __future__ import annotations

from typing import Annotated

import typer

from aero.failures import failures_explained
from aero.paths import Paths
from aero.running import running, running_emulator


def trace(
    payment: Annotated[str, typer.Argument(metavar="ID", help="The payment's id_pago.")],
    *,
    logs: Annotated[bool, typer.Option("--logs", help="With what the functions have logged about it.")] = False,
    json: Annotated[bool, typer.Option("--json", help="The API's answer, for scripts.")] = False,
) -> None:
    """Draw every step of a payment as a timeline: events, topics, attempts at the gateway, and logs if asked."""
    paths = Paths.from_env()
    with failures_explained(paths):
        import json as json_module

        from aero import console
        from aero.ports import PortTable
        from aero.trace import Trace, show

        record = running(paths)
        found = Trace.of(PortTable(record.port_offset).url("api"), payment)
        if json:
            typer.echo(json_module.dumps(found.steps, indent=2, ensure_ascii=False))
            return
        moments = [*found.moments(), *(found.log_lines(running_emulator(paths)) if logs else ())]
        show(found, moments, console.out)
