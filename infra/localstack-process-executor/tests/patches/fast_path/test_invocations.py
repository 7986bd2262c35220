"""Plain invocations by Lambda's API take the fast path, and get the same answers."""

import base64
import json
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import boto3
import pytest

from support.account import ACCOUNT, REGION, ROLE, RUNTIME
from support.emulator import Emulator
from support.function import Function, zipped
from support.lambda_calls import OWN_PATH, Caller, Log
from support.lambda_metrics import total
from support.waiting import eventually

OTHER_ACCOUNT, OTHER_REGION = "111111111111", "eu-west-1"
CONTEXT = base64.b64encode(b'{"custom": {"a": "\xc3\xb1"}}').decode()
TRACE = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
CODE = """
import os, time

def handler(event, context):
    match event.get("do"):
        case "raise": raise ValueError("private ñ")
        case "exit": os._exit(1)
        case "sleep": time.sleep(1000)
        case "wait":
            while not os.path.exists(event["until"]): time.sleep(0.01)
        case "pause": time.sleep(0.2)
        case "nothing": return None
        case "large": return "x" * 1_000_000
        case "too-large": return "x" * 7_000_000
        case "context":
            client = context.client_context and context.client_context.custom
            return [context.invoked_function_arn, context.function_version, client]
        case "trace": return os.environ["_X_AMZN_TRACE_ID"]
        case "id": return context.aws_request_id
    return event
"""


@pytest.fixture(scope="module")
def function(localstack: Emulator) -> Iterator[Function]:
    """A function that does as its event says, with a published version."""
    function = localstack.deploy("invoked", CODE, timeout=1)
    localstack.lambda_.publish_version(FunctionName=function.name)
    yield function
    localstack.lambda_.delete_function(FunctionName=function.name)


@pytest.mark.parametrize(
    ("event", "headers", "status"),
    [
        (b'{"a": ["\xc3\xb1", 1.5, null]}', {}, 200),
        ('{"a": "\u2028 \U0001f600"}'.encode(), {}, 200),
        (b'{"do": "nothing"}', {"Content-Type": "application/json"}, 200),
        (b'{"do": "raise"}', {}, 200),
        (b'{"do": "exit"}', {}, 200),
        (b'{"do": "sleep"}', {}, 200),
        (b'{"do": "pause"}', {}, 200),
        (b'{"do": "large"}', {}, 200),
        (b'{"do": "too-large"}', {}, 200),
        (b'{"do": "context"}', {"X-Amz-Client-Context": CONTEXT}, 200),
        (b'{"do": "context"}', {"X-Amz-Client-Context": "nonsense"}, 200),
        (b'{"do": "trace"}', {"X-Amzn-Trace-Id": TRACE}, 200),
        (b'{"do": "id"}', {"X-Amz-Invocation-Type": "RequestResponse", "Connection": "keep-alive"}, 200),
        (b'{"a": "%s"}' % (b"x" * 60_000), {"Accept": "application/cbor"}, 200),
    ],
    ids=lambda value: value[:30] if isinstance(value, bytes) else None,
)
def test_a_plain_invocation_takes_the_fast_path(
    function: Function, event: bytes, headers: dict[str, str], status: int
) -> None:
    """The event arrives unchanged, and the answer, even an error, equals that of LocalStack's own path."""
    # Given
    localstack = function.emulator
    log = Log(localstack)
    # When
    short, long = Caller(localstack).both_ways(function.name, event, headers)
    # Then
    assert short == long
    assert short.status == status
    assert log.ways() == ["long", "short", "long", "long"]


@pytest.mark.parametrize(
    ("path", "event", "headers", "status"),
    [
        ("invoked", b"", {}, 200),
        ("invoked", b"\xff\xfe", {}, 400),
        ("invoked", b"no JSON", {}, 400),
        ("invoked", b"{bad", {}, 400),
        ("invoked", b'{"a": NaN}', {}, 400),
        ("invoked", b'{"a": 1} {}', {}, 400),
        ("invoked", b'{"a": "\n"}', {}, 400),
        ("invoked", b"[" * 50_000, {}, 400),
        ("invoked", b" ", {}, 400),
        ("invoked", b"{bad", {"X-Amz-Invocation-Type": "Event"}, 400),
        ("invoked", b'"%s"' % (b"x" * 70_000), {}, 200),
        ("invoked", b'"%s"' % (b"x" * 7_000_000), {}, 413),
        ("invoked", b"{}", {"X-Amz-Invocation-Type": "Event"}, 202),
        ("invoked", b"{}", {"X-Amz-Invocation-Type": "DryRun"}, 204),
        ("invoked", b"{}", {"Content-Type": "application/x-www-form-urlencoded"}, 200),
        ("invoked?Qualifier=1", b'{"do": "context"}', {}, 200),
        ("invoked?Qualifier=$LATEST", b'{"do": "context"}', {}, 200),
        ("invoked?Qualifier=absent", b"{}", {}, 404),
        ("invoked:1", b'{"do": "context"}', {}, 200),
        (f"arn%3Aaws%3Alambda%3A{REGION}%3A{ACCOUNT}%3Afunction%3Ainvoked", b'{"do": "context"}', {}, 200),
        ("absent", b"{}", {}, 404),
    ],
    ids=lambda value: value[:30] if isinstance(value, bytes | str) else None,
)
def test_any_other_invocation_takes_localstacks_own_path(
    function: Function, path: str, event: bytes, headers: dict[str, str], status: int
) -> None:
    """An invocation that asks for more than a result, or must not run, passes all of LocalStack's handlers."""
    # Given
    localstack = function.emulator
    log = Log(localstack)
    # When
    first, second = Caller(localstack).both_ways(path, event, headers)
    # Then
    assert first == second
    assert first.status == status
    assert log.ways() == ["long"] * 4


