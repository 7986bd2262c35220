"""How reports are, for `aero status`: the active version, and how up to date the read model is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aero.api_client import get_json

if TYPE_CHECKING:
    from rich.console import Console


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportsStatus:
    """As `GET /api/reports/health` tells it; `lag_ms` is None until something was projected."""

    version: str
    canary: str
    generation: int
    rebuilding: int | None
    lag_ms: int | None
    problem: str


def reports_status(api_url: str) -> ReportsStatus:
    """Ask; raises AeroError."""
    health = get_json(api_url, "/api/reports/health")
    version, model, store = health["version"], health["readModel"], health["dependencies"]["parameterStore"]
    canary = version["canary"]
    return ReportsStatus(
        version=version["active"],
        canary=f"{canary['version']} for {canary['percent']} % of the affiliates" if canary else "",
        generation=model["generation"],
        rebuilding=model["rebuilding"],
        lag_ms=model["lagMilliseconds"],
        problem="" if store == "ok" else store,
    )


def show(status: ReportsStatus, console: Console) -> None:
    """For people."""
    text = f"Reports: version {status.version}"
    if status.canary:
        text += f", {status.canary}"
    if status.lag_ms is not None:
        text += f"; the latest event was in them after {status.lag_ms} ms"
    console.print(text, highlight=False, soft_wrap=True)
    if status.problem:
        console.print(f"Reports: {status.problem}", style="yellow", markup=False, soft_wrap=True)
    if status.rebuilding is not None:
        text = f"Reports: generation {status.rebuilding} is being built, or was left behind (see aero reports rebuild)"
        console.print(text, style="yellow", highlight=False, soft_wrap=True)
