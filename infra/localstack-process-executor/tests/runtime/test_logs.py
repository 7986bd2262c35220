"""A function's output is in CloudWatch Logs and in the answer to its caller."""

import re
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from support.emulator import Emulator
from support.waiting import eventually


def test_an_invocation_is_framed_by_lambdas_own_lines(localstack: Emulator, name: str) -> None:
    """The lines are START, the output, END and REPORT; the first REPORT has the figures of the initialisation."""
    # Given
    code = """
import sys, time
print("initialising")
time.sleep(0.2)
def handler(event, context):
    print("to stdout")
    print("to stderr", file=sys.stderr)
    time.sleep(0.1)
"""
    function = localstack.deploy(name, code)
    # When
    first, second = function.invoke(), function.invoke()
    # Then
    request_id = "[0-9a-f-]{36}"
    body = rf"START RequestId: ({request_id}) Version: \$LATEST\nto stdout\nto stderr\nEND RequestId: \1\n"
    durations = r"REPORT RequestId: \1\tDuration: ([\d.]+) ms\tBilled Duration: (\d+) ms\t"
    figures = durations + r"Memory Size: 128 MB\tMax Memory Used: (\d+) MB\t"
    cold = re.fullmatch(rf"initialising\n{body}{figures}Init Duration: ([\d.]+) ms\t\n", first.log)
    warm = re.fullmatch(body + figures + r"\n", second.log)
    assert cold, first.log
    assert warm, second.log
    duration, billed, memory, init = (float(figure) for figure in cold.groups()[1:])
    assert 100 < duration < 1000
    assert 200 < init < 3000
    assert billed == -(-(duration + init) // 1)
    assert 5 < memory < 128
    assert 100 < float(warm[2]) <= float(warm[3])


def test_each_line_is_stored_once_and_in_order(localstack: Emulator, name: str) -> None:
    """CloudWatch Logs has every line of every invocation exactly once, in the environment's stream."""
    # Given
    code = """
import os
print("init")
def handler(event, context):
    for n in range(3):
        print(event, n)
    return os.environ["AWS_LAMBDA_LOG_STREAM_NAME"]
"""
    function = localstack.deploy(name, code)
    # When
    streams = {function.invoke(f"event-{number}").payload for number in range(4)}
    # Then
    eventually(lambda: sum(line.startswith("REPORT") for line in function.log_lines()) >= 4)
    function.invoke("last")  # anything that LocalStack itself stores of the others is there before this
    lines = function.wait_for_log("last 2")
    lines = lines[: next(index for index, line in enumerate(lines) if "last 0" in line) - 1]
    expected = ["init"]
    for number in range(4):
        expected += ["START", *(f"event-{number} {n}" for n in range(3)), "END", "REPORT"]
    assert [re.sub(" RequestId.*", "", line) for line in lines] == expected
    found = localstack.logs.describe_log_streams(logGroupName=f"/aws/lambda/{name}")["logStreams"]
    assert {stream["logStreamName"] for stream in found} == streams


def test_lines_arrive_while_the_function_runs(localstack: Emulator, name: str, tmp_path: Path) -> None:
    """The output of a long invocation is in CloudWatch Logs within about a second."""
    # Given
    code = """
import os, time
def handler(event, context):
    print("at", time.time())
    while not os.path.exists(event):
        time.sleep(0.01)
"""
    function = localstack.deploy(name, code, timeout=30)
    with ThreadPoolExecutor(1) as pool:
        # When
        invocation = pool.submit(function.invoke, str(tmp_path / "enough"))
        line = next(line for line in function.wait_for_log("at ") if line.startswith("at "))
        delay = time.time() - float(line.split()[1])
        # Then
        assert not invocation.done()
        (tmp_path / "enough").touch()
        assert delay < 1


def test_a_message_of_several_lines_is_one_event(localstack: Emulator, name: str) -> None:
    """A stack trace that the runtime logs stays together, as it does on AWS."""
    function = localstack.deploy(name, "def handler(event, context): raise ValueError('one line')")
    function.invoke()
    error = next(line for line in function.wait_for_log("[ERROR]") if line.startswith("[ERROR]"))
    assert error.startswith("[ERROR] ValueError: one line\nTraceback (most recent call last):\n")
    assert "in handler" in error


def test_output_without_an_end_of_line_and_from_children_is_kept(localstack: Emulator, name: str) -> None:
    """The last line of an invocation needs no line end; lines of subprocesses are kept too."""
    # Given
    code = """
import subprocess, sys
def handler(event, context):
    subprocess.run(["echo", "from a child"])
    sys.stdout.write("unfinished")
"""
    function = localstack.deploy(name, code)
    # When
    answer = function.invoke()
    # Then
    assert "\nfrom a child\nunfinished\nEND RequestId" in answer.log
    assert "unfinished" in function.wait_for_log("REPORT")


def test_the_tail_is_cut_and_the_log_is_not(localstack: Emulator, name: str) -> None:
    """The caller gets the last 4 KB; CloudWatch Logs gets everything, with lines over its limit in pieces."""
    # Given
    code = """
def handler(event, context):
    for n in range(3000):
        print(f"line {n}", "x" * 100)
    print("y" * 300_000)
    print("end")
"""
    function = localstack.deploy(name, code, timeout=30)
    # When
    answer = function.invoke()
    # Then
    assert 4000 < len(answer.log) <= 4096
    assert "\nend\nEND" in answer.log
    eventually(lambda: function.log_lines()[-1:] and function.log_lines()[-1].startswith("REPORT"))
    lines = function.log_lines()
    assert sum(line.startswith("line ") for line in lines) == 3000
    assert [len(line) for line in lines if line.startswith("y")] == [262_118, 37_882]


def test_the_last_lines_before_a_crash_are_logged(localstack: Emulator, name: str) -> None:
    """The last lines before a crash are in the log, before Lambda's own lines about it."""
    code = "import os\ndef handler(event, context):\n  print('last words')\n  os.abort()"
    function = localstack.deploy(name, code)
    answer = function.invoke()
    assert re.search(r"last words\nRequestId: \S+ Error: Runtime exited with error: signal: aborted\n", answer.log)
