"""Reads the campaigns proxy's circuit breaker and counts from DynamoDB, without asking the proxy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from aero.platform.naming import STACK

if TYPE_CHECKING:
    from rich.console import Console

TABLE: Final = f"{STACK}-breakers"
# Powertools and `campanas_proxy.instances.tally` write these items and attributes.
_CIRCUIT: Final = "campanas-primaria"
_TALLY: Final = "tally"
_INSTANCES: Final = ("primary", "replica")


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakerStatus:
    """Which instance serves campaigns; times are ISO 8601, empty for never."""

    active_backend: str
    circuit: str
    open_since: str
    consecutive_failures: dict[str, int]
    total_failovers: int
    last_failover: str
    last_recovery: str


def breaker_status(dynamodb: Any) -> BreakerStatus:
    """Read the status with two calls of a DynamoDB client."""
    circuit, tally = (_item(dynamodb, name) for name in (_CIRCUIT, _TALLY))
    state = circuit.get("state", {}).get("S", "CLOSED")
    return BreakerStatus(
        active_backend="primary" if state == "CLOSED" else "replica",
        circuit=state,
        open_since=_time(circuit, "opened_at"),
        consecutive_failures={name: _number(tally, f"{name}_consecutive") for name in _INSTANCES},
        total_failovers=_number(tally, "total_failovers"),
        last_failover=_time(tally, "last_failover"),
        last_recovery=_time(tally, "last_recovery"),
    )


def show(status: BreakerStatus, console: Console) -> None:
    """Print one line, in red while the primary is out."""
    since = f" since {status.open_since}" if status.open_since else ""
    failures = ", ".join(f"{name} {number}" for name, number in status.consecutive_failures.items())
    last = f", the last {status.last_failover}" if status.last_failover else ""
    text = (
        f"Campaigns: served by the {status.active_backend}, circuit {status.circuit}{since};"
        f" failures in a row: {failures}; failovers: {status.total_failovers}{last}"
    )
    style = None if status.active_backend == "primary" else "red"
    console.print(text, style=style, markup=False, highlight=False, soft_wrap=True)


def _item(dynamodb: Any, name: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = dynamodb.get_item(TableName=TABLE, Key={"id": {"S": name}}).get("Item", {})
    return found


def _number(item: Mapping[str, Any], name: str) -> int:
    return int(item.get(name, {}).get("N", 0))


def _time(item: Mapping[str, Any], name: str) -> str:
    return datetime.fromtimestamp(_number(item, name), UTC).isoformat() if name in item else ""
