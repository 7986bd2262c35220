"""Of many simultaneous invocations of a function, those that work take turns, and waiting ones delay no other."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from localstack_process_executor.runtime.turnstile import AT_A_TIME
from support.account import ACCOUNT, REGION
from support.emulator import Emulator
from support.function import Function
from support.lambda_calls import Caller

CLIENTS = 32
CODE = f"""
import http.client, json, os, time

def invoke(function, event):
    credential = "{ACCOUNT}/20260101/{REGION}/lambda/aws4_request"
    headers = {{"Authorization": "AWS4-HMAC-SHA256 Credential=" + credential + ", SignedHeaders=host, Signature=0"}}
    connection = http.client.HTTPConnection("127.0.0.1", int(os.environ["PORT"]))
    connection.request("POST", "/2015-03-31/functions/" + function + "/invocations", json.dumps(event), headers)
    return json.loads(connection.getresponse().read())

def handler(event, context):
    until = time.process_time() + event.get("work", 0)
    while time.process_time() < until: pass
    while (file := event.get("file")) and not os.path.exists(file): time.sleep(0.01)
    if event.get("ask"): return invoke(event["ask"][0], {{"ask": event["ask"][1:], "number": event["number"]}})
    return [os.getpid(), event.get("number")]
"""


@pytest.fixture
def function(localstack: Emulator, name: str) -> Iterator[Function]:
    """A function that works, waits and invokes others as its event says."""
    yield localstack.deploy(name, CODE, timeout=60, variables={"PORT": str(localstack.port)})
    localstack.lambda_.delete_function(FunctionName=name)


def invoke(function: Function, event: object) -> Any:
    """Return the function's result; nothing else is asked of Lambda."""
    reply = Caller(function.emulator).invoke(function.name, json.dumps(event).encode())
    assert reply.status == 200, reply.body
    return json.loads(reply.body)


def test_working_invocations_share_the_processors(function: Function) -> None:
    """More of them would take processor time from each other, and from LocalStack."""
    with ThreadPoolExecutor(CLIENTS) as pool:
        answers = list(pool.map(lambda number: invoke(function, {"work": 0.01, "number": number}), range(10 * CLIENTS)))
    assert [number for _, number in answers] == list(range(10 * CLIENTS))
    assert len({pid for pid, _ in answers}) <= 2 * AT_A_TIME


def test_waiting_invocations_delay_no_other(function: Function, tmp_path: Path) -> None:
    """A database may hang while a request comes that does not need it."""
    with ThreadPoolExecutor(2 * AT_A_TIME + 1) as pool:
        # Given
        hanging = [
            pool.submit(invoke, function, {"file": str(tmp_path / "end"), "number": number})
            for number in range(2 * AT_A_TIME)
        ]
        # When
        answers = [invoke(function, {"number": number}) for number in range(5)]
        # Then
        assert [number for _, number in answers] == list(range(5))
        assert not any(one.done() for one in hanging)
        (tmp_path / "end").touch()
        assert [one.result()[1] for one in hanging] == list(range(2 * AT_A_TIME))


def test_functions_can_invoke_functions_under_load(function: Function, localstack: Emulator) -> None:
    """Invocations of the same function, two more for each request, do not wait for each other for ever."""
    # Given
    asked = localstack.deploy(f"{function.name}-asked", CODE)
    ask = [function.name, asked.name]
    # When
    with ThreadPoolExecutor(CLIENTS) as pool:
        answers = list(pool.map(lambda number: invoke(function, {"ask": ask, "number": number}), range(2 * CLIENTS)))
    # Then
    assert [number for _, number in answers] == list(range(2 * CLIENTS))
    localstack.lambda_.delete_function(FunctionName=asked.name)
