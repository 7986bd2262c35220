"""How reports are, for `aero status`: the active version, and how up to date the read model is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aero.operate.api_client import get_json

if TYPE_CHECKING:
    from rich.console import Console


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportsStatus:
    """As `GET /api/reports/health` tells it; `lag_ms` is None until something was projected.

    `problems` name what does not answer, or is silent.
    """

    version: str
    canary: str
    generation: int
    rebuilding: int | None
    lag_ms: int | None
    problems: dict[str, str]

    @property
    def is_silent(self) -> bool:
        """Whether nothing comes from the topics: the lag is then how long that is so."""
        return "connector" in self.problems

    @property
    def silence(self) -> str:
        """That as a problem, with where to look."""
        since = f" for {self.lag_ms / 1000:.0f} s" if self.lag_ms is not None else ""
        return f"Reports: nothing has come from the topics{since}. See aero logs bridge proyectar-reportes."


def reports_status(api_url: str) -> ReportsStatus:
    """Ask; raises AeroError."""
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
    """For people."""
    text = f"Reports: version {status.version}"
    if status.canary:
        text += f", {status.canary}"
    if status.lag_ms is not None and not status.is_silent:
        text += f"; the latest event was in them after {status.lag_ms} ms"
    console.print(text, highlight=False, soft_wrap=True)
    for name, state in status.problems.items():
        console.print(f"Reports: {name}: {state}", style="yellow", markup=False, soft_wrap=True)
    if status.is_silent and status.lag_ms is not None:
        text = f"Reports: what has happened for {status.lag_ms / 1000:.0f} s may be missing"
        console.print(text, style="yellow", highlight=False, soft_wrap=True)
    if status.rebuilding is not None:
        text = f"Reports: generation {status.rebuilding} is being built, or was left behind (see aero reports rebuild)"
        console.print(text, style="yellow", highlight=False, soft_wrap=True)
