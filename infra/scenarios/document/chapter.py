"""A chapter of the report: one promise, how it was attacked, what was measured, and whether it held."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scenarios.report import Report
    from scenarios.scenario import Scenario


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """The outcome of one scenario. `report` is None if it did not come to its end; `problem` then says why."""

    name: str
    title: str
    promise: str
    attack: str
    report: Report | None = None
    problem: str = ""
    seconds: float | None = None

    @classmethod
    def of(cls, scenario: type[Scenario[Any]], **outcome: Any) -> Chapter:
        """Return the chapter of a scenario with its outcome."""
        return cls(
            name=scenario.name, title=scenario.title, promise=scenario.promise, attack=scenario.attack, **outcome
        )

    @property
    def holds(self) -> bool:
        """Return whether the scenario came to its end and every check holds."""
        return self.report is not None and self.report.holds

    @property
    def verdict(self) -> str:
        """Return the verdict in words."""
        if self.report is None:
            return "Not proven"
        return "Held" if self.report.holds else "Broken"

    @property
    def broken(self) -> int:
        """Return how many checks do not hold."""
        return 0 if self.report is None else sum(not check.holds for check in self.report.checks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """All chapters, with the time of the report and the machine, in words."""

    chapters: Sequence[Chapter]
    at: datetime
    machine: str

    @property
    def holds(self) -> bool:
        """Return whether every promise held."""
        return bool(self.chapters) and all(chapter.holds for chapter in self.chapters)

    @property
    def verdict(self) -> str:
        """Return the verdict about all promises in a sentence."""
        if self.holds:
            return f"All {len(self.chapters)} promises held." if len(self.chapters) > 1 else "The promise held."
        held = sum(chapter.holds for chapter in self.chapters)
        return f"{held} of {len(self.chapters)} promises held."
