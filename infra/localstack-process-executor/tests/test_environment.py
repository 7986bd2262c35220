"""Execution environments by themselves, where the moment of a fault can be chosen."""

import os
import signal
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Protocol

import psutil
import pytest

from emulator import eventually
from localstack_process_executor import environment as environments
from localstack_process_executor import isolation
from localstack_process_executor.environment import (
    ATTEMPTS,
    Environment,
    EnvironmentStoppedError,
    FunctionSpec,
    StoppedBeforehandError,
)
from localstack_process_executor.interpreter import interpreter
from localstack_process_executor.logs import LogEvent, LogStream
from localstack_process_executor.process import FunctionProcess
from localstack_process_executor.session import Invocation
from localstack_process_executor.turns import drive

EVENT = Invocation(request_id="id-1", function_arn="arn:aws:lambda:x", payload=b'{"seconds": 0}', trace_id="Root=1-2-3")
SLOW_EVENT = Invocation(request_id="id-2", function_arn="arn:aws:lambda:x", payload=b'{"seconds": 20}', trace_id="t")
CODE = """
import os, time
def handler(event, context):
    print("handling", context.aws_request_id)
    time.sleep(event["seconds"])
    return os.getpid()
"""
# In the place of awslambdaric's native client: asks for work, and is gone when it comes.
DIES_WHEN_THE_EVENT_ARRIVES = """
import os, pathlib, socket, tempfile
lives = pathlib.Path(tempfile.gettempdir(), "lives")
if lives.exists() and len(lives.read_text()) >= {lives}:
    raise ImportError("from now on the client that works")

def initialize_client(user_agent):
    pass

def next():
    lives.open("a").write("x")
    host, port = os.environ["AWS_LAMBDA_RUNTIME_API"].split(":")
    connection = socket.create_connection((host, int(port)))
    connection.sendall(b"GET /2018-06-01/runtime/invocation/next HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n")
    connection.recv(1, socket.MSG_PEEK)
    print("dying", flush=True)
    os.kill(os.getpid(), 9)
"""


class Make(Protocol):
    """Makes an environment for a module `app`, and other files beside it."""

    def __call__(self, code: str, *, timeout: float = 30, **files: str) -> Environment:
        """Make one."""
        ...


@pytest.fixture(scope="module")
def runtime(tmp_path_factory: pytest.TempPathFactory) -> isolation.Runtime:
    """The runtime that all share."""
    version = "python{}.{}".format(*sys.version_info)
    return isolation.runtime(interpreter(version), tmp_path_factory.mktemp("runtime"))


@pytest.fixture
def lines() -> list[str]:
    """What has been logged."""
    return []


@pytest.fixture
def make(runtime: isolation.Runtime, tmp_path: Path, lines: list[str]) -> Iterator[Make]:
    """Makes environments and stops them after the test."""
    made: list[Environment] = []

    def publish(events: Iterable[LogEvent]) -> None:
        lines.extend(event.message.removesuffix("\n") for event in events)

    def environment(code: str, *, timeout: float = 30, **files: str) -> Environment:
        task_root, folder = tmp_path / "task", tmp_path / "environment"
        for path in (task_root, folder):
            path.mkdir()
        for name, content in {"app": code, **files}.items():
            (task_root / f"{name}.py").write_text(content)
        spec = FunctionSpec(
            name="test",
            version="$LATEST",
            handler="app.handler",
            task_root=task_root,
            layers=(),
            timeout=timeout,
            memory_size_mb=128,
            variables={},
        )
        made.append(Environment(spec=spec, runtime=runtime, folder=folder, log=LogStream(publish)))
        return made[-1]

    yield environment
    for one in made:
        one.stop(at_once=True)


def test_an_invocation_that_a_process_never_saw_goes_to_another(make: Make, lines: list[str]) -> None:
    """A process killed after the event was sent and before it was read costs the caller nothing."""
    # Given
    environment = make(CODE, runtime_client=DIES_WHEN_THE_EVENT_ARRIVES.format(lives=1))
    environment.start()
    # When
    outcome = drive(environment.turn(EVENT))
    # Then
    assert not outcome.is_error
    assert lines.count("dying") == 1
    assert lines.count("START RequestId: id-1 Version: $LATEST") == lines.count("handling id-1") == 1


def test_an_event_is_not_offered_for_ever(make: Make, lines: list[str]) -> None:
    """A process that dies each time before it reads the event ends in an error after a few attempts."""
    # Given
    environment = make(CODE, runtime_client=DIES_WHEN_THE_EVENT_ARRIVES.format(lives=100))
    environment.start()
    # When
    outcome = drive(environment.turn(EVENT))
    # Then
    assert b"Error: Runtime exited with error: signal: killed" in outcome.payload
    assert lines.count("dying") == ATTEMPTS


