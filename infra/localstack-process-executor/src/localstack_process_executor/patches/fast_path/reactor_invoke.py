"""Invokes functions in the server's own thread, which goes on serving while they run.

For a function that answers within milliseconds, handing an invocation to another thread and its result back costs more
than the invocation. An invocation that takes longer, or needs another process, is handed to a thread then.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
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
from twisted.python.threadable import isInIOThread
from zope.interface import implementer  # type: ignore[import-untyped]

from localstack_process_executor import cloudwatch, metrics
from localstack_process_executor.patches.lambda_.direct_invoke import begin_anew, current_version
from localstack_process_executor.patches.lambda_.rollover import has_not_begun
from localstack_process_executor.patches.lambda_.starts import anyone_waits, searching_with
from localstack_process_executor.patches.lambda_.turnstiles import turnstiles
from localstack_process_executor.runtime.environment import InvocationOutcome, StoppedBeforehandError
from localstack_process_executor.runtime.session import Invocation
from localstack_process_executor.runtime.steps import BLOCKS, Blocks, Pause, Steps, drive
from localstack_process_executor.runtime.turnstile import Ticket

SMALL: Final = 64 * 1024  # bytes of an event that a socket accepts at once
PATIENCE: Final = 0.05  # seconds after which a thread takes over

OutcomeOrError = InvocationOutcome | Exception


def begin_invocation(invocation: Invocation, on_end: Callable[[OutcomeOrError], None]) -> bool:
    """Invoke a function; return False, without any effect, if LocalStack has to do it.

    For the server's thread, which also calls `on_end` with the outcome or the error, perhaps before this returns.
    """
    if len(invocation.payload) > SMALL or cloudwatch.is_behind():
        return False
    manager = current_version(invocation.function_arn)
    if manager is None or manager.shutdown_event.is_set() or manager.ldm_provisioner:
        return False
    _InProgress(manager, invocation, on_end).go_on()
    return True


def trace_id(header: str | None = None) -> str:
    """Return the invocation's trace, which is a new one if its caller has none."""
    trace = TraceHeader.from_header_str(header).ensure_root_exists().ensure_parent_exists().ensure_sampled_exists()
    return str(trace.to_header_str())


def _steps(manager: LambdaVersionManager, invocation: Invocation) -> Steps[InvocationOutcome]:
    """The steps of an invocation, as LocalStack's own."""
    version = manager.function_version
    with manager.counting_service.get_invocation_lease(manager.function, version) as kind, ExitStack() as stack:
        ticket = Ticket(turnstiles[manager.id])
        stack.callback(ticket.leave)
        if not ticket.enter():
            yield ticket
        if manager.shutdown_event.is_set():
            raise StoppedBeforehandError("The version was stopped while an invocation waited for its turn")
        if environment := _reserve(manager, kind):
            stack.enter_context(_reserved(manager, environment))
            ticket.run_in(environment.runtime_executor)
        else:
            yield BLOCKS
            with searching_with(ticket):
                sought = manager.assignment_service.get_environment(manager.id, version, kind)
                environment = stack.enter_context(sought)
        outcome: InvocationOutcome = yield from environment.runtime_executor.run(invocation)
    count = metrics.count_error if outcome.is_error else metrics.count_invocation
    count(function_name=version.id.function_name, account_id=version.id.account, region_name=version.id.region)
    return outcome


def _reserve(manager: LambdaVersionManager, kind: Any) -> ExecutionEnvironment | None:
    """Reserve an environment with a ready process, if there is one and no earlier invocation waits."""
    if anyone_waits(manager.id):
        return None
    for environment in list(dict.values(manager.assignment_service.environments[manager.id])):
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
    return None


@contextmanager
def _reserved(manager: LambdaVersionManager, environment: ExecutionEnvironment) -> Iterator[None]:
    try:
        yield
    except Exception:
        manager.assignment_service.stop_environment(environment)
        raise
    with suppress(InvalidStatusException):  # the environment was stopped meanwhile, as an update does
        environment.release()


@implementer(IReadDescriptor)
class _InProgress:
    """An invocation that waits for its turn, and then for the function's process, in the server's loop."""

    def __init__(
        self, manager: LambdaVersionManager, invocation: Invocation, on_end: Callable[[OutcomeOrError], None]
    ) -> None:
        self._invocation = invocation
        self._steps = _steps(manager, invocation)
        self._on_end = on_end
        self._descriptor = -1
        self.began = 0.0

    def go_on(self) -> None:
        """Go on until the next wait."""
        try:
            self._wait(next(self._steps))
        except StopIteration as end:
            self._on_end(end.value)
        except Exception as error:  # noqa: BLE001 - it belongs to the caller that waits for the result
            self._fail(error)

    def _wait(self, step: Pause | Ticket | Blocks) -> None:
        if isinstance(step, Pause):
            if self._descriptor < 0:
                self.began = time.monotonic()
            self._descriptor = step.selector.fileno()
            reactor.addReader(self)
            _waiting.add(self)
        elif isinstance(step, Ticket):
            step.when_it_may_go(self._begin)
        else:
            reactor.callInThread(self._finish)

    def _begin(self) -> None:
        if isInIOThread():
            reactor.callLater(0, self.go_on)  # after the current event of the loop, and not within it
        else:
            reactor.callFromThread(self.go_on)

    def _fail(self, error: Exception) -> None:
        if has_not_begun(error):
            reactor.callInThread(self._begin_anew)
        else:
            self._on_end(error)

    def hand_over(self) -> None:
        """Hand the rest over to a thread."""
        self._stop_waiting()
        reactor.callInThread(self._finish)

    def fileno(self) -> int:
        """Return the watched descriptor."""
        return self._descriptor

    def doRead(self) -> None:  # noqa: N802 - the name in the interface
        """Go on, since the process has sent something."""
        if cloudwatch.is_behind():
            self.hand_over()
        else:
            self._stop_waiting()  # before the descriptor may be closed
            self.go_on()

    def connectionLost(self, _reason: Failure) -> None:  # noqa: N802 - the name in the interface
        """Do nothing when the server ends."""

    def logPrefix(self) -> str:  # noqa: N802 - the name in the interface
        """Return the name for the server's own log."""
        return "invocation"

    def _finish(self) -> None:
        try:
            result: OutcomeOrError = drive(self._steps)
        except Exception as error:  # noqa: BLE001 - as above
            if has_not_begun(error):
                self._begin_anew()
                return
            result = error
        reactor.callFromThread(self._on_end, result)

    def _begin_anew(self) -> None:
        try:
            result: OutcomeOrError = begin_anew(self._invocation)
        except Exception as error:  # noqa: BLE001 - as above
            result = error
        reactor.callFromThread(self._on_end, result)

    def _stop_waiting(self) -> None:
        reactor.removeReader(self)
        _waiting.remove(self)


class _Waiting:
    """All invocations that wait in the server's loop, each of them briefly."""

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
