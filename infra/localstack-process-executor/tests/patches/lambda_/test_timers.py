"""Timers that share a thread."""

import threading
import time

from localstack_process_executor.patches.lambda_.timers import Timer
from support.waiting import eventually


def test_each_rings_in_its_turn() -> None:
    """However they were started, the earlier one rings first, and the later one is not early."""
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


def test_a_cancelled_one_does_not_ring() -> None:
    """Before it is due; afterwards, and twice, cancelling does nothing."""
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


def test_one_that_takes_its_time_holds_no_other_up() -> None:
    """Each rings in a thread of its own."""
    # Given
    release, rung = threading.Event(), threading.Event()
    Timer(0.01, release.wait).start()
    # When
    Timer(0.05, rung.set).start()
    # Then
    assert rung.wait(5)
    release.set()


def test_thousands_need_one_thread() -> None:
    """And as long as none is due, none of their own."""
    before = threading.active_count()
    timers = [Timer(600, lambda: None) for _ in range(5000)]
    for timer in timers:
        timer.start()
    assert threading.active_count() <= before + 1
    for timer in timers:
        timer.cancel()
