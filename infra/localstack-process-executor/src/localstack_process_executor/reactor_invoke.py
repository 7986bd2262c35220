"""Invocations by the server's own thread, which goes on serving while functions run.

For a function that answers within milliseconds, handing an invocation to another thread and its result back costs more
than the invocation. What takes longer, or another course than usual, is given to a thread when that turns out.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

from localstack.services.lambda_.invocation.execution_environment import (
    ExecutionEnvironment,
    InvalidStatusException,
    RuntimeStatus,
)
from localstack.services.lambda_.invocation.version_manager import LambdaVersionManager
from localstack.utils.xray.trace_header import TraceHeader
from twisted.internet import reactor
from twisted.internet.interfaces import IReadDescriptor
from twisted.python.failure import Failure
from zope.interface import implementer  # type: ignore[import-untyped]

from localstack_process_executor import cloudwatch, metrics
from localstack_process_executor.direct_invoke import current_version
from localstack_process_executor.environment import Outcome, StoppedBeforehandError
from localstack_process_executor.session import Invocation
from localstack_process_executor.starts import anyone_waits
from localstack_process_executor.turns import Turn, drive

SMALL: Final = 64 * 1024  # bytes of an event that a socket takes at once
PATIENCE: Final = 0.05  # seconds after which a thread takes over

Result = Outcome | Exception


def begin_invocation(invocation: Invocation, on_end: Callable[[Result], None]) -> bool:
    """Invoke a function if an idle process of it is at hand; false, and nothing has happened, if not.

    To be called in the server's thread, where the outcome or the error comes to `on_end`, perhaps before this returns.
    """
    if len(invocation.payload) > SMALL or cloudwatch.is_behind():
        return False
    manager = current_version(invocation.function_arn)
    if manager is None:
        return False
    try:
        _InProgress(_turn(manager, invocation), on_end).go_on()
    except NOTHING_DONE:
        return False
    return True


def trace_id(header: str | None = None) -> str:
    """The trace that an invocation is part of, which is a new one if its caller has none."""
    trace = TraceHeader.from_header_str(header).ensure_root_exists().ensure_parent_exists().ensure_sampled_exists()
    return str(trace.to_header_str())


class _NoneAtHandError(Exception):
    """A function has no idle process; nothing has happened."""


NOTHING_DONE: Final = (_NoneAtHandError, StoppedBeforehandError)


def _turn(manager: LambdaVersionManager, invocation: Invocation) -> Turn[Outcome]:
    """What LocalStack does with an invocation for which it has an idle environment."""
    version = manager.function_version
    with manager.counting_service.get_invocation_lease(manager.function, version) as kind:
        environment = _reserve(manager, kind)
        try:
            outcome: Outcome = yield from environment.runtime_executor.turn(invocation)
        except Exception:
            manager.assignment_service.stop_environment(environment)
            raise
        with suppress(InvalidStatusException):  # of an environment that was stopped meanwhile, as an update does
            environment.release()
    count = metrics.count_error if outcome.is_error else metrics.count_invocation
    count(function_name=version.id.function_name, account_id=version.id.account, region_name=version.id.region)
    return outcome


def _reserve(manager: LambdaVersionManager, kind: Any) -> ExecutionEnvironment:
    if manager.shutdown_event.is_set() or manager.ldm_provisioner or anyone_waits(manager.id):
        raise _NoneAtHandError
    for environment in manager.assignment_service.environments[manager.id].values():
        if (
            environment.status is RuntimeStatus.READY
            and environment.initialization_type == kind
            and environment.runtime_executor.is_at_hand()
        ):
            try:
                environment.reserve()
            except InvalidStatusException:
                continue
            return environment
    raise _NoneAtHandError


@implementer(IReadDescriptor)
class _InProgress:
    """An invocation that waits for the function's process in the server's loop."""

    def __init__(self, turn: Turn[Outcome], on_end: Callable[[Result], None]) -> None:
        self._turn = turn
        self._on_end = on_end
        self._descriptor = -1
        self.began = time.monotonic()

    def go_on(self) -> None:
        """Do what can be done without waiting; at its beginning alone it raises what nothing has come of."""
        try:
            pause = next(self._turn)
        except StopIteration as end:
            self._on_end(end.value)
        except Exception as error:
            if self._descriptor < 0 and isinstance(error, NOTHING_DONE):
                raise
            self._on_end(error)  # it belongs to whoever waits for the result
        else:
            self._descriptor = pause.selector.fileno()
            reactor.addReader(self)
            _waiting.add(self)

    def hand_over(self) -> None:
        """Have a thread do the rest."""
        self._stop_waiting()
        reactor.callInThread(self._finish)

    def fileno(self) -> int:
        """What to watch."""
        return self._descriptor

    def doRead(self) -> None:  # noqa: N802 - the name in the interface
        """The process has said something."""
        if cloudwatch.is_behind():
            self.hand_over()
        else:
            self._stop_waiting()  # before the descriptor may be closed
            self.go_on()

    def connectionLost(self, _reason: Failure) -> None:  # noqa: N802 - the name in the interface
        """The server ends."""

    def logPrefix(self) -> str:  # noqa: N802 - the name in the interface
        """How the server's own log calls this."""
        return "invocation"

    def _finish(self) -> None:
        try:
            result: Result = drive(self._turn)
        except Exception as error:  # noqa: BLE001 - it belongs to whoever waits for the result
            result = error
        reactor.callFromThread(self._on_end, result)

    def _stop_waiting(self) -> None:
        reactor.removeReader(self)
        _waiting.remove(self)


class _Waiting:
    """All that wait in the server's loop, each of them not for long."""

    def __init__(self) -> None:
        self._all: set[_InProgress] = set()
        self._is_watched = False

    def add(self, wait: _InProgress) -> None:
        self._all.add(wait)
        if not self._is_watched:
            self._is_watched = True
            reactor.callLater(PATIENCE, self._look)

    def remove(self, wait: _InProgress) -> None:
        self._all.remove(wait)

    def _look(self) -> None:
        longest = time.monotonic() - PATIENCE
        for wait in [wait for wait in self._all if wait.began < longest]:
            wait.hand_over()
        self._is_watched = bool(self._all)
        if self._is_watched:
            reactor.callLater(PATIENCE, self._look)


_waiting = _Waiting()
