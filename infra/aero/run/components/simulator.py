"""The simulator of the payment gateway."""

from __future__ import annotations

import sys
from http import HTTPStatus
from typing import TYPE_CHECKING

from aero.platform.environment import child_environment
from aero.process.component import Component
from aero.process.http_probe import ANSWER_SECONDS, http_get
from aero.process.supervisor import Command

if TYPE_CHECKING:
    from aero.platform.paths import Paths
    from aero.platform.ports import Port, PortTable
    from aero.platform.progress.events import Step


class StripeSimulator(Component):
    """The Stripe simulator. Its ledger outlives a stop. STRIPE_SIMULATOR_* variables and requests set faults."""

    name = "simulator"
    title = "Stripe simulator"
    ready_seconds = 30.0

    def __init__(self, paths: Paths, table: PortTable) -> None:
        self._paths = paths
        self._port = table["stripe"]

    @property
    def ports(self) -> tuple[Port, ...]:
        """The HTTP port of the simulator."""
        return (self._port,)

    @property
    def address(self) -> str:
        """The base URL of Stripe's API."""
        return self._port.http

    async def prepare(self, step: Step) -> Command:
        """Return the command; there is nothing to install."""
        del step
        ledger = self._paths.state / "stripe" / "ledger.sqlite3"
        ledger.parent.mkdir(parents=True, exist_ok=True)
        options = ("--port", str(self._port.number), "--ledger", str(ledger))
        return Command(
            name=self.title,
            argv=(sys.executable, "-m", "stripe_simulator", *options),
            cwd=self._paths.project,
            log=self._paths.log(self.name),
            env=child_environment(TMPDIR=str(self._paths.temporary(self.name))),
        )

    async def is_ready(self) -> bool:
        """Return whether the simulator's health check succeeds."""
        status, _ = await http_get(f"{self.address}/_simulator/health", seconds=ANSWER_SECONDS)
        return status == HTTPStatus.OK
