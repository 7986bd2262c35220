"""The turnstile of a function, where a test chooses the time and the activity of processes."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from localstack_process_executor.runtime import turnstile
from localstack_process_executor.runtime.activity import Activity
from localstack_process_executor.runtime.turnstile import AT_A_TIME, LOOK_AGAIN, SLICE, Ticket, Turnstile
from support.waiting import eventually


class Clock:
    """The turnstile of the test."""

    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        """Return the clock's time."""
        return self.now


class FakeWorker:
    """A process that works, waits, or waits for a processor."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._cpu = self._since = 0.0
        self._works = False
        self.is_starved = False
        self.work()

    def work(self) -> None:
        """Give it a processor from now on."""
        self._works, self._since = True, self._clock.now

    def stop(self) -> None:
        """Take its processor away."""
        self._cpu, self._works = self.cpu_seconds(), False

    def cpu_seconds(self) -> float:
        """Return its processor time so far."""
        return self._cpu + (self._clock.now - self._since if self._works else 0.0)

    def is_about_to_work(self) -> bool:
        """Return whether it lacks only a processor."""
        return self.is_starved


class Crowd:
    """Invocations at one turnstile."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.turnstile = Turnstile(lambda _seconds, _call: None)  # the test sets the time
        self.inside: list[int] = []
        self.tickets: list[Ticket] = []
        self.workers: list[FakeWorker] = []

    def come(self, count: int) -> None:
        """Let some more invocations come, each of which works once it is inside."""
        for number in range(len(self.tickets), len(self.tickets) + count):
            ticket, worker = Ticket(self.turnstile), FakeWorker(self.clock)
            self.tickets.append(ticket)
            self.workers.append(worker)
            if ticket.enter():
                self._begin(number)
            else:
                ticket.when_it_may_go(lambda number=number: self._begin(number))  # type: ignore[misc]

    def _begin(self, number: int) -> None:
        self.inside.append(number)
        self.workers[number].work()
        self.tickets[number].run_in(self.workers[number])

    def pass_time(self, seconds: float) -> None:
        """Let time pass, with looks at who may enter."""
        until = self.clock.now + seconds
        while self.clock.now < until:
            self.clock.now += LOOK_AGAIN
            self.turnstile.look()


@pytest.fixture
def crowd(monkeypatch: pytest.MonkeyPatch) -> Crowd:
    """At first, nobody enters."""
    clock = Clock()
    monkeypatch.setattr(turnstile, "time", clock)
    return Crowd(clock)


FIRST = list(range(AT_A_TIME))


def test_waiting_invocations_enter_in_order(crowd: Crowd) -> None:
    """For each invocation that ends, one enters."""
    crowd.come(AT_A_TIME + 3)
    crowd.pass_time(SLICE / 2)
    assert crowd.inside == FIRST
    for count in (1, 2, 3):
        crowd.tickets[count].leave()
        assert crowd.inside == [*FIRST, *range(AT_A_TIME, AT_A_TIME + count)]


def test_a_later_invocation_does_not_overtake(crowd: Crowd) -> None:
    """It waits even if there is a place at that moment."""
    crowd.come(AT_A_TIME + 1)
    crowd.workers[0].stop()
    crowd.clock.now += 2 * LOOK_AGAIN
    crowd.come(1)
    crowd.pass_time(2 * LOOK_AGAIN)
    assert crowd.inside == [*FIRST, AT_A_TIME]


