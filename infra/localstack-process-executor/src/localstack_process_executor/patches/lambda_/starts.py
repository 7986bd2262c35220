"""A few processes of a function load at a time, and who waits for one takes an environment that is idle meanwhile.

On AWS an event that finds no idle environment gets one of its own, on some other machine. Here all of them share the
processors of one: where a hundred load at once, none is ready before as many more are asked for, without end. For the
same reason an event waits a moment for one of those that serve, if there are as many as processors.
"""

import os
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, Final

from localstack.services.lambda_.invocation.assignment import AssignmentService
from localstack.services.lambda_.invocation.execution_environment import (
    ExecutionEnvironment,
    InvalidStatusException,
    RuntimeStatus,
)
from localstack.services.lambda_.invocation.lambda_models import InitializationType
from localstack.utils.patch import patch as patch_function

from localstack_process_executor.patches.lambda_.turnstiles import turnstiles
from localstack_process_executor.runtime.environment import StoppedBeforehandError
from localstack_process_executor.runtime.turnstile import Ticket

AT_A_TIME: Final = max(2, os.cpu_count() or 1)  # of one version of a function
PATIENCE: Final = 0.3  # seconds: less than it takes to load a process beside others that serve


class _IdleMeanwhileError(Exception):
    """There is an environment that is idle after all."""


class _Places:
    """The places in which processes of one version load."""

    def __init__(self) -> None:
        self.waiting = 0
        self.last_idle = 0.0  # when an environment was
        self._taken = 0
        self._is_closed = False
        self._changed = threading.Condition()

    def take_if_free(self) -> bool:
        """Whether there was one."""
        with self._changed:
            is_free = self._taken < AT_A_TIME
            self._taken += is_free
        return is_free

    def take(self, search: "_Search") -> None:
        """Wait for one; raises _IdleMeanwhileError when an environment can be had otherwise.

        Which is one that serves, or, if there is a place, one whose process must be loaded anew. When the version is
        stopped there will be none: StoppedBeforehandError.
        """
        with self._changed:
            self.waiting += 1
            try:
                while True:
                    self.check_open()
                    may_load = self._taken < AT_A_TIME and search.may_load()
                    if search.is_one_idle(with_place=may_load):
                        break
                    if may_load:
                        self._taken += 1
                        return
                    self._changed.wait(PATIENCE)
            finally:
                self.waiting -= 1
        raise _IdleMeanwhileError

    def give_up(self) -> None:
        """It is loaded, or will not be."""
        with self._changed:
            self._taken -= 1
            self._changed.notify_all()

    def close(self) -> None:
        """The version is stopped."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()

    def check_open(self) -> None:
        """Raises StoppedBeforehandError when the version is stopped."""
        if self._is_closed:
            raise StoppedBeforehandError("The version was stopped before an execution environment was there")

    def tell(self) -> None:
        """An environment is idle."""
        self.last_idle = time.monotonic()
        if self.waiting:
            with self._changed:
                self._changed.notify()


class _Search:
    """An event's search for an environment."""

    def __init__(self, service: Any, manager: str, ticket: Ticket) -> None:
        self._service = service
        self._manager = manager
        self._began = ticket.arrived

    def may_load(self) -> bool:
        """Whether it has waited for one that serves, none comes to an end, or too few serve."""
        if time.monotonic() - min(self._began, _places[self._manager].last_idle) >= PATIENCE:
            return True
        return sum(map(_serves, self._service.environments[self._manager].values())) < AT_A_TIME

    def is_one_idle(self, *, with_place: bool) -> bool:
        """Whether an environment can be had."""
        return any(
            environment.status is RuntimeStatus.READY
            and environment.initialization_type == InitializationType.on_demand
            and (with_place or environment.runtime_executor.is_at_hand())
            for environment in self._service.environments[self._manager].values()
        )


@contextmanager
def searching_with(ticket: Ticket) -> Iterator[None]:
    """An environment is sought in this thread for an invocation whose turn it is."""
    _searches.ticket = ticket
    try:
        yield
    finally:
        _searches.ticket = None


@contextmanager
def _through_turnstile(manager: str) -> Iterator[Ticket]:
    ticket = Ticket(turnstiles[manager])
    if not ticket.enter():
        ticket.wait()
    try:
        yield ticket
    finally:
        ticket.leave()


def _serves(environment: Any) -> bool:
    is_ready = environment.status is RuntimeStatus.READY and environment.runtime_executor.is_at_hand()
    return is_ready or environment.status is RuntimeStatus.INVOKING


_searches = threading.local()  # `current` is this thread's, and `ticket` what it has already to search with
_places: defaultdict[str, _Places] = defaultdict(_Places)  # by the version manager's id


def anyone_waits(manager: str) -> bool:
    """Whether somebody who came earlier has no environment yet."""
    return manager in _places and _places[manager].waiting > 0


def patch() -> None:
    """LocalStack starts an environment for each event that finds none idle, and after a burst does nothing else."""
    _limit_starts()
    _limit_reservations()


def _limit_starts() -> None:

    @patch_function(AssignmentService.start_environment)
    def start_environment(fn: Callable[..., Any], self: Any, manager: str, version: object) -> Any:
        places = _places[manager]
        places.take(_searches.current)
        try:
            environment = fn(self, manager, version)
        except BaseException:
            places.give_up()
            raise
        _keep(environment, places)  # until its process is loaded, which may take longer than a start waits
        try:
            places.check_open()
        except StoppedBeforehandError:  # by somebody who has not seen this one
            environment.stop()
            raise
        return environment

    @patch_function(AssignmentService.stop_environments_for_version)
    def stop_environments_for_version(fn: Callable[..., None], self: object, manager: str) -> None:
        _places[manager].close()
        turnstiles.pop(manager, None)  # who waits before it has it
        fn(self, manager)

    @patch_function(AssignmentService.get_environment)
    @contextmanager
    def get_environment(fn: Callable[..., Any], self: object, manager: str, *more: object) -> Iterator[Any]:
        with ExitStack() as stack:
            ticket = getattr(_searches, "ticket", None) or stack.enter_context(_through_turnstile(manager))
            _searches.current = _Search(self, manager, ticket)
            while True:
                try:
                    environment = stack.enter_context(fn(self, manager, *more))
                    break
                except (_IdleMeanwhileError, InvalidStatusException):  # or somebody took what was started for us
                    continue
            ticket.run_in(environment.runtime_executor)
            yield environment


def _limit_reservations() -> None:
    """An environment whose process has died needs a new one, as if it were started."""

    @patch_function(ExecutionEnvironment.reserve)
    def reserve(fn: Callable[..., None], self: Any) -> None:
        executor, places = self.runtime_executor, _places[self.version_manager_id]
        if self.status is not RuntimeStatus.READY or executor.is_at_hand() or executor.places:
            fn(self)
        elif (search := getattr(_searches, "current", None)) and search.may_load() and places.take_if_free():
            try:
                fn(self)
            except InvalidStatusException:
                places.give_up()
                raise
            _keep(self, places)
        else:
            raise InvalidStatusException("Too many processes of this function are loading")

    @patch_function(ExecutionEnvironment.release)
    def release(fn: Callable[..., None], self: Any) -> None:
        fn(self)
        self.runtime_executor.give_places_up()  # of an invocation that did not come so far
        _places[self.version_manager_id].tell()


def _keep(environment: Any, places: _Places) -> None:
    executor = environment.runtime_executor
    executor.places.append(places.give_up)
    if executor.is_at_hand():
        executor.give_places_up()
