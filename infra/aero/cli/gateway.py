"""The command line of `aero gateway`."""

# ruff: noqa: PLC0415 - as in app.py

from __future__ import annotations

from typing import Annotated, Final

import typer

from aero.cli.failures import failures_explained
from aero.platform.paths import Paths
from aero.process.running import running

LONGEST_MS: Final = 600_000


def _rate(what: str) -> typer.models.OptionInfo:
    option: typer.models.OptionInfo = typer.Option(min=0, max=1, metavar="SHARE", help=what)
    return option


def _milliseconds(what: str) -> typer.models.OptionInfo:
    option: typer.models.OptionInfo = typer.Option(min=0, max=LONGEST_MS, metavar="MS", help=what)
    return option


def gateway(
    *,
    decline: Annotated[float | None, _rate("Refused for good; nothing is paid.")] = None,
    error: Annotated[float | None, _rate("Answered 500 or 503; nothing is paid.")] = None,
    timeout: Annotated[float | None, _rate("Left without an answer; nothing is paid.")] = None,
    lost_answer: Annotated[float | None, _rate("Paid, but the answer is lost.")] = None,
    latency: Annotated[int | None, _milliseconds("Time before each answer.")] = None,
    jitter: Annotated[int | None, _milliseconds("Additional random time, up to this.")] = None,
    timeout_cap: Annotated[int | None, _milliseconds("How long an unanswered connection is held open at most.")] = None,
    seed: Annotated[int | None, typer.Option(help="Start a repeatable sequence of faults.")] = None,
    calm: Annotated[bool, typer.Option("--calm", help="Set every share and latency to 0 first.")] = False,
    json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
) -> None:
    """Show the payment gateway's faults and the totals of its ledger; change the named faults.

    Shares are fractions of the requests that move money; together they are at most 1.
    """
    paths = Paths.from_env()
    with failures_explained(paths):
        import json as json_module

        from aero.operate.gateway import CALM, Gateway, show
        from aero.platform.ports import PortTable
        from aero.platform.terminal import console

        named = {
            "decline_rate": decline, "error_rate": error, "timeout_rate": timeout, "lost_answer_rate": lost_answer,
            "latency_ms": latency, "jitter_ms": jitter, "timeout_cap_ms": timeout_cap, "seed": seed,
        }  # fmt: skip
        record = running(paths)
        record.require_serving("simulator")
        changes = (CALM if calm else {}) | {name: value for name, value in named.items() if value is not None}
        simulator = Gateway(PortTable(record.port_offset).url("stripe"))
        faults = simulator.change(changes) if changes else simulator.faults()
        ledger = simulator.ledger()
        if json:
            typer.echo(json_module.dumps({"faults": faults, "ledger": ledger}, indent=2))
        else:
            show(faults, ledger, console.out)
