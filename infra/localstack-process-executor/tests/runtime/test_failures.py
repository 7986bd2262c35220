"""Invocations end with an error if their process is killed, crashes or takes too long."""

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from support.emulator import Emulator
from support.processes import PID, SLEEPER, is_running
from support.waiting import eventually


def test_a_timeout_kills_the_process_and_tells_the_caller(localstack: Emulator, name: str) -> None:
    """After its timeout a function is killed with its children; the next invocation gets a fresh process."""
    # Given
    code = """
import os, subprocess, time
def handler(event, context):
    if event:
        return os.getpid()
    print("children", os.getpid(), subprocess.Popen(["sleep", "1000"]).pid)
    time.sleep(1000)
"""
    function = localstack.deploy(name, code, timeout=1)
    first = function.invoke(True).payload
    # When
    began = time.monotonic()
    answer = function.invoke()
    took = time.monotonic() - began
    # Then
    assert answer.error == "Unhandled"
    assert answer.payload["errorType"] == "Sandbox.Timedout"
    assert answer.payload["errorMessage"].startswith("RequestId: ")
    assert answer.payload["errorMessage"].endswith(" Error: Task timed out after 1.00 seconds")
    assert 1 <= took < 2
    assert "Task timed out after 1.00 seconds\nEND RequestId" in answer.log
    assert "Duration: 1000.00 ms" in answer.log
    assert "\tStatus: timeout" in answer.log
    _, parent, child = next(line for line in answer.log.splitlines() if line.startswith("children")).split()
    assert int(parent) == first
    eventually(lambda: not is_running(int(parent)) and not is_running(int(child)))
    assert function.invoke(True).payload not in (first, None)


@pytest.mark.parametrize(
    ("code", "cause"),
    [
        ("os.kill(os.getpid(), 9)", "Runtime exited with error: signal: killed"),
        ("ctypes.string_at(0)", "Runtime exited with error: signal: segmentation fault"),
        ("sys.exit(2)", "Runtime exited with error: exit status 2"),
        ("sys.exit(0)", "Runtime exited without providing a reason"),
    ],
)
def test_a_crash_is_the_invocations_error(localstack: Emulator, name: str, code: str, cause: str) -> None:
    """If a process ends during an invocation, that is `Runtime.ExitError`; the next invocation gets a fresh one."""
    # Given
    source = f"import ctypes, os, sys\ndef handler(event, context):\n  if event: return os.getpid()\n  {code}"
    function = localstack.deploy(name, source)
    before = function.invoke(1).payload
    # When
    answer, after = function.invoke(), function.invoke(1)
    # Then
    assert answer.error == "Unhandled"
    assert answer.payload["errorType"] == "Runtime.ExitError"
    request_id = answer.payload["errorMessage"].split()[1]
    assert answer.payload["errorMessage"] == f"RequestId: {request_id} Error: {cause}"
    assert f"RequestId: {request_id} Error: {cause}\nRuntime.ExitError\nEND RequestId: {request_id}\n" in answer.log
    assert "Status: error\tError Type: Runtime.ExitError" in answer.log
    assert after.payload not in (before, None)


def test_kill_9_from_outside_under_an_invocation_is_an_error_not_a_hang(localstack: Emulator, name: str) -> None:
    """`kill -9` of a busy function process ends its invocation at once."""
    # Given
    function = localstack.deploy(name, SLEEPER, timeout=60)
    pid = function.invoke(0).payload
    with ThreadPoolExecutor(1) as pool:
        invocation = pool.submit(function.invoke, 50)
        eventually(lambda: function.log_lines().count(f"sleeping {pid}") == 2)
        # When
        os.kill(pid, signal.SIGKILL)
        answer = invocation.result(timeout=3)
    # Then
    assert answer.payload["errorMessage"].endswith("Error: Runtime exited with error: signal: killed")


def test_kill_9_of_an_idle_process_is_no_error(localstack: Emulator, name: str) -> None:
    """However often an idle function process is killed, its callers do not notice."""
    # Given
    function = localstack.deploy(name, PID)
    pids = [function.invoke().payload]
    for _ in range(15):
        # When
        os.kill(pids[-1], signal.SIGKILL)
        answer = function.invoke()
        # Then
        assert answer.error is None
        pids.append(answer.payload)
    assert len(set(pids)) == len(pids)


def test_a_process_that_outlives_its_child_holding_the_connection_is_no_hang(localstack: Emulator, name: str) -> None:
    """A forked child that keeps the connection to the Runtime API open does not hide the death of the runtime."""
    # Given
    code = """
import os, time
def handler(event, context):
    if os.fork() == 0:
        time.sleep(1000)
    os.kill(os.getpid(), 9)
"""
    function = localstack.deploy(name, code, timeout=60)
    # When
    began = time.monotonic()
    answer = function.invoke()
    # Then
    assert answer.payload["errorType"] == "Runtime.ExitError"
    assert time.monotonic() - began < 3
