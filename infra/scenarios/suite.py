"""All scenarios, one after the other, as the chapters of one report."""

from __future__ import annotations

import asyncio
import os
import platform
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from aero.platform.errors import AeroError
from scenarios.document import files
from scenarios.document.chapter import Chapter, Findings
from scenarios.exactly_once import scenario as exactly_once
from scenarios.failover import scenario as failover
from scenarios.failover.cases import Case
from scenarios.version_switch import scenario as version_switch

if TYPE_CHECKING:
    from aero.platform.paths import Paths
    from aero.platform.progress.events import Listener
    from scenarios.scenario import Options, Scenario

FOLDER: Final = "reports"
SCENARIOS: Final[Sequence[type[Scenario[Any]]]] = (
    failover.Failover, exactly_once.ExactlyOnce, version_switch.VersionSwitch,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much each scenario does; times are in seconds."""

    case_seconds: float
    payments: int
    switch_seconds: float
    switches: int
    rate: float

    def options(self, seed: int) -> dict[type[Scenario[Any]], Options]:
        """Return each scenario's options, in the order in which they run."""
        return {
            failover.Failover: failover.Options(
                cases=tuple(Case), seconds=self.case_seconds, rate=self.rate, seed=seed
            ),
            exactly_once.ExactlyOnce: exactly_once.Options(payments=self.payments, seed=seed, clients=16, kill=True),
            version_switch.VersionSwitch: version_switch.Options(
                seconds=self.switch_seconds, rate=self.rate, switches=self.switches, seed=seed
            ),
        }


FULL: Final = Size(case_seconds=60, payments=1_000, switch_seconds=60, switches=50, rate=20)
QUICK: Final = Size(case_seconds=10, payments=200, switch_seconds=15, switches=12, rate=10)


def run(paths: Paths, size: Size, seed: int, listener: Listener) -> Iterator[Chapter]:
    """Run all scenarios and yield each one's chapter; one that does not come to its end is a chapter too."""
    for scenario, options in size.options(seed).items():
        began = time.monotonic()
        try:
            report = asyncio.run(scenario(paths, options, listener).run())
        except AeroError as error:
            yield Chapter.of(scenario, problem=error.message, seconds=time.monotonic() - began)
        else:
            yield Chapter.of(scenario, report=report, seconds=time.monotonic() - began)


def earlier(reports: Sequence[Path]) -> Iterator[Chapter]:
    """Yield a chapter of each earlier run, and say of the other scenarios that they did not run; raises AeroError."""
    chapters = [files.read(file, SCENARIOS) for file in reports]
    yield from chapters
    for scenario in SCENARIOS:
        if scenario.name not in {chapter.name for chapter in chapters}:
            yield Chapter.of(scenario, problem="it was not run.")


def write(chapters: Sequence[Chapter], paths: Paths) -> tuple[Findings, Path, Path]:
    """Write the report; return what it says, and the paths of the page and of the Markdown."""
    machine = f"with {os.cpu_count()} processors, {platform.system()} on {platform.machine()}"
    findings = Findings(chapters=chapters, at=datetime.now(UTC), machine=machine)
    return findings, *files.write(findings, paths.home / FOLDER)
