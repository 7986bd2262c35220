"""The command line of `aero stop` and `aero start`."""

# ruff: noqa: PLC0415 - as in app.py

from __future__ import annotations

import time
from typing import Annotated

import typer

from aero.cli.failures import failures_explained
from aero.platform.paths import Paths


def stop(
    name: Annotated[str, typer.Argument(help="postgres, pulsar, simulator, localstack or router.")],
    *,
    kill: Annotated[bool, typer.Option("--kill", help="Use `kill -9`, also on its child processes.")] = False,
) -> None:
    """Stop one component of the running platform, to see how the rest copes; its data stays.

    Only LocalStack loses its state; `aero start` deploys the built functions again.
    """
    paths = Paths.from_env()
    with failures_explained(paths):
        from aero.platform.terminal import console
        from aero.run.holds import Holds

        Holds(paths).stop(name, kill=kill)
        console.out.print(f"{name} is {'killed' if kill else 'stopped'}. Start it again: aero start {name}")


def start(name: Annotated[str, typer.Argument(help="A component stopped by `aero stop`.")]) -> None:
    """Start a stopped component of the running platform again, and wait until it serves."""
    paths = Paths.from_env()
    with failures_explained(paths):
        from aero.platform.terminal import console
        from aero.run.holds import Holds

        began = time.monotonic()
        with console.out.status(f"{name} is starting"):
            was_away = Holds(paths).start(name)
        after = f"serves again, after {time.monotonic() - began:.1f} s"
        console.out.print(f"{name} {after if was_away else 'runs already'}.")
