"""pulsar-lite, a small broker with Pulsar's protocol, for small machines and those that cannot run Apache Pulsar."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from aero.platform.environment import child_environment
from aero.platform.errors import AeroError
from aero.platform.ports import LOOPBACK
from aero.process.component import Component
from aero.process.supervisor import Command

if TYPE_CHECKING:
    from aero.platform.paths import Paths
    from aero.platform.ports import Port, PortTable
    from aero.platform.progress.events import Step


class PulsarLite(Component):
    """The small broker. Its topics are separate from those of Apache Pulsar."""

    name = "pulsar"
    title = "Pulsar (lite)"
    ready_seconds = 30.0

    def __init__(self, paths: Paths, table: PortTable) -> None:
        self._paths = paths
        self._port = table["pulsar"]

    @property
    def ports(self) -> tuple[Port, ...]:
        """The port of the broker, which has no admin API."""
        return (self._port,)

    @property
    def address(self) -> str:
        """The service URL of the broker."""
        return f"pulsar://{LOOPBACK}:{self._port.number}"

    async def prepare(self, step: Step) -> Command:
        """Return the command; there is nothing to install. Raises AeroError without a binary for this platform."""
        del step
        try:
            from pulsar_lite.binary_finder import find_pulsar_lite_binary  # noqa: PLC0415 - not on every platform

            binary = find_pulsar_lite_binary()
        except (ImportError, FileNotFoundError):
            raise AeroError(
                "pulsar-lite has no binary for this platform.",
                cure="Set AERO_PULSAR_URL to a broker that runs elsewhere, e.g. pulsar://127.0.0.1:6650.",
            ) from None
        data = self._paths.state / "pulsar" / "lite"
        data.mkdir(parents=True, exist_ok=True)
        return Command(
            name=self.title,
            argv=(
                *(binary, "--config", str(self._paths.project / "infra" / "pulsar" / "pulsar-lite.toml")),
                *("--addr", f"{LOOPBACK}:{self._port.number}", "--db-path", str(data), "--log-level", "warn"),
            ),
            cwd=data,
            log=self._paths.log(self.name),
            env=child_environment(TMPDIR=str(self._paths.temporary(self.name))),
        )

    async def is_ready(self) -> bool:
        """Return whether the broker accepts connections."""
        try:
            _, writer = await asyncio.open_connection(LOOPBACK, self._port.number)
        except OSError:
            return False
        writer.close()
        return True
