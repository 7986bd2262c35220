"""Limits how many processes of a function load at a time; other events take an environment that becomes idle.

On AWS an event that finds no idle environment gets one of its own, on another machine. Here all processes share one
machine: if a hundred load at once, none is ready before a hundred more are asked for, without end. For the same reason
an event waits a moment for a serving environment, if there are as many as processors.
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
PATIENCE: Final = 0.3  # seconds: less than a process takes to load beside others that serve


class _IdleMeanwhileError(Exception):
    """An environment became idle meanwhile."""


class _Places:
    """The places in which processes of one version load."""

    def __init__(self) -> None:
        self.waiting = 0
        self.last_idle = 0.0  # when an environment last was
        self._taken = 0
        self._is_closed = False
        self._changed = threading.Condition()

    def take_if_free(self) -> bool:
        """Take a place if one is free; return whether one was."""
        with self._changed:
            is_free = self._taken < AT_A_TIME
            self._taken += is_free
        return is_free

    def take(self, search: "_Search") -> None:
        """Wait for a place; raises _IdleMeanwhileError when an environment can be had otherwise.

        That is a serving environment, or, with a free place, one whose process must be loaded anew. Raises
        StoppedBeforehandError when the version is stopped, since no place will follow.
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
        """Give up a place: its process is loaded, or will not be."""
        with self._changed:
            self._taken -= 1
            self._changed.notify_all()

    def close(self) -> None:
        """Close all places: the version is stopped."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()

    def check_open(self) -> None:
        """Raise StoppedBeforehandError if the version is stopped."""
        if self._is_closed:
            raise StoppedBeforehandError("The version was stopped before an execution environment was there")

    def tell(self) -> None:
        """Tell a waiting search that an environment is idle."""
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
        """Return whether it may load a process: it has waited, no invocation ends, or too few environments serve."""
        if time.monotonic() - min(self._began, _places[self._manager].last_idle) >= PATIENCE:
            return True
        return sum(map(_serves, self._service.environments[self._manager].values())) < AT_A_TIME

    def is_one_idle(self, *, with_place: bool) -> bool:
        """Return whether an environment can be had."""
        return any(
            environment.status is RuntimeStatus.READY
            and environment.initialization_type == InitializationType.on_demand
            and (with_place or environment.runtime_executor.is_at_hand())
            for environment in self._service.environments[self._manager].values()
        )


@contextmanager
def searching_with(ticket: Ticket) -> Iterator[None]:
    """Let this thread search for an environment with this ticket, whose turn has come."""
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


_searches = threading.local()  # `current` is this thread's search, `ticket` the ticket that it searches with
_places: defaultdict[str, _Places] = defaultdict(_Places)  # by the version manager's id


def anyone_waits(manager: str) -> bool:
    """Return whether an earlier invocation has no environment yet."""
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
        _keep(environment, places)  # until its process is loaded, which may be after the start
        try:
            places.check_open()
        except StoppedBeforehandError:  # the call that stopped the version has not seen this environment
            environment.stop()
            raise
        return environment

    @patch_function(AssignmentService.stop_environments_for_version)
    def stop_environments_for_version(fn: Callable[..., None], self: object, manager: str) -> None:
        _places[manager].close()
        turnstiles.pop(manager, None)  # those that wait before it still hold it
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
                except (_IdleMeanwhileError, InvalidStatusException):  # or another search took the new environment
                    continue
            ticket.run_in(environment.runtime_executor)
            yield environment


def _limit_reservations() -> None:
    """An environment whose process has died needs a new process, so it needs a place like a new environment."""

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
        self.runtime_executor.give_places_up()  # of an invocation that failed before
        _places[self.version_manager_id].tell()


def _keep(environment: Any, places: _Places) -> None:
    executor = environment.runtime_executor
    executor.places.append(places.give_up)
    if executor.is_at_hand():
        executor.give_places_up()
