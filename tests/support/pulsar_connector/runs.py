"""Runs the connector's handlers as Lambda does: in this process, or in a process of their own that can be killed."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

import psutil

from support.lambda_events import PROJECT
from support.postgres.servers import wait_until

_PROGRAM = """
import sys
from importlib import import_module
from support.pulsar_connector.runs import FakeContext
module, seconds = sys.argv[1:]
import_module(f"pulsar_connector.{module}").handler({}, FakeContext(float(seconds)))
"""


@dataclass
class FakeContext:
    """A Lambda context whose time can be ended early."""

    seconds: float = 900
    function_name: str = "connector"
    memory_limit_in_mb: int = 512
    invoked_function_arn: str = "arn:aws:lambda:us-east-1:000000000000:function:connector"
    aws_request_id: str = "00000000-0000-4000-8000-000000000000"
    _started: float = field(default_factory=time.monotonic)

    def get_remaining_time_in_millis(self) -> int:
        """Return the remaining time."""
        return max(0, round((self._started + self.seconds - time.monotonic()) * 1000))

    def end(self) -> None:
        """End the time."""
        self.seconds = 0


class Run:
    """A handler in a thread: `with Run(handler): …` ends its time when the block is left, and waits for it."""

    def __init__(
        self, handler: Callable[[dict[str, Any], Any], dict[str, Any]], *, account: str = "000000000000"
    ) -> None:
        arn = f"arn:aws:lambda:us-east-1:{account}:function:connector"
        self.context = FakeContext(invoked_function_arn=arn)
        self.result: dict[str, Any] = {}
        self._handler = handler
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Self:
        """Start it."""
        self._thread.start()
        return self

    def __exit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None, /
    ) -> None:
        """End it."""
        self.context.end()
        self._thread.join(timeout=30)
        assert not self._thread.is_alive(), "the handler did not return"

    def _run(self) -> None:
        self.result = self._handler({}, self.context)


class Process:
    """A handler in a process of its own: `with Process("relay") as process: …; process.kill()`."""

    def __init__(self, module: str, *, seconds: float = 900) -> None:
        """`module` is relay or bridge; the process inherits this one's environment."""
        self._command = [sys.executable, "-c", _PROGRAM, module, str(seconds)]

    def __enter__(self) -> Self:
        """Start it."""
        self._process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL, cwd=PROJECT / "tests")
        return self

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Return whether the process still runs."""
        return self._process.poll() is None

    def kill(self) -> None:
        """Kill it, as `kill -9` does."""
        self._process.kill()
        self._process.wait()

    def __exit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None, /
    ) -> None:
        """Kill the process, so that nothing stays behind."""
        self.kill()


def assert_nothing_is_left(one_run: Callable[[], None]) -> None:
    """Check that nine runs leave no more threads and files than the first one did."""
    process = psutil.Process()
    one_run()
    threads, files = process.num_threads(), process.num_fds()
    for _ in range(8):
        one_run()
    # The stand-in for AWS ends a connection's thread a moment after the connection; a leak would stay.
    wait_until(
        lambda: process.num_threads() <= threads and process.num_fds() <= files,
        timeout=10,
        what="end of what the runs opened",
    )
