"""What every scenario is: a promise, tried out on the running platform, and a report of what was found."""

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
        """Chooses what is sent and what fails; the same seed chooses the same."""

    @property
    def command(self) -> str:
        """The command line that runs the scenario again with these options."""


O = TypeVar("O", bound=Options)  # noqa: E741 - the usual name of one type parameter


class Scenario(ABC, Generic[O]):
    """One run of a scenario against the running platform. Raises AeroError when nothing runs."""

    run_prefix: ClassVar[str]
    """Marks what a run writes: payments, campaigns and affiliates begin with it."""

    verdict: ClassVar[str]
    """What is said when every check holds."""

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
        """Run it to its end and audit it; raises AeroError when the platform cannot be audited."""
