"""An update of a function does not affect the invocations that come to it meanwhile."""

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from support.emulator import Emulator
from support.function import Function, zipped
from support.waiting import eventually

SLOW_TO_LOAD = """
import os, time

time.sleep(0.5)

def handler(event, context):
    print("handling", event, flush=True)
    return [os.environ["GENERATION"], event]
"""
LATE_IMPORT = """
import os, time

def handler(event, context):
    print("waiting", flush=True)
    while not os.path.exists(event):
        time.sleep(0.05)
    import late
    return [__file__, late.WHO]
"""
AT_ONCE = 6  # more than load at a time


def update(function: Function, generation: str) -> None:
    """Replace the code by one that says so."""
    variables = {"Variables": {"GENERATION": generation}}
    function.emulator.lambda_.update_function_configuration(FunctionName=function.name, Environment=variables)
    function.wait()


@pytest.mark.parametrize("after", [0.1, 0.6])
def test_a_waiting_invocation_gets_a_process_of_the_new_code(localstack: Emulator, name: str, after: float) -> None:
    """The new code serves invocations that wait for a process or for its loading, and each event once."""
    # Given
    function = localstack.deploy(name, SLOW_TO_LOAD, variables={"GENERATION": "old"}, timeout=9)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        waiting = [pool.submit(function.invoke, number) for number in range(AT_ONCE)]
        time.sleep(after)
        # When
        update(function, "new")
        # Then
        answers = [one.result() for one in waiting]
    assert [answer.error for answer in answers] == [None] * AT_ONCE
    assert [answer.payload[1] for answer in answers] == [*range(AT_ONCE)]
    assert function.invoke("next").payload == ["new", "next"]
    once = Counter(f"handling {event}" for event in (*range(AT_ONCE), "next"))
    eventually(lambda: Counter(line for line in function.log_lines() if line.startswith("handling ")) == once)


def test_the_old_code_stays_while_it_serves(localstack: Emulator, name: str, tmp_path: Path) -> None:
    """A handler may import a module of its own at any time; the code is deleted when nothing runs it any more."""
    # Given
    files = {"app.py": LATE_IMPORT, "late.py": "WHO = 'old'"}
    function = Function.create(localstack, name, {"ZipFile": zipped(files)}, timeout=9)
    go_on = tmp_path / "go-on"
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(function.invoke, str(go_on))
        eventually(lambda: "waiting" in function.log_lines())
        # When
        function.update("def handler(event, context): return __file__, 'new'")
        assert function.invoke().payload[1] == "new"
        go_on.touch()
        # Then
        folder, who = waiting.result().payload
    assert who == "old"
    eventually(lambda: not Path(folder).exists())