def test_a_waiting_invocation_delays_no_other(crowd: Crowd) -> None:
    """While all are waiting, for a hanging database or for each other, all may enter."""
    crowd.come(AT_A_TIME + 30)
    for _ in range(30 // AT_A_TIME + 1):
        for worker in crowd.workers:
            worker.stop()
        crowd.pass_time(2 * LOOK_AGAIN)
    assert crowd.inside == list(range(AT_A_TIME + 30))


def test_an_invocation_that_works_again_counts_again(crowd: Crowd) -> None:
    """As many invocations work as may."""
    # Given
    crowd.come(AT_A_TIME + 2)
    crowd.workers[0].stop()
    crowd.pass_time(2 * LOOK_AGAIN)
    assert crowd.inside == [*FIRST, AT_A_TIME]
    # When
    crowd.workers[0].work()
    crowd.pass_time(2 * LOOK_AGAIN)
    crowd.tickets[1].leave()
    # Then
    crowd.pass_time(2 * LOOK_AGAIN)
    assert crowd.inside == [*FIRST, AT_A_TIME]


def test_an_invocation_without_a_processor_counts_as_working(crowd: Crowd) -> None:
    """On an overloaded machine, more invocations of the same kind would not help."""
    crowd.come(AT_A_TIME + 1)
    for worker in crowd.workers:
        worker.stop()
        worker.is_starved = True
    crowd.pass_time(SLICE / 2)
    assert crowd.inside == FIRST


def test_an_invocation_without_a_process_counts_as_working(crowd: Crowd) -> None:
    """Its process is being loaded."""
    tickets = [Ticket(crowd.turnstile) for _ in range(AT_A_TIME + 1)]
    entered = [ticket.enter() for ticket in tickets]
    crowd.pass_time(SLICE / 2)
    assert entered == [True] * AT_A_TIME + [False]
    may_go = threading.Event()
    tickets[-1].when_it_may_go(may_go.set)
    assert not may_go.is_set()


def test_a_long_invocation_does_not_count(crowd: Crowd) -> None:
    """Otherwise others would wait minutes for what takes them milliseconds."""
    crowd.come(AT_A_TIME + 1)
    crowd.pass_time(SLICE + 2 * LOOK_AGAIN)
    assert crowd.inside == [*FIRST, AT_A_TIME]


def test_a_thread_can_wait() -> None:
    """The thread looks by itself."""
    stile = Turnstile(lambda _seconds, _call: None)
    inside = [Ticket(stile) for _ in range(AT_A_TIME)]
    assert all(ticket.enter() for ticket in inside)
    last = Ticket(stile)
    assert not last.enter()
    thread = threading.Thread(target=last.wait)
    thread.start()
    inside[0].leave()
    thread.join(10)
    assert not thread.is_alive()


@pytest.fixture
def process() -> Iterator[SimpleNamespace]:
    """A process that works or sleeps when it is told to."""
    code = """
import sys, time
for line in sys.stdin:
    until = time.process_time() + float(line)
    while time.process_time() < until: pass
    print("done", flush=True)
"""
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as started:
        assert started.stdin
        assert started.stdout
        yield SimpleNamespace(pid=started.pid, stdin=started.stdin, stdout=started.stdout)
        started.kill()


def test_the_work_of_a_process_can_be_seen(process: SimpleNamespace) -> None:
    """Its processor time shows it, to the millisecond."""
    activity = Activity(process.pid)
    print(0, file=process.stdin, flush=True)
    process.stdout.readline()
    eventually(lambda: not activity.is_runnable())
    before = activity.cpu_seconds()
    print(0.05, file=process.stdin, flush=True)
    process.stdout.readline()
    assert activity.cpu_seconds() - before >= 0.05
    eventually(lambda: not activity.is_runnable())
    idle = activity.cpu_seconds()
    assert activity.cpu_seconds() - idle < 0.001


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells")
def test_a_process_that_can_go_on_is_seen(process: SimpleNamespace) -> None:
    """It is seen even if it gets no processor."""
    print(100, file=process.stdin, flush=True)
    eventually(Activity(process.pid).is_runnable)


def test_a_process_that_is_gone_shows_nothing() -> None:
    """No call fails."""
    with subprocess.Popen([sys.executable, "-c", ""]) as gone:
        gone.wait()
    assert Activity(gone.pid).cpu_seconds() == 0
    assert not Activity(gone.pid).is_runnable()
