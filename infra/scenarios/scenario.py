"""The base of scenarios: each tests a promise on the running platform and reports the findings."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar, Generic, Protocol, TypeVar

from aero.platform.ports import PortTable
from aero.process.running import running
from aero.process.running_database import running_database

if TYPE_CHECKING:
    from aero.platform.paths import Paths
    from aero.platform.progress.events import Listener
    from scenarios.report import Report


class Options(Protocol):
    """A scenario's options, as given on the command line."""

    @property
    def seed(self) -> int:
        """The seed that chooses requests and faults; the same seed chooses the same."""

    @property
    def command(self) -> str:
        """The command line that repeats the scenario with these options."""


O = TypeVar("O", bound=Options)  # noqa: E741 - the usual name of one type parameter


class Scenario(ABC, Generic[O]):
    """A run of a scenario against the running platform; raises AeroError if no platform runs."""

    name: ClassVar[str]
    """The name of its command."""

    title: ClassVar[str]
    """The heading of its chapter in the report of all scenarios."""

    promise: ClassVar[str]
    """The promise that it tests."""

    attack: ClassVar[str]
    """How it attacks the promise."""

    run_prefix: ClassVar[str]
    """The prefix of a run's payments, campaigns and affiliates."""

    verdict: ClassVar[str]
    """The sentence printed if every check holds."""

    def __init__(self, paths: Paths, options: O, listener: Listener) -> None:
        self._paths = paths
        self._options = options
        self._listener = listener
        self._record = running(paths)
        self._ports = PortTable(self._record.port_offset)
        self._database = running_database(paths, self._record)
        self._began = int(time.time())
        self._run = f"{self.run_prefix}-{options.seed}-{self._began}"

    @abstractmethod
    async def run(self) -> Report:
        """Run to the end and audit; raises AeroError if the platform cannot be audited."""
