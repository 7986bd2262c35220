"""`MemorySize` is a limit."""

import pytest

from support.emulator import Emulator
from support.function import InvokeAnswer

HOG = """
import os, subprocess, sys, time

def take(megabytes):
    held = bytearray(megabytes << 20)
    held[::4096] = b"x" * len(held[::4096])
    return held

def handler(event, context):
    if event == "pid":
        return os.getpid()
    if event == "at-once":
        return len(take(300))
    if event == "and-wait":
        held = take(300)
        time.sleep(20)
    if event == "little-by-little":
        held = []
        while True:
            held.append(take(10))
            time.sleep(0.02)
    if event == "in-a-child":
        code = "import time; held = bytearray(b'x') * (300 << 20); time.sleep(20)"
        return subprocess.run([sys.executable, "-c", code]).returncode
    return len(take(30))
"""


def assert_killed(answer: InvokeAnswer) -> None:
    """Check for AWS's error of a function that exceeded its memory."""
    assert answer.error == "Unhandled"
    assert answer.payload["errorType"] == "Runtime.ExitError"
    assert answer.payload["errorMessage"].startswith("RequestId: ")
    assert answer.payload["errorMessage"].endswith(" Error: Runtime exited with error: signal: killed")
    assert "Memory Size: 128 MB\tMax Memory Used: 128 MB\t" in answer.log


@pytest.mark.parametrize("way", ["at-once", "and-wait", "little-by-little", "in-a-child"])
def test_a_process_that_exceeds_its_memory_is_killed(localstack: Emulator, name: str, way: str) -> None:
    """A process that exceeds `MemorySize`, with its children, is killed; the next invocation gets another."""
    # Given
    function = localstack.deploy(name, HOG, timeout=30)
    before = function.invoke("pid").payload
    # When
    answer, after = function.invoke(way), function.invoke("pid")
    # Then
    assert_killed(answer)
    assert after.payload not in (before, None)


def test_an_initialisation_that_exceeds_the_memory_is_reported(localstack: Emulator, name: str) -> None:
    """A function that cannot be loaded within its memory gets this error, and is not loaded again and again."""
    # Given
    code = "print('loading')\nheld = bytearray(b'x') * (300 << 20)\ndef handler(event, context): pass"
    function = localstack.deploy(name, code, timeout=30)
    # When
    answer = function.invoke()
    # Then
    assert_killed(answer)
    assert function.wait_for_log("REPORT").count("loading") == 1


def test_forked_children_share_their_memory(localstack: Emulator, name: str) -> None:
    """Memory that a process and its forks share counts once."""
    # Given
    code = """
import os, time
held = bytearray(b"x") * (60 << 20)
def handler(event, context):
    children = [os.fork() for _ in range(4) if os.getpid() == parent] if (parent := os.getpid()) else []
    if os.getpid() != parent:
        time.sleep(0.5)
        os._exit(0)
    return [os.waitpid(child, 0)[1] for child in children]
"""
    function = localstack.deploy(name, code, timeout=30)
    # When / Then
    assert function.invoke().payload == [0, 0, 0, 0]


def test_the_most_memory_used_is_reported(localstack: Emulator, name: str) -> None:
    """Max Memory Used is the most that the process has ever held."""
    # Given
    function = localstack.deploy(name, HOG)

    def used(answer: InvokeAnswer) -> int:
        return int(answer.log.split("Max Memory Used: ")[1].split()[0])

    # When
    before, during, after = used(function.invoke("pid")), used(function.invoke()), used(function.invoke("pid"))
    # Then
    assert 0 < before < 60
    assert during == after
    assert 25 <= during - before <= 40
