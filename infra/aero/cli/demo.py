"""The command line of `aero demo`."""

# ruff: noqa: PLC0415 - as in app.py

from __future__ import annotations

from typing import Annotated, Final

import typer

from aero.cli.failures import failures_explained
from aero.platform.paths import Paths

SEED: Final = 2026


def demo(
    *,
    days: Annotated[int, typer.Option(min=1, max=60, metavar="N", help="How many days of history.")] = 30,
    seed: Annotated[int, typer.Option(metavar="N", help="The same seed chooses the same business.")] = SEED,
    with_problems: Annotated[
        bool, typer.Option("--with-problems", help="Leave a dead letter too, to see how it is cleared.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Add the company although the platform has data.")] = False,
) -> None:
    """Fill the running platform with a company: affiliates, campaigns, a month of traffic and its payments.

    The past is written through the use cases of each context, with its times; the last minutes come by the APIs. Then
    the command waits for the reports and prints a tour. A second run adds nothing; it completes an interrupted one.

    All is well then, apart from sales that were reported twice. With --with-problems there is a dead letter too, of a
    message that no function can read.
    """
    paths = Paths.from_env()
    with failures_explained(paths):
        from aero.platform.terminal import console
        from aero.run.foreground import progress
        from demo.demonstration import Demonstration
        from demo.tour import show, sights

        renderer = progress()
        try:
            demonstration = Demonstration(paths, renderer)
            rows = demonstration.run(seed=seed, days=days, anyway=yes)
            letter = demonstration.problem() if with_problems else ""
        finally:
            renderer.close()
        if rows is None:
            console.out.print("The company is there already" + ("." if letter else ": nothing was added."))
        show(sights(demonstration.database, letter), demonstration.ports, console.out)
