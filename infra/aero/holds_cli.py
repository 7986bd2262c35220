"""The command line of `aero stop` and `aero start`."""

# ruff: noqa: PLC0415 - as in cli.py

from __future__ import annotations

from typing import Annotated

import typer

from aero.failures import failures_explained
from aero.paths import Paths
from aero.running import running


def stop(name: Annotated[str, typer.Argument(help="postgres, pulsar, simulator or router.")]) -> None:
    """Take a component away from the running platform, to see how the rest copes; its data stays."""
    paths = Paths.from_env()
    with failures_explained(paths):
        from aero import console
        from aero.holds import Holds

        running(paths)
        Holds(paths).stop(name)
        console.out.print(f"{name} is stopped. Give it back: aero start {name}")


def start(name: Annotated[str, typer.Argument(help="What was taken away by stop.")]) -> None:
    """Give a stopped component back to the running platform."""
    paths = Paths.from_env()
    with failures_explained(paths):
        from aero import console
        from aero.holds import Holds

        running(paths)
        Holds(paths).start(name)
        console.out.print(f"{name} serves again.")
