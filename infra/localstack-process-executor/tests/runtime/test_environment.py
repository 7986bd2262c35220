"""Execution environments without LocalStack, where a test can choose the moment of a fault."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor

import pytest

from localstack_process_executor.runtime import environment as environments
from localstack_process_executor.runtime.environment import (
    ATTEMPTS,
)
from localstack_process_executor.runtime.steps import drive
from support.environments import CODE, EVENT, SLOW_EVENT, Make
from support.waiting import eventually

# In the place of awslambdaric's native client: it asks for an event, and dies when it comes.
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


def test_an_undelivered_invocation_goes_to_another_process(make: Make, lines: list[str]) -> None:
    """If a process is killed between the sending and the reading of an event, the caller does not notice."""
    # Given
    environment = make(CODE, runtime_client=DIES_WHEN_THE_EVENT_ARRIVES.format(lives=1))
    environment.start()
    # When
    outcome = drive(environment.run(EVENT))
    # Then
    assert not outcome.is_error
    assert lines.count("dying") == 1
    assert lines.count("START RequestId: id-1 Version: $LATEST") == lines.count("handling id-1") == 1


def test_an_event_is_offered_to_a_few_processes_only(make: Make, lines: list[str]) -> None:
    """If every process dies before it reads the event, the invocation fails after a few attempts."""
    # Given
    environment = make(CODE, runtime_client=DIES_WHEN_THE_EVENT_ARRIVES.format(lives=100))
    environment.start()
    # When
    outcome = drive(environment.run(EVENT))
    # Then
    assert b"Error: Runtime exited with error: signal: killed" in outcome.payload
    assert lines.count("dying") == ATTEMPTS


def test_a_process_killed_while_it_loads_is_replaced(make: Make, lines: list[str]) -> None:
    """The caller does not notice a `kill -9` during the initialisation either."""
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
    outcome = drive(environment.run(EVENT))
    # Then
    assert not outcome.is_error
    assert lines.count("loaded again") == 1


def test_a_delivered_invocation_is_never_repeated(make: Make, lines: list[str]) -> None:
    """If a process is killed after the handler may have run, the invocation fails: nothing is done twice."""
    # Given
    environment = make(CODE)
    environment.start()
    pid = int(drive(environment.run(EVENT)).payload)
    with ThreadPoolExecutor(1) as pool:
        # When
        outcome = pool.submit(drive, environment.run(SLOW_EVENT))
        eventually(lambda: "handling id-2" in lines)
        os.kill(pid, signal.SIGKILL)
        # Then
        assert outcome.result(timeout=5).is_error
    assert lines.count("handling id-2") == 1


@pytest.mark.parametrize(("timeout", "ends_well"), [(5.0, True), (0.5, False)])
def test_an_init_over_its_limit_goes_on_at_the_expense_of_the_invocation(
    make: Make, monkeypatch: pytest.MonkeyPatch, timeout: float, *, ends_well: bool
) -> None:
    """A function that takes too long to load is not started again; only its own timeout ends it."""
    # Given
    monkeypatch.setattr(environments, "INIT_LIMIT", 0.3)
    environment = make(f"import time\ntime.sleep(1.5)\n{CODE}", timeout=timeout)
    environment.start()
    # When
    outcome = drive(environment.run(EVENT))
    # Then
    assert outcome.is_error is not ends_well
    assert (b"Task timed out after 0.50 seconds" in outcome.payload) is not ends_well


def test_the_portable_client_speaks_the_same_protocol(make: Make) -> None:
    """Without awslambdaric's native client, ours serves results, errors and the next invocation alike."""
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
    first, failed, last = (drive(environment.run(event)) for event in (EVENT, SLOW_EVENT, EVENT))
    # Then
    assert first.payload == last.payload == b'["portable_client", "id-1", true]'
    assert failed.is_error
    assert "ValueError" in failed.payload.decode()
