"""Handlers and callers of a function get what AWS gives them."""

import base64
import json
import time
from typing import Any

import pytest
from botocore.exceptions import ClientError

from support.emulator import Emulator

CONTEXT = """
import os

def handler(event, context):
    return {
        "event": event,
        "id": context.aws_request_id,
        "arn": context.invoked_function_arn,
        "left": context.get_remaining_time_in_millis(),
        "version": context.function_version,
        "trace": os.environ["_X_AMZN_TRACE_ID"],
        "pid": os.getpid(),
        "client": context.client_context and [context.client_context.client.app_title, context.client_context.custom],
    }
"""

# Values that Lambda refuses to return, and its errors for them.
FAILING_INITS: dict[str, tuple[str, dict[str, Any]]] = {
    "import": (
        "import nothing_of_this_name",
        {
            "errorType": "Runtime.ImportModuleError",
            "errorMessage": "Unable to import module 'app': No module named 'nothing_of_this_name'",
            "stackTrace": [],
        },
    ),
    "syntax": ("def handler(:", {"errorType": "Runtime.UserCodeSyntaxError"}),
    "missing": (
        "other = 1",
        {"errorType": "Runtime.HandlerNotFound", "errorMessage": "Handler 'handler' missing on module 'app'"},
    ),
    "raise": ("raise KeyError('x')", {"errorType": "KeyError", "errorMessage": "'x'"}),
}


def test_a_handler_gets_the_event_and_a_context(localstack: Emulator, name: str) -> None:
    """A handler sees its event, its request's id and ARN, the deadline of its timeout, and a trace."""
    # Given
    function = localstack.deploy(name, CONTEXT, timeout=7)
    # When
    first, second = function.invoke({"a": ["ñ", 1.5, None]}), function.invoke("x")
    # Then
    assert first.error is None
    assert first.payload["event"] == {"a": ["ñ", 1.5, None]}
    assert second.payload["event"] == "x"
    assert first.payload["id"] in first.log
    assert first.payload["id"] != second.payload["id"]
    assert first.payload["arn"] == function.arn
    assert first.payload["version"] == first.version == "$LATEST"
    assert 6000 < first.payload["left"] <= 7000
    assert first.payload["trace"].startswith("Root=1-")
    assert first.payload["pid"] == second.payload["pid"]


def test_a_handler_gets_the_context_that_its_caller_gives(localstack: Emulator, name: str) -> None:
    """Each invocation has its own client context; an invalid one is left out."""
    # Given
    function = localstack.deploy(name, CONTEXT)
    given = json.dumps({"client": {"app_title": "ñ"}, "custom": {"trace": "1\n2"}}).encode()
    # When
    contexts = [base64.b64encode(given).decode(), None, base64.b64encode(b"{").decode()]
    seen = [
        function.invoke(**({"ClientContext": context} if context else {})).payload["client"] for context in contexts
    ]
    # Then
    assert seen == [["ñ", {"trace": "1\n2"}], None, None]


def test_versions_and_aliases_run_their_own_code(localstack: Emulator, name: str) -> None:
    """A published version goes on running its code; an alias leads to it under its own ARN."""
    # Given
    function = localstack.deploy(name, "def handler(event, context): return ['old', context.invoked_function_arn]")
    localstack.lambda_.publish_version(FunctionName=name)
    localstack.lambda_.create_alias(FunctionName=name, Name="live", FunctionVersion="1")
    # When
    function.update("def handler(event, context): return ['new', context.invoked_function_arn]")
    # Then
    assert function.invoke().payload == ["new", function.arn]
    assert function.invoke(Qualifier="1").payload == ["old", f"{function.arn}:1"]
    alias = function.invoke(Qualifier="live")
    assert (alias.payload, alias.version) == (["old", f"{function.arn}:live"], "1")


def test_an_exception_of_the_handler_is_the_callers_error(localstack: Emulator, name: str) -> None:
    """An exception is returned with type, message and stack, and the process goes on."""
    # Given
    function = localstack.deploy(name, "import os\ndef handler(event, context): raise ValueError(str(os.getpid()))")
    # When
    first, second = function.invoke(), function.invoke()
    # Then
    assert first.error == "Unhandled"
    assert first.payload["errorType"] == "ValueError"
    assert "in handler" in first.payload["stackTrace"][0]
    assert first.payload["errorMessage"] == second.payload["errorMessage"]
    assert "[ERROR] ValueError" in first.log


def test_a_result_that_is_not_json_is_an_error(localstack: Emulator, name: str) -> None:
    """A value that cannot be serialised is `Runtime.MarshalError`."""
    function = localstack.deploy(name, "def handler(event, context): return object()")
    answer = function.invoke()
    assert answer.error == "Unhandled"
    assert answer.payload["errorType"] == "Runtime.MarshalError"


