"""The command line of `aero invoke`."""

# ruff: noqa: PLC0415 - as in app.py

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from aero.cli.failures import failures_explained
from aero.platform.paths import Paths
from aero.process.running import running, running_emulator


def invoke(
    function: Annotated[str, typer.Argument(help="Such as procesar-pagos.")],
    *,
    event: Annotated[Path | None, typer.Option("--event", "-e", help="A file with the event's JSON.")] = None,
) -> None:
    """Call a function of the running platform; exit code 1 if it fails, refuses, or returns a message to its topic.

    The samples in events/ refer to payments, campaigns and events of the affiliates afiliado-ejemplo…; these are made
    first, through the API.
    """
    paths = Paths.from_env()
    with failures_explained(paths):
        from aero.operate.invoke import invoke as call
        from aero.operate.invoke import read_event, show
        from aero.operate.samples import prepared_for
        from aero.platform.terminal import console

        emulator = running_emulator(paths)
        prepared = prepared_for(paths, running(paths), read_event(event))
        for made in prepared.made:
            console.err.print(f"Made for the sample: {made}", markup=False, soft_wrap=True)
        if prepared.writes:
            console.err.print(f"{prepared.writes}.", markup=False, soft_wrap=True)
        answer = call(emulator, function, prepared.event)
        show(answer, out=console.out, err=console.err)
        if prepared.undo and not answer.failed:
            console.err.print(f"To put the setting back: {prepared.undo}", markup=False, soft_wrap=True)
        if answer.failed:
            raise typer.Exit(1)
