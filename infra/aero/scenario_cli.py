"""The command line of `aero scenario`."""

# ruff: noqa: PLC0415 - as in cli.py

from __future__ import annotations

import random
from typing import Annotated

import typer

from aero.failures import failures_explained
from aero.paths import Paths

app = typer.Typer(no_args_is_help=True, help="The platform's promises, tried out on the one that runs.")


@app.callback()
def prepare() -> None:
    """So that a single scenario is a command of its own too."""


@app.command("3")
def exactly_once(
    *,
    payments: Annotated[int, typer.Option("--payments", "-n", min=20, metavar="N", help="How many.")] = 1_000,
    seed: Annotated[int | None, typer.Option(metavar="N", help="Of an earlier run, to have it again.")] = None,
    clients: Annotated[int, typer.Option(min=1, max=256, metavar="N", help="How many send at a time.")] = 16,
    kill: Annotated[bool, typer.Option("--kill/--no-kill", help="Whether to kill -9 at random.")] = True,
    json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
) -> None:
    """Repeated payments under faults and kills, then an audit: each was paid once, and none was lost.

    Payments are sent 1 to 5 times in random order by concurrent clients, conversions repeated and reordered, while the
    gateway fails and functions, relay, bridge, broker, PostgreSQL and LocalStack are killed at random. Some payments
    are then taken back, in the same way.

    Exit code 1 when a promise was broken. The data stays: the payments are real ones of the running platform.
    """
    paths = Paths.from_env()
    with failures_explained(paths):
        import asyncio
        import json as json_module

        from aero import console
        from aero.foreground import progress
        from aero.scenarios.checks import show
        from aero.scenarios.exactly_once.scenario import Options, Scenario

        options = Options(
            payments=payments,
            seed=random.SystemRandom().randrange(1, 2**31) if seed is None else seed,
            clients=clients,
            kill=kill,
        )
        renderer = progress(console.err if json else console.out)
        try:
            report = asyncio.run(Scenario(paths, options, renderer).run())
        finally:
            renderer.close()
        if json:
            typer.echo(json_module.dumps(report.to_dict(), indent=2, ensure_ascii=False))
        else:
            show(report, console.out)
            verdict = "Nothing was lost, nothing was paid twice." if report.holds else "A promise was broken."
            console.out.print(f"{verdict} The same again: {report.again}", soft_wrap=True)
        if not report.holds:
            raise typer.Exit(1)
