"""Timers share one thread."""

import threading
import time

from localstack_process_executor.patches.lambda_.timers import Timer
from support.waiting import eventually


def test_timers_ring_in_order() -> None:
    """The earlier timer rings first, whichever was started first, and the later one is not early."""
    # Given
    rung: list[tuple[str, float]] = []
    began = time.monotonic()
    # When
    for name, seconds in (("late", 0.4), ("early", 0.1), ("middle", 0.2)):
        Timer(seconds, lambda name=name: rung.append((name, time.monotonic() - began))).start()  # type: ignore[misc]
    # Then
    eventually(lambda: len(rung) == 3)
    assert [name for name, _ in rung] == ["early", "middle", "late"]
    assert all(at >= seconds for (_, at), seconds in zip(rung, (0.1, 0.2, 0.4), strict=True))


def test_a_cancelled_timer_does_not_ring() -> None:
    """Cancelling works until the timer is due; later, or twice, it does nothing."""
    # Given
    rung: list[str] = []
    cancelled, other = Timer(0.1, lambda: rung.append("cancelled")), Timer(0.2, lambda: rung.append("other"))
    # When
    cancelled.start()
    other.start()
    cancelled.cancel()
    # Then
    eventually(lambda: rung)
    cancelled.cancel()
    other.cancel()
    assert rung == ["other"]


def test_a_slow_timer_delays_no_other() -> None:
    """Each timer rings in a thread of its own."""
    # Given
    release, rung = threading.Event(), threading.Event()
    Timer(0.01, release.wait).start()
    # When
    Timer(0.05, rung.set).start()
    # Then
    assert rung.wait(5)
    release.set()


def test_thousands_need_one_thread() -> None:
    """While none of them is due, they need no thread of their own."""
    before = threading.active_count()
    timers = [Timer(600, lambda: None) for _ in range(5000)]
    for timer in timers:
        timer.start()
    assert threading.active_count() <= before + 1
    for timer in timers:
        timer.cancel()
