"""The state of reports for `aero status`: their active version, and how up to date the read model is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aero.operate.api_client import get_json

if TYPE_CHECKING:
    from rich.console import Console


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportsStatus:
    """The answer of `GET /api/reports/health`; `lag_ms` is None until an event was projected.

    `problems` has the state of each dependency that does not answer or is silent.
    """

    version: str
    canary: str
    generation: int
    rebuilding: int | None
    lag_ms: int | None
    problems: dict[str, str]

    @property
    def is_silent(self) -> bool:
        """Return whether no events come from the topics; the lag is then the length of the silence."""
        return "connector" in self.problems

    @property
    def silence(self) -> str:
        """Return the silence as a problem, with its cure."""
        since = f" for {self.lag_ms / 1000:.0f} s" if self.lag_ms is not None else ""
        return f"Reports: nothing has come from the topics{since}. See aero logs bridge proyectar-reportes."


def reports_status(api_url: str) -> ReportsStatus:
    """Ask the API for the state of reports; raises AeroError."""
    health = get_json(api_url, "/api/reports/health")
    version, model = health["version"], health["readModel"]
    canary = version["canary"]
    return ReportsStatus(
        version=version["active"],
        canary=f"{canary['version']} for {canary['percent']} % of the affiliates" if canary else "",
        generation=model["generation"],
        rebuilding=model["rebuilding"],
        lag_ms=model["lagMilliseconds"],
        problems={name: state for name, state in health["dependencies"].items() if state != "ok"},
    )


def show(status: ReportsStatus, console: Console) -> None:
    """Print the state of reports for the operator."""
    text = f"Reports: version {status.version}"
    if status.canary:
        text += f", {status.canary}"
    if status.lag_ms is not None and not status.is_silent:
        text += f"; they had the latest event after {status.lag_ms} ms"
    console.print(text, highlight=False, soft_wrap=True)
    for name, state in status.problems.items():
        console.print(f"Reports: {name}: {state}", style="yellow", markup=False, soft_wrap=True)
    if status.is_silent and status.lag_ms is not None:
        text = f"Reports: the events of the last {status.lag_ms / 1000:.0f} s may be missing"
        console.print(text, style="yellow", highlight=False, soft_wrap=True)
    if status.rebuilding is not None:
        text = f"Reports: generation {status.rebuilding} is being built, or was left behind (see aero reports rebuild)"
        console.print(text, style="yellow", highlight=False, soft_wrap=True)
