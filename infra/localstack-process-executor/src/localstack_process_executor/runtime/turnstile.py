"""How many invocations of one version of a function work at a time: two for each processor of the machine.

On AWS each has a machine of its own. Here, where thirty share two processors, each of them takes the longer, and
LocalStack, which needs a processor too, is the slower. So the others wait until it is their turn, in order. What an
invocation waits for itself, a database or another function, it waits for without holding others up: it does not count
while its process takes no time of a processor. Nor does one that has worked for so long that others would wait for
nothing but its end.
"""

import os
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Final, Protocol

AT_A_TIME: Final = 2 * (os.cpu_count() or 1)  # while one is given its event, or its answer is read, another can work
LOOK_AGAIN: Final = 0.005  # seconds in which it shows whether an invocation works or waits
IDLE: Final = 0.05  # part of that time for which a process that waits may have worked
SLICE: Final = 1.0  # seconds of work after which an invocation shares the machine with others
LOOK_ONESELF: Final = 0.05  # seconds after which a thread that waits looks, whoever else does


class Worker(Protocol):
    """Where an invocation runs."""

    def cpu_seconds(self) -> float | None:
        """The time on a processor that its process has had; None while it has none."""
        ...

    def is_about_to_work(self) -> bool:
        """Whether its process would go on with a processor, or waits for us."""
        ...


class Ticket:
    """An invocation on its way through a turnstile."""

    def __init__(self, turnstile: "Turnstile") -> None:
        self._turnstile = turnstile
        self.arrived = time.monotonic()
        self._lock = threading.Lock()
        self._may_go = False
        self._tell: Callable[[], None] = lambda: None
        self._worker: Worker | None = None
        self._began = self._looked = self._cpu = 0.0
        self._works = True

    def enter(self) -> bool:
        """Whether it may go on at once; else it will be told."""
        return self._turnstile.enter(self)

    def when_it_may_go(self, tell: Callable[[], None]) -> None:
        """Have this called, once, by some thread."""
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
        """It has ended."""
        self._turnstile.leave(self)

    def go(self) -> None:
        """Tell it that it may go on."""
        with self._lock:
            self._may_go = True
        self._tell()

    def run_in(self, worker: Worker) -> None:
        """Its process is there."""
        self._began = self._looked = time.monotonic()
        self._cpu, self._worker = worker.cpu_seconds() or 0.0, worker

    def works(self, now: float) -> bool:
        """Whether it works; one that has just begun does, and one whose process is being loaded."""
        if self._worker is None:
            return True
        if now - self._looked >= LOOK_AGAIN:
            self._look(self._worker, now)
        return self._works and now - self._began <= SLICE

    def _look(self, worker: Worker, now: float) -> None:
        cpu = worker.cpu_seconds()
        if cpu is not None:
            is_idle = 0 <= cpu - self._cpu <= IDLE * (now - self._looked)  # less than before is another process
            self._works = not is_idle or (self._works and worker.is_about_to_work())
            self._cpu, self._looked = cpu, now


class Turnstile:
    """That of one version; for any number of threads."""

    def __init__(self, call_later: Callable[[float, Callable[[], None]], object]) -> None:
        """`call_later` is asked, by any thread, to call a function after so many seconds."""
        self._call_later = call_later
        self._lock = threading.Lock()
        self._inside: set[Ticket] = set()
        self._waiting: deque[Ticket] = deque()
        self._is_watched = False

    def enter(self, ticket: Ticket) -> bool:
        """Whether it may go on at once."""
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
        """Let the next one go on; one that has not come in leaves too."""
        with self._lock:
            if ticket in self._inside:
                self._inside.remove(ticket)
            elif ticket in self._waiting:
                self._waiting.remove(ticket)
        self.look()

    def look(self) -> None:
        """Let those go on for whom there is a place."""
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
