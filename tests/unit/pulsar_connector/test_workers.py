"""Workers run side by side until the deadline, even if one of them fails."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

import pytest

from pulsar_connector.run.deadline import Deadline
from pulsar_connector.run.workers import run_all


@dataclass
class Patient:
    """A worker that fails a number of times before it works."""

    failures: int
    name: str = "patient"
    runs: int = 0

    def run(self) -> None:
        """Fail, or return."""
        self.runs += 1
        if self.runs <= self.failures:
            raise OSError("broken")


@dataclass
class Meeting:
    """A worker that waits for another one to run at the same time."""

    barrier: threading.Barrier
    name: str = "meeting"

    def run(self) -> None:
        """Meet the other one."""
        self.barrier.wait(timeout=5)


@dataclass
class Clock:
    """A Lambda context whose remaining time the test sets."""

    millis: int
    invoked_function_arn: str = "arn:aws:lambda:us-east-1:000000000000:function:x"
    asked: list[int] = field(default_factory=list)

    def get_remaining_time_in_millis(self) -> int:
        """Return the time set by the test."""
        return self.millis


def test_a_worker_that_fails_starts_again(caplog: pytest.LogCaptureFixture) -> None:
    """The failure is logged and does not affect the others."""
    sick, healthy = Patient(failures=2), Patient(failures=0)
    run_all([sick, healthy])
    assert (sick.runs, healthy.runs) == (3, 1)
    assert [record.__dict__["worker"] for record in caplog.records] == ["patient", "patient"]


def test_the_diagnosis_is_logged_with_the_failure(caplog: pytest.LogCaptureFixture) -> None:
    """Without a diagnosis, the log has no field for it."""
    findings = iter(["the broker refuses the token", ""])
    run_all([Patient(failures=2)], diagnose=lambda _: next(findings))
    assert [record.__dict__.get("diagnosis") for record in caplog.records] == ["the broker refuses the token", None]


def test_workers_run_at_the_same_time() -> None:
    """No thread is left."""
    before = threading.active_count()
    barrier = threading.Barrier(3)
    run_all([Meeting(barrier) for _ in range(3)])
    assert threading.active_count() == before


def test_a_run_without_workers_returns() -> None:
    """All mappings may turn out to be invalid."""
    run_all([])


@pytest.mark.parametrize(("millis", "left"), [(10_000, 4.0), (6_000, 0.0), (0, 0.0)])
def test_a_deadline_keeps_its_reserve(millis: int, left: float) -> None:
    """The deadline passes while there is still time to close everything."""
    deadline = Deadline(Clock(millis), reserve_seconds=6)
    assert (deadline.seconds_left, deadline.passed) == (left, left == 0)


def test_a_pause_ends_at_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pause ends with the run."""
    slept: list[float] = []
    monkeypatch.setattr("pulsar_connector.run.deadline.time.sleep", slept.append)
    Deadline(Clock(7_000), reserve_seconds=6).sleep(30)
    Deadline(Clock(9_000), reserve_seconds=6).sleep(2)
    assert slept == [1, 2]
