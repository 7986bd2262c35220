"""A turnstile limits how many invocations of a function's version work at a time: two for each processor.

On AWS each invocation has a machine of its own. If thirty share two processors here, each of them takes longer, and so
does LocalStack, which needs a processor too. Therefore the others wait for their turn, in order. An invocation that
itself waits for a database or another function does not hold the others up: while its process uses no processor time it
does not count. Nor does an invocation count that has worked for so long that the others would only wait for its end.
"""

import os
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Final, Protocol

AT_A_TIME: Final = 2 * (os.cpu_count() or 1)  # while one is given its event, or its answer is read, another can work
LOOK_AGAIN: Final = 0.005  # seconds that show whether an invocation works or waits
IDLE: Final = 0.05  # the share of that time that a waiting process may work
SLICE: Final = 1.0  # seconds of work after which an invocation shares the machine with others
LOOK_ONESELF: Final = 0.05  # seconds after which a waiting thread looks for itself


class ObservedProcess(Protocol):
    """The process in which an invocation runs."""

    def cpu_seconds(self) -> float | None:
        """Return the processor time that its process has had; None while it has no process."""
        ...

    def is_about_to_work(self) -> bool:
        """Return whether its process waits for a processor, or for us."""
        ...


class Ticket:
    """An invocation on its way through a turnstile."""

    def __init__(self, turnstile: "Turnstile") -> None:
        self._turnstile = turnstile
        self.arrived = time.monotonic()
        self._lock = threading.Lock()
        self._may_go = False
        self._tell: Callable[[], None] = lambda: None
        self._process: ObservedProcess | None = None
        self._began = self._looked = self._cpu = 0.0
        self._works = True

    def enter(self) -> bool:
        """Return whether it may go on at once; otherwise it is told later."""
        return self._turnstile.enter(self)

    def when_it_may_go(self, tell: Callable[[], None]) -> None:
        """Call `tell` once, from any thread, when it may go on."""
        with self._lock:
            if not self._may_go:
                self._tell = tell
                return
        tell()

    def wait(self) -> None:
        """Return when it may go on."""
        may_go = threading.Event()
        self.when_it_may_go(may_go.set)
        while not may_go.wait(LOOK_ONESELF):
            self._turnstile.look()

    def leave(self) -> None:
        """End the invocation's stay."""
        self._turnstile.leave(self)

    def go(self) -> None:
        """Tell the invocation that it may go on."""
        with self._lock:
            self._may_go = True
        self._tell()

    def run_in(self, process: ObservedProcess) -> None:
        """Set the process of the invocation."""
        self._began = self._looked = time.monotonic()
        self._cpu, self._process = process.cpu_seconds() or 0.0, process

    def works(self, now: float) -> bool:
        """Return whether it works, as an invocation does that has just begun or whose process is loading."""
        if self._process is None:
            return True
        if now - self._looked >= LOOK_AGAIN:
            self._look(self._process, now)
        return self._works and now - self._began <= SLICE

    def _look(self, process: ObservedProcess, now: float) -> None:
        cpu = process.cpu_seconds()
        if cpu is not None:
            is_idle = 0 <= cpu - self._cpu <= IDLE * (now - self._looked)  # a lower time belongs to another process
            self._works = not is_idle or (self._works and process.is_about_to_work())
            self._cpu, self._looked = cpu, now


class Turnstile:
    """The turnstile of one version; for any number of threads."""

    def __init__(self, call_later: Callable[[float, Callable[[], None]], object]) -> None:
        """`call_later` must call a function after some seconds; any thread may ask it to."""
        self._call_later = call_later
        self._lock = threading.Lock()
        self._inside: set[Ticket] = set()
        self._waiting: deque[Ticket] = deque()
        self._is_watched = False

    def enter(self, ticket: Ticket) -> bool:
        """Return whether it may go on at once."""
        with self._lock:
            if not self._waiting and self._has_place():
                self._inside.add(ticket)
                return True
            self._waiting.append(ticket)
            is_watched, self._is_watched = self._is_watched, True
        if not is_watched:
            self._call_later(LOOK_AGAIN, self._watch)
        return False

    def leave(self, ticket: Ticket) -> None:
        """Let the next one go on; an invocation that still waits leaves too."""
        with self._lock:
            if ticket in self._inside:
                self._inside.remove(ticket)
            elif ticket in self._waiting:
                self._waiting.remove(ticket)
        self.look()

    def look(self) -> None:
        """Let waiting invocations go on while there is a place."""
        admitted = []
        with self._lock:
            while self._waiting and self._has_place():
                admitted.append(self._waiting.popleft())
                self._inside.add(admitted[-1])
        for ticket in admitted:
            ticket.go()

    def _has_place(self) -> bool:
        if len(self._inside) < AT_A_TIME:
            return True
        now = time.monotonic()
        return sum(ticket.works(now) for ticket in self._inside) < AT_A_TIME

    def _watch(self) -> None:
        self.look()
        with self._lock:
            self._is_watched = bool(self._waiting)
        if self._is_watched:
            self._call_later(LOOK_AGAIN, self._watch)
