"""Processes end after updates and deletions, when idle, and with LocalStack."""

import contextlib
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil

from support.emulator import COME_AND_GO, Emulator
from support.processes import PID, SLEEPER, WAITER, is_running
from support.waiting import eventually

# Holds the interpreter's lock for ever; its child would not notice the end of its parent.
STUCK = """
import os, re, subprocess
def handler(event, context):
    child = subprocess.Popen(["sleep", "1000"])
    print("stuck", os.getpid(), child.pid)
    re.match(r"(a+)+$", "a" * 60 + "b")
"""


def test_an_update_lets_invocations_end(localstack: Emulator, name: str, tmp_path: Path) -> None:
    """New code is live at once; an invocation of the old code still succeeds, and then its process ends."""
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
    """Its process and its folder are gone."""
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
    """Threads, open files and memory do not grow in a thousand invocations and thirty crashes."""
    # Given
    localstack = start_localstack({})
    function = localstack.deploy(name, "import os\ndef handler(event, context): event and os.kill(os.getpid(), 9)")
    process = psutil.Process(localstack.process.pid)

    def use(invocations: int, crashes: int) -> None:
        for number in range(invocations):
            function.invoke(number % (invocations // crashes) == 0)
        eventually(lambda: not any(child.status() == psutil.STATUS_ZOMBIE for child in process.children()))

    use(500, 10)  # until everything that is loaded once and kept is there
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
    """`kill -9` of LocalStack ends every function process at once, even one that blocks the interpreter."""
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


def ignore_errors(call: Callable[..., object], *arguments: object) -> None:
    """Call something whose LocalStack goes away."""
    with contextlib.suppress(Exception):
        call(*arguments)
