"""The router process, which serves the local ports."""

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

# A little more than the 29 s of API Gateway, so that the client gets API Gateway's own answer.
API_SECONDS: Final = 35


class LocalPorts(Component):
    """Listens on the local ports from the beginning, and answers 503 until the API is deployed."""

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
        """`seconds` is the time limit for an answer of the API.

        The platform answers to the names in `hosts`. Web pages of `origins` may write to it.
        """
        self._hosts = hosts
        self._origins = origins
        self._seconds = seconds
        self._paths = paths
        self._local = table.local
        self._file = paths.run / "router.json"

    @property
    def ports(self) -> tuple[Port, ...]:
        """The local ports, with the port of the whole API first."""
        return self._local

    @property
    def address(self) -> str:
        """The address of the whole API."""
        return self._local[0].http

    async def prepare(self, step: Step) -> Command:
        """Return the command; there is nothing to install, and the target is already configured."""
        del step
        return Command(
            name=self.title,
            argv=(sys.executable, "-m", "aero.run.router", str(self._file), str(self._seconds)),
            cwd=self._paths.project,
            log=self._paths.log(self.name),
            env=child_environment(TMPDIR=str(self._paths.temporary(self.name))),
        )

    async def is_ready(self) -> bool:
        """Return whether the router answers, with any status."""
        status, _ = await http_get(f"{self.address}/health", seconds=5)
        return status != 0

    async def answers(self) -> bool:
        """Return whether the router answers a path without a route by itself, independently of the API."""
        status, _ = await http_get(f"{self._local[1].http}/aero-status", seconds=ANSWER_SECONDS)
        return status != 0

    def lead_to(self, endpoint: str, api_id: str) -> None:
        """Forward requests to this API from now on."""
        self._lead(f"{endpoint}/_aws/execute-api/{api_id}/{STAGE}")

    def lead_nowhere(self) -> None:
        """Forward no requests until `lead_to` is called; the router answers 503."""
        self._lead("")

    def _lead(self, target: str) -> None:
        write_configuration(self._file, ports=self._local, target=target, hosts=self._hosts, origins=self._origins)
