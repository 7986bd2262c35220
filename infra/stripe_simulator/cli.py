"""The command line of the simulator."""

from __future__ import annotations

import logging
import socket
import sqlite3
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from stripe_simulator.faults import Faults, FaultSource
from stripe_simulator.http.server import PortBusyError, listen, serve
from stripe_simulator.ledger.ledger import KEEP_KEYS_HOURS, Ledger, LedgerInUseError
from stripe_simulator.ledger.ledger_schema import LedgerVersionError

app = typer.Typer(add_completion=False, context_settings={"auto_envvar_prefix": "STRIPE_SIMULATOR"})


def _fault(what: str, *, max_: float | None = None) -> typer.models.OptionInfo:
    option: typer.models.OptionInfo = typer.Option(min=0, max=max_, help=what, rich_help_panel="Faults")
    return option


def _rate(what: str) -> typer.models.OptionInfo:
    return _fault(what, max_=1)


@app.command()
def main(
    *,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes any free one.")] = 12111,
    ledger: Annotated[Path, typer.Option(help="The ledger's file.")] = Path(".aero/state/stripe/ledger.sqlite3"),
    keep_keys_hours: Annotated[
        int, typer.Option(min=KEEP_KEYS_HOURS, help="How long idempotency keys are kept.")
    ] = KEEP_KEYS_HOURS,
    latency_ms: Annotated[int, _fault("Time before each answer.")] = 0,
    jitter_ms: Annotated[int, _fault("Random time on top, up to this.")] = 0,
    decline_rate: Annotated[float, _rate("Share refused for good.")] = 0.0,
    error_rate: Annotated[float, _rate("Share answered 500 or 503, nothing executed.")] = 0.0,
    timeout_rate: Annotated[float, _rate("Share left without an answer, nothing executed.")] = 0.0,
    lost_answer_rate: Annotated[float, _rate("Share executed, but the answer is lost.")] = 0.0,
    timeout_cap_ms: Annotated[int, _fault("How long a connection is held at most.")] = 60_000,
    seed: Annotated[
        int | None, typer.Option(help="Makes the sequence of faults repeatable.", rich_help_panel="Faults")
    ] = None,
) -> None:
    """Speak Stripe's HTTP for transfers, keep a durable ledger, and fail on demand.

    Every option is also an environment variable, e.g. STRIPE_SIMULATOR_LATENCY_MS. Faults can be changed while it runs:
    PATCH /_simulator/faults. Rates are shares of the requests that move money; their sum is at most 1.
    """
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    try:
        faults = Faults(
            latency_ms=latency_ms,
            jitter_ms=jitter_ms,
            decline_rate=decline_rate,
            error_rate=error_rate,
            timeout_rate=timeout_rate,
            lost_answer_rate=lost_answer_rate,
            timeout_cap_ms=timeout_cap_ms,
            seed=seed,
        )
        with listen(host, port) as listener, Ledger(ledger, keep_keys_hours=keep_keys_hours) as opened:
            serve(listener, opened, FaultSource(faults), started=lambda: _announce(listener, opened, faults))
    except ValidationError as invalid:
        first = invalid.errors(include_url=False)[0]
        raise typer.BadParameter(": ".join([*map(str, first["loc"]), first["msg"]])) from None
    except (PortBusyError, LedgerInUseError, LedgerVersionError) as refused:
        _fail(str(refused))
    except sqlite3.Error as error:
        _fail(f"{ledger} cannot be used as a ledger ({error}): choose another file with --ledger.")
    except OSError as error:
        _fail(f"Cannot start: {error}")


def _announce(listener: socket.socket, ledger: Ledger, faults: Faults) -> None:
    host, port = listener.getsockname()[:2]
    transfers = sum(totals["transfers"] for totals in ledger.totals().values())
    set_faults = ", ".join(f"{name}={value}" for name, value in faults.model_dump(exclude_defaults=True).items())
    typer.echo(
        f"Stripe simulator on http://{host}:{port}, {transfers} transfers in {ledger.path}, "
        f"faults: {set_faults or 'none'}"
    )


def _fail(message: str) -> None:
    typer.echo(message, err=True)
    raise typer.Exit(1)
