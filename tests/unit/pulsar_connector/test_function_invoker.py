"""A function either answers for its batch, or the invocation raises one kind of error."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ReadTimeoutError
from botocore.response import StreamingBody
from botocore.stub import Stubber

from pulsar_connector.mapping.function_invoker import InvocationError, invoke, lambda_client

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

EVENT = b'{"Records":[]}'
CALL = {"FunctionName": "f", "InvocationType": "RequestResponse", "Payload": EVENT}


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[LambdaClient]:
    """A client as the bridge makes it."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    client = lambda_client(connections=7, read_timeout_seconds=65.0)
    yield client
    client.close()


def answer(payload: bytes, **fields: Any) -> dict[str, Any]:
    """A response as Lambda returns it."""
    return {"StatusCode": 200, "Payload": StreamingBody(io.BytesIO(payload), len(payload)), **fields}


def test_a_client_never_repeats_a_call(client: LambdaClient) -> None:
    """A repeated call would be a second, unseen delivery; the client waits longer than the function may run."""
    config: Any = client.meta.config
    assert (config.retries, config.read_timeout, config.max_pool_connections) == (
        {"total_max_attempts": 1, "mode": "legacy"},
        65.0,
        7,
    )


def test_the_answer_is_returned(client: LambdaClient) -> None:
    """The bytes are returned unchanged."""
    with Stubber(client) as stub:
        stub.add_response("invoke", answer(b"null"), CALL)
        assert invoke(client, "f", EVENT) == b"null"


@pytest.mark.parametrize(
    ("payload", "message"),
    [
        (b'{"errorType": "ValueError", "errorMessage": "no"}', "function error ValueError: no"),
        (
            (
                b'{"errorType": "DatabaseError", "errorMessage":'
                b""" "{'S': 'ERROR', 'C': '23514', 'M': 'violates a check', 'D': 'Failing row contains (7, Ana).'}"}"""
            ),
            "function error DatabaseError: violates a check \\(23514\\)",
        ),
        (b"garbage", "function error"),
        (b"[]", "function error"),
    ],
)
def test_a_function_that_fails(client: LambdaClient, payload: bytes, message: str) -> None:
    """The error contains the function's message."""
    with Stubber(client) as stub:
        stub.add_response("invoke", answer(payload, FunctionError="Unhandled"), CALL)
        with pytest.raises(InvocationError, match=f"^{message}$"):
            invoke(client, "f", EVENT)


@pytest.mark.parametrize("code", ["TooManyRequestsException", "ResourceNotFoundException", "ServiceException"])
def test_a_call_that_lambda_refuses(client: LambdaClient, code: str) -> None:
    """Throttled, unknown and broken functions all end in an InvocationError."""
    with Stubber(client) as stub:
        stub.add_client_error("invoke", code)
        with pytest.raises(InvocationError, match=code):
            invoke(client, "f", EVENT)


def test_a_call_that_takes_too_long(client: LambdaClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """A lost answer ends in the same error."""

    def never(**_: Any) -> Any:
        raise ReadTimeoutError(endpoint_url="http://lambda")

    monkeypatch.setattr(client, "invoke", never)
    with pytest.raises(InvocationError, match="timeout"):
        invoke(client, "f", EVENT)