def test_a_result_over_the_limit_is_an_error(localstack: Emulator, name: str) -> None:
    """6 MB are returned whole, more is `Function.ResponseSizeTooLarge`, and the function can be invoked again."""
    # Given
    function = localstack.deploy(name, "def handler(event, context): return 'x' * event")
    # When
    fits, exceeds, again = (function.invoke(size) for size in (6_000_000, 6_291_556, 1))
    # Then
    assert (fits.error, len(fits.payload)) == (None, 6_000_000)
    assert exceeds.payload == {
        "errorType": "Function.ResponseSizeTooLarge",
        "errorMessage": "Response payload size exceeded maximum allowed payload size (6291556 bytes).",
    }
    assert again.payload == "x"


@pytest.mark.parametrize(
    ("kind", "limit", "message"),
    [
        ("RequestResponse", 6_291_456, "Request must be smaller than 6291456 bytes for the InvokeFunction operation"),
        (
            "Event",
            1_048_576,
            "1048577 byte payload is too large for the Event invocation type (limit 1048576 bytes)",
        ),
    ],
)
def test_an_event_over_the_limit_is_refused(
    localstack: Emulator, name: str, kind: str, limit: int, message: str
) -> None:
    """6 MB are accepted, 1 MB asynchronously; one byte more is the caller's error, in AWS's words."""
    # Given
    function = localstack.deploy(name, "def handler(event, context): return len(event)", timeout=30)
    invoke = localstack.lambda_.invoke
    fits = json.dumps("x" * (limit - 2))
    # When
    answer = invoke(FunctionName=function.name, InvocationType=kind, Payload=fits)
    answer["Payload"].read()
    with pytest.raises(ClientError) as refusal:
        invoke(FunctionName=function.name, InvocationType=kind, Payload=f"{fits} ")
    # Then
    assert answer["StatusCode"] in (200, 202)
    assert refusal.value.response["Error"] == {"Code": "RequestEntityTooLargeException", "Message": message}
    assert refusal.value.response["ResponseMetadata"]["HTTPStatusCode"] == 413


def test_an_init_that_fails_is_reported_at_once(localstack: Emulator, name: str) -> None:
    """The reason why a module cannot be loaded is returned quickly, each time, with the log."""
    for case, (code, expected) in FAILING_INITS.items():
        # Given
        function = localstack.deploy(f"{name}-{case}", code)
        # When
        began = time.monotonic()
        first, second = function.invoke(), function.invoke()
        took = time.monotonic() - began
        # Then
        assert first.error == second.error == "Unhandled"
        assert expected.items() <= first.payload.items()
        assert first.payload["requestId"] in first.log
        assert first.payload["requestId"] != second.payload["requestId"]
        assert f"Error Type: {expected['errorType']}" in first.log
        assert f"[ERROR] {expected['errorType']}" in first.log
        assert took < 3


def test_an_exit_during_init_is_reported_with_its_status(localstack: Emulator, name: str) -> None:
    """A module that ends the process is `Runtime.ExitError`."""
    function = localstack.deploy(name, "import sys\nprint('before the end')\nsys.exit(3)")
    answer = function.invoke()
    assert answer.payload["errorType"] == "Runtime.ExitError"
    assert answer.payload["errorMessage"].endswith("Error: Runtime exited with error: exit status 3")
    assert "before the end" in answer.log


def test_an_init_longer_than_the_timeout_is_no_timeout(localstack: Emulator, name: str) -> None:
    """As on AWS the function's timeout does not include the initialisation."""
    function = localstack.deploy(
        name, "import time\ntime.sleep(1.5)\ndef handler(event, context): return 'in time'", timeout=1
    )
    assert function.invoke().payload == "in time"


def test_an_asynchronous_invocation_runs(localstack: Emulator, name: str) -> None:
    """`InvocationType=Event` answers 202 and runs the function."""
    # Given
    function = localstack.deploy(name, "def handler(event, context): print('got', event)")
    # When
    answer = localstack.lambda_.invoke(FunctionName=name, InvocationType="Event", Payload='"this"')
    # Then
    assert answer["StatusCode"] == 202
    function.wait_for_log("got this")


def test_a_function_of_another_language_fails_at_creation(localstack: Emulator, name: str) -> None:
    """A function of another language is `Failed` with the reason, instead of failing when it is invoked."""
    localstack.deploy(name, "", runtime="nodejs22.x", handler="index.handler")
    state = localstack.lambda_.get_function_configuration(FunctionName=name)
    assert state["State"] == "Failed"
    assert "Only Python functions in zip files run as processes, this one is nodejs22.x" in state["StateReason"]
