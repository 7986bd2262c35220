"""The local ports."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from aero.platform.environment import child_environment
from aero.platform.naming import STAGE
from aero.platform.origins import LOOPBACK_NAMES
from aero.process.component import Component
from aero.process.http_probe import ANSWER_SECONDS, http_get
from aero.process.supervisor import Command
from aero.run.router.configuration import write_configuration

if TYPE_CHECKING:
    from aero.platform.paths import Paths
    from aero.platform.ports import Port, PortTable
    from aero.platform.progress.events import Step

# API Gateway gives up after 29 s; a little more here, so that its own answer is the one that arrives.
API_SECONDS: Final = 35


class LocalPorts(Component):
    """Listens from early on and answers 503 while the API is not deployed."""

    name = "router"
    title = "API"
    ready_seconds = 30.0

    def __init__(
        self,
        paths: Paths,
        table: PortTable,
        *,
        hosts: Sequence[str] = LOOPBACK_NAMES,
        origins: Sequence[str] = (),
        seconds: int = API_SECONDS,
    ) -> None:
        """`seconds` is how long an answer of the API is waited for.

        The platform answers to `hosts`; pages of `origins` may write to it.
        """
        self._hosts = hosts
        self._origins = origins
        self._seconds = seconds
        self._paths = paths
        self._local = table.local
        self._file = paths.run / "router.json"

    @property
    def ports(self) -> tuple[Port, ...]:
        """The main one first."""
        return self._local

    @property
    def address(self) -> str:
        """Where everything is."""
        return self._local[0].http

    async def prepare(self, step: Step) -> Command:
        """Nothing to install; where it leads has been said."""
        del step
        return Command(
            name=self.title,
            argv=(sys.executable, "-m", "aero.run.router", str(self._file), str(self._seconds)),
            cwd=self._paths.project,
            log=self._paths.log(self.name),
            env=child_environment(TMPDIR=str(self._paths.temporary(self.name))),
        )

    async def is_ready(self) -> bool:
        """Whether it answers at all."""
        status, _ = await http_get(f"{self.address}/health", seconds=5)
        return status != 0

    async def answers(self) -> bool:
        """By its own 404 of a port that has not that path: what the API answers is another matter."""
        status, _ = await http_get(f"{self._local[1].http}/aero-status", seconds=ANSWER_SECONDS)
        return status != 0

    def lead_to(self, endpoint: str, api_id: str) -> None:
        """From now on, to this API."""
        self._lead(f"{endpoint}/_aws/execute-api/{api_id}/{STAGE}")

    def lead_nowhere(self) -> None:
        """There is no API for the time being."""
        self._lead("")

    def _lead(self, target: str) -> None:
        write_configuration(self._file, ports=self._local, target=target, hosts=self._hosts, origins=self._origins)
