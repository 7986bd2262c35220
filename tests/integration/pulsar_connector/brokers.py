"""A Pulsar broker that a test may kill and start again."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

START_DEADLINE_SECONDS: Final = 60


def free_port() -> int:
    """A port of this machine that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class PulsarLite:
    """pulsar-lite in a folder of its own."""

    def __init__(self, home: Path) -> None:
        spec = find_spec("pulsar_lite")
        assert spec is not None, "pulsar-lite is not installed"
        assert spec.origin is not None
        self._program = Path(spec.origin).with_name("bin") / "pulsar-lite"
        self._home = home
        self._port = free_port()
        self.url = f"pulsar://127.0.0.1:{self._port}"
        self.start()

    def start(self) -> None:
        """Start it on what it has on disk, and wait until it listens."""
        # It serves metrics on a fixed port of its own, and goes on without where another one has it.
        with (self._home / "broker.log").open("ab") as log:
            self._process = subprocess.Popen(
                [
                    self._program,
                    *("--addr", f"127.0.0.1:{self._port}", "--db-path", self._home / "db", "--log-level", "warn"),
                ],
                stdout=log,
                stderr=log,
                cwd=self._home,
                env={**os.environ, "RUST_BACKTRACE": "1"},
            )
        wait_until(self._listens, timeout=START_DEADLINE_SECONDS, what="broker")

    def kill(self) -> None:
        """`kill -9`."""
        self._process.kill()
        self._process.wait()

    def _listens(self) -> bool:
        assert self._process.poll() is None, (self._home / "broker.log").read_text()
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self._port)) == 0


def wait_until(condition: Callable[[], object], *, timeout: float, what: str) -> None:
    """Return once the condition holds; fails with what was waited for."""
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline, f"no {what} within {timeout} s"
        time.sleep(0.01)