def test_an_invocation_beyond_the_concurrency_is_refused(localstack: Emulator, name: str) -> None:
    """Both paths refuse it in the same words, and do not count it."""
    # Given
    log = Log(localstack)
    throttled = localstack.deploy(name, CODE)
    localstack.lambda_.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
    # When
    short, long = Caller(localstack).both_ways(throttled.name, b"{}")
    # Then
    assert short == long
    assert (short.status, short.headers["x-amzn-errortype"]) == (429, "TooManyRequestsException")
    assert log.ways() == ["long", "short", "long", "long"]
    with pytest.raises(localstack.lambda_.exceptions.TooManyRequestsException) as refusal:
        localstack.lambda_.invoke(FunctionName=name)
    assert refusal.value.response["Reason"] == "ReservedFunctionConcurrentInvocationLimitExceeded"


def test_a_function_is_that_of_its_callers_account_and_region(localstack: Emulator, name: str) -> None:
    """Several functions have the same name."""
    # Given
    places = [(ACCOUNT, REGION), (OTHER_ACCOUNT, REGION), (ACCOUNT, OTHER_REGION)]
    code = {"ZipFile": zipped({"app.py": CODE})}
    for account, region in places:
        client = boto3.client(
            "lambda",
            endpoint_url=localstack.url,
            region_name=region,
            aws_access_key_id=account,
            aws_secret_access_key="x",
        )
        client.create_function(FunctionName=name, Runtime=RUNTIME, Role=ROLE, Handler="app.handler", Code=code)
        client.get_waiter("function_active_v2").wait(FunctionName=name, WaiterConfig={"Delay": 0.1})
    log = Log(localstack)
    for account, region in places:
        # When
        replies = Caller(localstack, account, region).both_ways(name, b'{"do": "context"}')
        # Then
        arn = f"arn:aws:lambda:{region}:{account}:function:{name}"
        assert [json.loads(reply.body)[0] for reply in replies] == [arn, arn]
    assert log.ways() == ["long", "short", "long", "long"] * len(places)


def test_invocations_are_counted_and_logged(localstack: Emulator, name: str) -> None:
    """Counts and logs equal those of LocalStack's own path, with the id that the caller gets."""
    # Given
    log = Log(localstack)
    function = localstack.deploy(name, CODE)
    function.invoke({})
    ids = []
    # When
    for event in (b'{"do": "id"}', b'{"do": "raise"}'):
        answer = localstack.lambda_.invoke(FunctionName=name, Payload=event)
        ids.append(answer["ResponseMetadata"]["RequestId"])
    # Then
    assert log.ways() == ["long", "short", "short"]
    for request_id in ids:
        function.wait_for_log(f"REPORT RequestId: {request_id}")
    eventually(lambda: total(localstack, name, "Invocations") == 3)
    eventually(lambda: total(localstack, name, "Errors") == 1)


def test_slow_functions_delay_no_other(localstack: Emulator, name: str, tmp_path: Path) -> None:
    """Others are served meanwhile, and each gets its own answer."""
    # Given
    slow, quick = localstack.deploy(f"{name}-slow", CODE, timeout=30), localstack.deploy(name, CODE)
    caller, signal = Caller(localstack), tmp_path / "signal"
    caller.both_ways(quick.name, b"{}")
    caller.both_ways(slow.name, b"{}")
    with ThreadPoolExecutor(4) as pool:
        # When
        events = [json.dumps({"do": "wait", "until": str(signal), "number": number}) for number in range(4)]
        waiting = [pool.submit(caller.invoke, slow.name, event.encode()) for event in events]
        answers = [caller.invoke(quick.name, b"{}").body for _ in range(50)]
        are_done = [one.done() for one in waiting]
        signal.touch()
        # Then
        assert answers == ["{}"] * 50
        assert are_done == [False] * 4
        assert [one.result().body for one in waiting] == events


def test_a_client_that_goes_away_causes_no_error(localstack: Emulator, function: Function) -> None:
    """Its function runs, the answer is dropped, and LocalStack's log has no error."""
    # Given
    caller, log = Caller(localstack), Log(localstack)
    caller.invoke(function.name, b"{}", OWN_PATH)
    before = len(localstack.log.read_text())
    request = caller.request(function.name, b'{"do": "pause"}')
    for count in (1, 2, 3):
        # When
        with socket.create_connection(("127.0.0.1", localstack.port)) as connection:
            connection.sendall(request)
        # Then
        eventually(lambda: localstack.log.read_text()[before:].count("lambda.Invoke => 200") == count)  # noqa: B023
    assert log.ways() == ["long", "short", "short", "short"]
    assert caller.invoke(function.name, b'{"still": "here"}').body == '{"still": "here"}'
    assert "Traceback" not in localstack.log.read_text()[before:]
