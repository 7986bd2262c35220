"""The platform's own components as servers that a test can kill and restart."""

from __future__ import annotations

import asyncio
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

import psutil

from aero.broker.admin import PulsarAdmin
from aero.platform.credentials import Credentials
from aero.platform.database import Database
from aero.platform.paths import Paths
from aero.platform.ports import PortTable
from aero.platform.progress.events import Step
from aero.run.components.postgres import Postgres
from aero.run.components.pulsar_apache import ApachePulsar
from aero.run.components.pulsar_lite import PulsarLite
from support.lambda_events import PROJECT
from support.ports import an_offset
from support.postgres.database import PASSWORDS

if TYPE_CHECKING:
    from aero.process.component import Component

BROKERS: Final[dict[str, type[ApachePulsar | PulsarLite]]] = {
    "apache": ApachePulsar,
    # pulsar-lite has no binary for some platforms.
    **({"lite": PulsarLite} if find_spec("pulsar_lite") else {}),
}


class Server:
    """A running component."""

    def __init__(self, component: Component) -> None:
        """Install its requirements and start it."""
        self.url = component.address
        # Only Apache Pulsar has an admin API.
        self.admin = PulsarAdmin(url=component.ports[1].http) if isinstance(component, ApachePulsar) else None
        self._component = component
        self._command = asyncio.run(component.prepare(Step("test", lambda _event: None)))
        self.start()

    def start(self) -> None:
        """Start it on its existing data, and wait until it serves."""
        command = self._command
        with command.log.open("ab") as log:
            self._process = subprocess.Popen(
                command.argv,
                cwd=command.cwd,
                env=dict(command.env),
                stdout=log,
                stderr=log,
                user=command.user,
                group=command.group,
                extra_groups=None if command.user is None else [],
            )
        wait_until(self._serves, timeout=self._component.ready_seconds, what=self._component.title)

    def kill(self) -> None:
        """Kill it, as `kill -9` does; return when its children have ended too, which would block a new start."""
        children = psutil.Process(self._process.pid).children(recursive=True)
        self._process.kill()
        self._process.wait()
        _, left = psutil.wait_procs(children, timeout=20)
        assert not left, f"{left} outlived their parent"

    @contextmanager
    def killed(self) -> Iterator[None]:
        """Kill it for the time of the block."""
        self.kill()
        yield
        self.start()

    @contextmanager
    def suspended(self) -> Iterator[None]:
        """Suspend it with its children for the time of the block: connections are accepted, and not served."""
        process = psutil.Process(self._process.pid)
        process.suspend()  # first, so that it makes no more children
        parts = [process, *process.children(recursive=True)]
        try:
            for part in parts[1:]:
                part.suspend()
            yield
        finally:
            for part in parts[::-1]:
                part.resume()

    def close(self) -> None:
        """Stop it gracefully; kill it when it does not end in its time, as the supervisor does."""
        if self._process.poll() is None:
            self._process.send_signal(self._command.stop_signal)
            try:
                self._process.wait(self._command.grace_seconds)
            except subprocess.TimeoutExpired:
                self.kill()
        self._component.stopped(self._process.returncode)

    def revive(self) -> None:
        """Start it if it was killed."""
        if self._process.poll() is not None:
            self.start()

    def _serves(self) -> bool:
        assert self._process.poll() is None, self._command.log.read_text()
        return asyncio.run(self._component.is_ready())


def paths_and_ports(home: Path) -> tuple[Paths, PortTable]:
    """Make a home for components, and find free ports."""
    paths = Paths(home=home)
    paths.make()
    return paths, PortTable(an_offset())


def start_postgres(paths: Paths, ports: PortTable) -> tuple[Server, Database]:
    """Start a PostgreSQL with our schema; its roles have the passwords of PASSWORDS."""
    credentials = Credentials(database=PASSWORDS, stripe_api_key="sk_test_x")
    server = Server(Postgres(paths, ports, credentials))
    database = Database.embedded(ports["postgres"].number, credentials)
    database.create_if_missing()
    database.migrate(PROJECT / "infra/migrations")
    database.set_passwords({role: password for role, password in PASSWORDS.items() if role != "aero"})
    return server, database


def wait_until(condition: Callable[[], object], *, timeout: float, what: str) -> None:
    """Return once the condition holds; fail with `what` after the timeout."""
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline, f"no {what} within {timeout} s"
        time.sleep(0.01)
