"""How processes come and go: timeouts, crashes, kills, updates, idleness, and the end of LocalStack."""

import contextlib
import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from emulator import COME_AND_GO, Emulator, eventually

PID = "import os\ndef handler(event, context): return os.getpid()"
SLEEPER = """
import os, time
def handler(event, context):
    print("sleeping", os.getpid())
    time.sleep(event)
    return os.getpid()
"""
WAITER = """
import os, time
def handler(event, context):
    print("waiting", os.getpid())
    while not os.path.exists(event):
        time.sleep(0.01)
    return os.getpid()
"""
# Answers when as many processes are in it at the same time as the event says.
TOGETHER = """
import os, pathlib, time
def handler(event, context):
    folder, processes = event
    pathlib.Path(folder, str(os.getpid())).touch()
    while len(os.listdir(folder)) < processes:
        time.sleep(0.01)
    return os.getpid()
"""
# Holds the interpreter's lock for ever, with a child that would not notice the end of its parent.
STUCK = """
import os, re, subprocess
def handler(event, context):
    child = subprocess.Popen(["sleep", "1000"])
    print("stuck", os.getpid(), child.pid)
    re.match(r"(a+)+$", "a" * 60 + "b")
"""


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
    """A process that ends under an invocation is `Runtime.ExitError`; the next invocation gets a fresh one."""
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


def test_simultaneous_invocations_have_a_process_each(localstack: Emulator, name: str, tmp_path: Path) -> None:
    """An environment has one invocation at a time: twenty at once, from cold, are served by twenty processes."""
    # Given
    function = localstack.deploy(name, TOGETHER, timeout=30)
    # When
    with ThreadPoolExecutor(20) as pool:
        pids = [answer.payload for answer in pool.map(function.invoke, [[str(tmp_path), 20]] * 20)]
    # Then
    assert len(set(pids)) == 20
    assert function.invoke([str(tmp_path), 0]).payload in pids


@pytest.mark.parametrize("killed", [False, True], ids=["new", "killed"])
def test_a_burst_is_served_by_the_few_that_could_load(
    localstack: Emulator, name: str, tmp_path: Path, *, killed: bool
) -> None:
    """A few processes load at a time, also where all were killed, and who waits takes what is idle meanwhile."""
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
    """Beyond its reserved concurrency an invocation is refused with 429."""
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
    """A provisioned environment is there before the first invocation."""
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


def test_an_update_lets_invocations_end(localstack: Emulator, name: str, tmp_path: Path) -> None:
    """New code is live at once, while an invocation of the old code still ends well and its process then goes."""
    # Given
    function = localstack.deploy(name, WAITER, timeout=30)
    with ThreadPoolExecutor(1) as pool:
        old = pool.submit(function.invoke, str(tmp_path / "enough"))
        function.wait_for_log("waiting")
        # When
        function.update("def handler(event, context): return 'new'")
        # Then
        assert function.invoke().payload == "new"
        assert not old.done()
        (tmp_path / "enough").touch()
        answer = old.result()
    assert answer.error is None
    eventually(lambda: not is_running(answer.payload))


def test_a_deleted_function_leaves_nothing(localstack: Emulator, name: str) -> None:
    """With a function go its process and its folder."""
    # Given
    function = localstack.deploy(name, PID)
    pid = function.invoke().payload
    assert any(folder.name.startswith(name) for folder in localstack.scratch())
    # When
    localstack.lambda_.delete_function(FunctionName=name)
    # Then
    eventually(lambda: not is_running(pid))
    eventually(lambda: not any(folder.name.startswith(name) for folder in localstack.scratch()))


def test_a_thousand_invocations_leave_nothing(
    start_localstack: Callable[[Mapping[str, str]], Emulator], name: str
) -> None:
    """As many threads and open files, and as much memory, after a thousand invocations and thirty crashes as before."""
    # Given
    localstack = start_localstack({})
    function = localstack.deploy(name, "import os\ndef handler(event, context): event and os.kill(os.getpid(), 9)")
    process = psutil.Process(localstack.process.pid)

    def use(invocations: int, crashes: int) -> None:
        for number in range(invocations):
            function.invoke(number % (invocations // crashes) == 0)
        eventually(lambda: not any(child.status() == psutil.STATUS_ZOMBIE for child in process.children()))

    use(500, 10)  # until everything that is loaded once, and kept, is there
    threads, descriptors, memory = localstack.threads(), localstack.descriptors(), process.memory_info().rss
    # When
    use(1000, 30)
    # Then
    eventually(lambda: localstack.threads() <= threads + COME_AND_GO)
    eventually(lambda: localstack.descriptors() <= descriptors + COME_AND_GO)
    assert process.memory_info().rss - memory < 8 * 2**20


def test_idle_environments_are_retired(start_localstack: Callable[[Mapping[str, str]], Emulator], name: str) -> None:
    """After LocalStack's keep-alive an idle process and its folder go, and the next invocation starts anew."""
    # Given
    localstack = start_localstack({"LAMBDA_KEEPALIVE_MS": "300"})
    function = localstack.deploy(name, PID)
    # When
    pid = function.invoke().payload
    # Then
    eventually(lambda: not is_running(pid) and not localstack.scratch())
    assert function.invoke().payload not in (pid, None)


def test_functions_end_with_localstack(start_localstack: Callable[[Mapping[str, str]], Emulator], name: str) -> None:
    """`SIGTERM` ends idle and busy function processes and removes their folders."""
    # Given
    localstack = start_localstack({})
    idle, busy = localstack.deploy(f"{name}-i", PID), localstack.deploy(f"{name}-b", SLEEPER, timeout=600)
    idle.invoke()
    threading.Thread(target=ignore_errors, args=(busy.invoke, 500), daemon=True).start()
    busy.wait_for_log("sleeping")
    processes = localstack.function_processes()
    assert len(processes) == 2
    # When
    localstack.stop()
    # Then
    _, alive = psutil.wait_procs(processes, timeout=3)
    assert alive == []
    assert localstack.scratch() == []


def test_functions_die_with_localstack(start_localstack: Callable[[Mapping[str, str]], Emulator], name: str) -> None:
    """`kill -9` of LocalStack ends every function process at once, even one that never lets go of the interpreter."""
    # Given
    localstack = start_localstack({})
    idle, stuck = localstack.deploy(f"{name}-i", PID), localstack.deploy(f"{name}-s", STUCK, timeout=600)
    idle.invoke()
    threading.Thread(target=ignore_errors, args=(stuck.invoke,), daemon=True).start()
    stuck.wait_for_log("stuck")
    processes = localstack.function_processes()
    assert len(processes) == 3
    # When
    localstack.kill()
    # Then
    _, alive = psutil.wait_procs(processes, timeout=3)
    assert alive == []


def is_running(pid: int) -> bool:
    """Whether there is such a process, other than one that only waits to be collected."""
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def ignore_errors(call: Callable[..., object], *arguments: object) -> None:
    """For an invocation whose LocalStack goes away."""
    with contextlib.suppress(Exception):
        call(*arguments)
