"""Simultaneous invocations are served by several processes."""

import os
import signal
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from support.emulator import Emulator
from support.processes import WAITER, is_running
from support.waiting import eventually

# Answers once as many processes are in it as the event says.
TOGETHER = """
import os, pathlib, time
def handler(event, context):
    folder, processes = event
    pathlib.Path(folder, str(os.getpid())).touch()
    while len(os.listdir(folder)) < processes:
        time.sleep(0.01)
    return os.getpid()
"""


def test_simultaneous_invocations_have_a_process_each(localstack: Emulator, name: str, tmp_path: Path) -> None:
    """An environment has one invocation at a time: twenty at once are served by twenty new processes."""
    # Given
    function = localstack.deploy(name, TOGETHER, timeout=30)
    # When
    with ThreadPoolExecutor(20) as pool:
        pids = [answer.payload for answer in pool.map(function.invoke, [[str(tmp_path), 20]] * 20)]
    # Then
    assert len(set(pids)) == 20
    assert function.invoke([str(tmp_path), 0]).payload in pids


@pytest.mark.parametrize("killed", [False, True], ids=["new", "killed"])
def test_a_burst_is_served_by_a_few_processes(localstack: Emulator, name: str, tmp_path: Path, *, killed: bool) -> None:
    """A few processes load at a time, even if all were killed; waiting events take processes that become idle."""
    # Given a function that takes a second to load
    loading, serving = tmp_path / "loading", tmp_path / "serving"
    loading.mkdir()
    serving.mkdir()
    code = f"""
import os, pathlib, time
loading = pathlib.Path({str(loading)!r}, str(os.getpid()))
loading.touch()
time.sleep(1)
print("others", len(os.listdir(loading.parent)) - 1)
loading.unlink()
"""
    function = localstack.deploy(name, code + TOGETHER, timeout=30)
    with ThreadPoolExecutor(50) as pool:
        if killed:
            killed_pids = [answer.payload for answer in pool.map(function.invoke, [[str(serving), 8]] * 8)]
            assert len(set(killed_pids)) == 8
            for pid in killed_pids:
                os.kill(pid, signal.SIGKILL)
            eventually(lambda: not any(is_running(pid) for pid in killed_pids))
        # When
        pids = Counter(answer.payload for answer in pool.map(function.invoke, [[str(serving), 0]] * 50))
    # Then
    at_a_time = max(2, os.cpu_count() or 1)
    assert pids.total() == 50
    assert len(pids) <= 4 * at_a_time
    others = [int(line.split()[1]) for line in function.log_lines() if line.startswith("others")]
    assert others
    assert max(others) < at_a_time


def test_reserved_concurrency_throttles(localstack: Emulator, name: str, tmp_path: Path) -> None:
    """Beyond the reserved concurrency an invocation is refused with 429."""
    # Given
    function = localstack.deploy(name, WAITER, timeout=30)
    localstack.lambda_.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=1)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(function.invoke, str(tmp_path / "enough"))
        function.wait_for_log("waiting")
        # When / Then
        with pytest.raises(localstack.lambda_.exceptions.TooManyRequestsException):
            function.invoke("/")
        (tmp_path / "enough").touch()
        assert first.result().error is None
    assert function.invoke("/").error is None


def test_provisioned_concurrency_initialises_beforehand(localstack: Emulator, name: str) -> None:
    """A provisioned environment exists before the first invocation."""
    # Given
    code = "import os\nprint('ready')\ndef handler(event, context): return os.environ['AWS_LAMBDA_INITIALIZATION_TYPE']"
    function = localstack.deploy(name, code)
    localstack.lambda_.publish_version(FunctionName=name)
    # When
    localstack.lambda_.put_provisioned_concurrency_config(
        FunctionName=name, Qualifier="1", ProvisionedConcurrentExecutions=1
    )
    # Then
    assert function.wait_for_log("ready") == ["ready"]
    assert function.invoke(Qualifier="1").payload == "provisioned-concurrency"
