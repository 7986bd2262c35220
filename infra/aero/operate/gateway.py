"""The running Stripe simulator: its faults and its ledger's totals."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from rich.table import Table

from aero.platform.errors import AeroError
from aero.platform.terminal.tables import print_table

if TYPE_CHECKING:
    from rich.console import Console

CALM: Final = {
    "latency_ms": 0, "jitter_ms": 0, "decline_rate": 0, "error_rate": 0, "timeout_rate": 0, "lost_answer_rate": 0
}  # fmt: skip
ANSWER_SECONDS: Final = 10
# Each fault with its command-line option and its effect.
_FAULTS: Final = {
    "decline_rate": ("--decline", "refused for good"),
    "error_rate": ("--error", "500 or 503; nothing is paid"),
    "timeout_rate": ("--timeout", "no answer; nothing is paid"),
    "lost_answer_rate": ("--lost-answer", "paid, but the answer is lost"),
    "latency_ms": ("--latency", "before each answer"),
    "jitter_ms": ("--jitter", "random, up to this, added to the latency"),
    "timeout_cap_ms": ("--timeout-cap", "how long an unanswered connection is held open at most"),
    "seed": ("--seed", "the same seed gives the same sequence of faults"),
}


class Gateway:
    """A client of the simulator's own API; every call raises AeroError if it fails."""

    def __init__(self, url: str) -> None:
        self._url = url

    def faults(self) -> dict[str, Any]:
        """Return the present faults."""
        return self._call("GET", "faults")

    def change(self, faults: Mapping[str, float]) -> dict[str, Any]:
        """Change the named faults and return all of them. A named seed starts its sequence anew."""
        return self._call("PATCH", "faults", json.dumps(faults).encode())

    def ledger(self) -> dict[str, Any]:
        """Return the ledger's totals, also by currency, and the counts since the simulator's start."""
        return self._call("GET", "ledger")

    def add_history(self, transfers: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """Add transfers of the past to the ledger; those with known ids are not added again."""
        return self._call("POST", "history", json.dumps(transfers).encode())

    def _call(self, method: str, name: str, body: bytes | None = None) -> dict[str, Any]:
        connection = HTTPConnection(urlsplit(self._url).netloc, timeout=ANSWER_SECONDS)
        try:
            connection.request(
                method, f"/_simulator/{name}", body, {"Content-Type": "application/json"} if body else {}
            )
            answer = connection.getresponse()
            document: dict[str, Any] = json.loads(answer.read())
        except (OSError, HTTPException, ValueError) as error:
            raise AeroError(
                f"The Stripe simulator on {self._url} does not answer: {error or type(error).__name__}",
                cure="See aero status, and aero logs simulator.",
            ) from None
        finally:
            connection.close()
        if answer.status != HTTPStatus.OK:
            raise AeroError(
                f"The Stripe simulator refuses that: {document['error']['message']}.",
                cure="Faults that are not named keep their values: see aero gateway. --calm sets them to 0 first.",
            )
        return document


def show(faults: Mapping[str, Any], ledger: Mapping[str, Any], console: Console) -> None:
    """Print faults and ledger for the operator."""
    table = Table("Fault", "Value", "", box=None, header_style="bold")
    for name, (option, meaning) in _FAULTS.items():
        table.add_row(option, _readable(name, faults[name]), meaning)
    print_table(table, console)
    console.print()
    if ledger["currencies"]:
        table = Table("Ledger", box=None, header_style="bold")
        for column in ("Transfers", "Amount", "Reversals", "Reversed", "Declines"):
            table.add_column(column, justify="right")
        for currency, totals in ledger["currencies"].items():
            counts = ("transfers", "amount", "reversals", "amount_reversed", "declines")
            table.add_row(currency.upper(), *(f"{totals[count]:,}" for count in counts))
        print_table(table, console)
        console.print("Amounts are in the currency's smallest unit.")
    else:
        console.print("The ledger is empty.")
    began = ledger["since_start"]
    met = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in began["faults"].items() if count)
    text = f"Since its start: {began['requests']} requests, {began['replays']} replays, {began['conflicts']} conflicts"
    console.print(f"{text}; faults: {met or 'none'}.", soft_wrap=True)


def _readable(name: str, value: float | None) -> str:
    if name.endswith("_rate"):
        return f"{100 * (value or 0):g} %"
    if name.endswith("_ms"):
        return f"{value} ms"
    return "none" if value is None else str(value)