def test_a_process_killed_while_it_loads_is_replaced(make: Make, lines: list[str]) -> None:
    """`kill -9` during the initialisation costs the caller nothing either."""
    # Given
    code = """
import os, pathlib, tempfile
try:
    pathlib.Path(tempfile.gettempdir(), "loaded").touch(exist_ok=False)
    os.kill(os.getpid(), 9)
except FileExistsError:
    print("loaded again")
"""
    environment = make(code + CODE)
    environment.start()
    # When
    outcome = drive(environment.turn(EVENT))
    # Then
    assert not outcome.is_error
    assert lines.count("loaded again") == 1


def test_an_invocation_that_a_process_saw_is_never_repeated(make: Make, lines: list[str]) -> None:
    """A process killed once the handler may have run is an error: nothing is done twice."""
    # Given
    environment = make(CODE)
    environment.start()
    pid = int(drive(environment.turn(EVENT)).payload)
    with ThreadPoolExecutor(1) as pool:
        # When
        outcome = pool.submit(drive, environment.turn(SLOW_EVENT))
        eventually(lambda: "handling id-2" in lines)
        os.kill(pid, signal.SIGKILL)
        # Then
        assert outcome.result(timeout=5).is_error
    assert lines.count("handling id-2") == 1


@pytest.mark.parametrize(("timeout", "ends_well"), [(5.0, True), (0.5, False)])
def test_an_init_over_its_limit_goes_on_at_the_expense_of_the_invocation(
    make: Make, monkeypatch: pytest.MonkeyPatch, timeout: float, *, ends_well: bool
) -> None:
    """A function that takes too long to load is not started again, and is cut off by its own timeout only."""
    # Given
    monkeypatch.setattr(environments, "INIT_LIMIT", 0.3)
    environment = make(f"import time\ntime.sleep(1.5)\n{CODE}", timeout=timeout)
    environment.start()
    # When
    outcome = drive(environment.turn(EVENT))
    # Then
    assert outcome.is_error is not ends_well
    assert (b"Task timed out after 0.50 seconds" in outcome.payload) is not ends_well


def test_stopping_waits_for_an_invocation(make: Make, lines: list[str]) -> None:
    """`stop` returns at once; what runs ends well, and only then everything goes."""
    # Given
    environment = make(CODE)
    environment.start()
    event = Invocation(request_id="id-3", function_arn="", payload=b'{"seconds": 1}', trace_id="t")
    with ThreadPoolExecutor(1) as pool:
        outcome = pool.submit(drive, environment.turn(event))
        eventually(lambda: "handling id-3" in lines)
        # When
        environment.stop()
        # Then
        assert not outcome.done()
        pid = int(outcome.result().payload)
    eventually(lambda: not psutil.pid_exists(pid))
    with pytest.raises(StoppedBeforehandError):
        drive(environment.turn(EVENT))


def test_stopping_at_once_interrupts(make: Make, lines: list[str], tmp_path: Path) -> None:
    """`stop(at_once=True)` ends what runs; its caller is told that the outcome is unknown."""
    # Given
    environment = make(CODE)
    environment.start()
    with ThreadPoolExecutor(1) as pool:
        outcome = pool.submit(drive, environment.turn(SLOW_EVENT))
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
    follow_something()  # the thread that all share
    before, others = process.num_fds(), process.children()
    environment = make(CODE)
    environment.start()
    drive(environment.turn(EVENT))
    assert process.num_fds() > before
    # When
    environment.stop()
    # Then
    eventually(lambda: process.num_fds() <= before)
    assert process.children() == others
    assert not (tmp_path / "environment").exists()


def test_the_portable_client_speaks_the_same_protocol(make: Make) -> None:
    """Where awslambdaric has no native client, ours serves results, errors and the next invocation alike."""
    # Given
    code = """
import sys
def handler(event, context):
    if event["seconds"]: raise ValueError("ñ")
    return [sys.modules["runtime_client"].__name__, context.aws_request_id, context.get_remaining_time_in_millis() > 0]
"""
    environment = make(code, runtime_client="raise ImportError('as where there is none')")
    environment.start()
    # When
    first, failed, last = (drive(environment.turn(event)) for event in (EVENT, SLOW_EVENT, EVENT))
    # Then
    assert first.payload == last.payload == b'["portable_client", "id-1", true]'
    assert failed.is_error
    assert "ValueError" in failed.payload.decode()


def follow_something() -> None:
    """Take in a log that ends at once."""
    source, end = os.pipe()
    os.close(end)
    os.set_blocking(source, False)
    log = LogStream(lambda _: None)
    log.attach(source)
    log.detach()


def test_stopping_while_the_process_is_started_ends_it(
    make: Make, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A process that came to be while its environment was stopped is found and killed too."""
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
