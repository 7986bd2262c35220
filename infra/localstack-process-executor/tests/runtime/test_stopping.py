"""An execution environment can be stopped, whatever it is doing."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from localstack_process_executor.runtime import environment as environments
from localstack_process_executor.runtime.environment import (
    EnvironmentStoppedError,
    StoppedBeforehandError,
)
from localstack_process_executor.runtime.logs import LogStream
from localstack_process_executor.runtime.process import FunctionProcess
from localstack_process_executor.runtime.session import Invocation
from localstack_process_executor.runtime.steps import drive
from support.environments import CODE, EVENT, SLOW_EVENT, Make
from support.waiting import eventually


def test_stopping_waits_for_an_invocation(make: Make, lines: list[str]) -> None:
    """`stop` returns at once; the invocation succeeds, and only then everything goes."""
    # Given
    environment = make(CODE)
    environment.start()
    event = Invocation(request_id="id-3", function_arn="", payload=b'{"seconds": 1}', trace_id="t")
    with ThreadPoolExecutor(1) as pool:
        outcome = pool.submit(drive, environment.run(event))
        eventually(lambda: "handling id-3" in lines)
        # When
        environment.stop()
        # Then
        assert not outcome.done()
        pid = int(outcome.result().payload)
    eventually(lambda: not psutil.pid_exists(pid))
    with pytest.raises(StoppedBeforehandError):
        drive(environment.run(EVENT))


def test_stopping_at_once_interrupts(make: Make, lines: list[str], tmp_path: Path) -> None:
    """`stop(at_once=True)` ends the invocation; its caller gets the error for an unknown outcome."""
    # Given
    environment = make(CODE)
    environment.start()
    with ThreadPoolExecutor(1) as pool:
        outcome = pool.submit(drive, environment.run(SLOW_EVENT))
        eventually(lambda: "handling id-2" in lines)
        # When
        environment.stop(at_once=True)
        # Then
        with pytest.raises(EnvironmentStoppedError) as stopped:
            outcome.result(timeout=5)
        assert not isinstance(stopped.value, StoppedBeforehandError)
    eventually(lambda: not (tmp_path / "environment").exists())


def test_stopping_during_the_initialisation_ends_it(make: Make, lines: list[str], tmp_path: Path) -> None:
    """LocalStack may give up on an environment while it starts."""
    # Given
    environment = make("import time\nprint('loading', flush=True)\ntime.sleep(100)")
    with ThreadPoolExecutor(1) as pool:
        start = pool.submit(environment.start)
        eventually(lambda: lines)
        # When
        environment.stop()
        # Then
        with pytest.raises(StoppedBeforehandError):
            start.result(timeout=5)
    assert not (tmp_path / "environment").exists()


def test_nothing_is_left_of_a_stopped_environment(make: Make, tmp_path: Path) -> None:
    """Once stopped, an environment holds no descriptor, process or folder."""
    # Given
    process = psutil.Process()
    follow_something()  # starts the thread that all share
    before, others = process.num_fds(), process.children()
    environment = make(CODE)
    environment.start()
    drive(environment.run(EVENT))
    assert process.num_fds() > before
    # When
    environment.stop()
    # Then
    eventually(lambda: process.num_fds() <= before)
    assert process.children() == others
    assert not (tmp_path / "environment").exists()


def test_stopping_while_the_process_is_started_ends_it(
    make: Make, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A process started while its environment was stopped is found and killed too."""
    # Given
    environment = make("import time\ntime.sleep(100)")
    started: list[FunctionProcess] = []

    def launch(**arguments: object) -> FunctionProcess:
        started.append(FunctionProcess(**arguments))  # type: ignore[arg-type]
        environment.stop()  # as another thread would
        return started[0]

    monkeypatch.setattr(environments, "FunctionProcess", launch)
    # When
    with pytest.raises(StoppedBeforehandError):
        environment.start()
    # Then
    assert started[0].cause_of_death() == "signal: killed"
    assert not (tmp_path / "environment").exists()


def follow_something() -> None:
    """Read a log that ends at once."""
    source, end = os.pipe()
    os.close(end)
    os.set_blocking(source, False)
    log = LogStream(lambda _: None)
    log.attach(source)
    log.detach()
