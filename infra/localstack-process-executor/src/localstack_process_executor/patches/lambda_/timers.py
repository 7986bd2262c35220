"""Timers that share one thread; `threading.Timer` starts a thread for each."""

import threading
import time
from collections.abc import Callable


def patch() -> None:
    """LocalStack starts a thread for each invocation, which outlasts it by minutes and delays the exit."""
    from localstack.services.lambda_.invocation import execution_environment  # noqa: PLC0415 - see plugin

    execution_environment.Timer = Timer


class Timer:
    """Calls a function in a thread of its own after some seconds, unless it is cancelled before."""

    def __init__(self, interval: float, function: Callable[[], object]) -> None:
        self._interval = interval
        self._function = function

    def start(self) -> None:
        """Begin to count."""
        _clock.add(self, time.monotonic() + self._interval)

    def cancel(self) -> None:
        """Do not call the function; without effect once it is called."""
        _clock.remove(self)

    def ring(self) -> None:
        """Call the function in a thread that delays nothing, not even LocalStack's end."""
        threading.Thread(target=self._function, name="timer", daemon=True).start()


class _Clock:
    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._due: dict[Timer, float] = {}
        self._next = float("inf")
        self._is_running = False

    def add(self, timer: Timer, due: float) -> None:
        with self._changed:
            self._due[timer] = due
            if not self._is_running:
                self._is_running = True
                threading.Thread(target=self._run, name="timers", daemon=True).start()
            elif due < self._next:  # otherwise it is seen when the timer before it is due
                self._changed.notify()

    def remove(self, timer: Timer) -> None:
        with self._changed:
            self._due.pop(timer, None)

    def _run(self) -> None:
        while True:
            with self._changed:
                self._next = min(self._due.values(), default=float("inf"))
                self._changed.wait(min(self._next - time.monotonic(), threading.TIMEOUT_MAX))
                now = time.monotonic()
                over = [timer for timer, due in self._due.items() if due <= now]
                for timer in over:
                    del self._due[timer]
            for timer in over:
                timer.ring()


_clock = _Clock()
