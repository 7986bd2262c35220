"""The invoker calls Lambda's Invoke; here an HTTP server answers as Lambda does."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import boto3
import pytest

from campanas_proxy.instances.invoker import EventTooLargeError, InvocationError, LambdaInvoker

EVENT = b'{"httpMethod":"GET"}'


class FakeLambda(ThreadingHTTPServer):
    """Answers every call with `status`, `headers` and `body`, once `may_answer` is set."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.status, self.headers, self.body = 200, dict[str, str](), b'{"statusCode":200}'
        self.may_answer = threading.Event()
        self.may_answer.set()
        self.hangs_up = False
        self.requests: list[tuple[str, dict[str, str], bytes]] = []
        self.connections = 0


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: FakeLambda

    def setup(self) -> None:
        super().setup()
        self.server.connections += 1

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.requests.append((self.path, dict(self.headers.items()), body))
        self.server.may_answer.wait(10)
        if self.server.hangs_up:
            self.close_connection = True
            return
        self.send_response(self.server.status)
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(self.server.body)))
        self.end_headers()
        self.wfile.write(self.server.body)

    def log_message(self, *_: Any) -> None:
        """Log nothing."""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeLambda]:
    """Return an HTTP server that the session takes for Lambda."""
    with FakeLambda() as server:
        for name, value in {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{server.server_port}",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
            "AWS_SECRET_ACCESS_KEY": "very-secret",
            "AWS_SESSION_TOKEN": "token",
        }.items():
            monkeypatch.setenv(name, value)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.may_answer.set()
        server.shutdown()
        thread.join()


@pytest.fixture
def invoker(server: FakeLambda) -> Iterator[LambdaInvoker]:
    """Return an invoker that calls the server."""
    del server
    invoker = LambdaInvoker(boto3.session.Session())
    yield invoker
    invoker.close()


def test_the_functions_result_is_returned(server: FakeLambda, invoker: LambdaInvoker) -> None:
    """The function receives the unchanged event."""
    assert invoker.invoke("f", EVENT, seconds=5) == {"statusCode": 200}
    [(path, _, body)] = server.requests
    assert (path, body) == ("/2015-03-31/functions/f/invocations", EVENT)


def test_a_call_is_signed_as_botocore_signs_it(server: FakeLambda, invoker: LambdaInvoker) -> None:
    """The signature is by the session's credentials, for the service Lambda; the secret itself is not sent."""
    invoker.invoke("f", EVENT, seconds=5)
    [(_, headers, _)] = server.requests
    assert headers["Authorization"].startswith("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/")
    assert "/us-east-1/lambda/aws4_request" in headers["Authorization"]
    assert headers["X-Amz-Security-Token"] == "token"
    assert "very-secret" not in str(server.requests)


def test_the_trace_header_is_passed_on(
    server: FakeLambda, invoker: LambdaInvoker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """X-Ray then sees proxy and instance as one request, and Lambda can detect a loop."""
    monkeypatch.setenv("_X_AMZN_TRACE_ID", "Root=1-2-3")
    invoker.invoke("f", EVENT, seconds=5)
    [(_, headers, _)] = server.requests
    assert headers["X-Amzn-Trace-Id"] == "Root=1-2-3"


def test_one_connection_serves_many_calls(server: FakeLambda, invoker: LambdaInvoker) -> None:
    """The connection is kept open."""
    for _ in range(3):
        invoker.invoke("f", EVENT, seconds=5)
    assert server.connections == 1


@pytest.mark.parametrize(
    ("body", "cause"),
    [
        (b'{"errorType":"Runtime.ExitError","errorMessage":"a secret"}', "Runtime.ExitError"),
        (b"[]", "function error"),
        (b"garbage", "not JSON"),
    ],
)
def test_a_failed_function_is_an_error(server: FakeLambda, invoker: LambdaInvoker, body: bytes, cause: str) -> None:
    """The error has the type of the failure, not its message."""
    server.headers, server.body = {"X-Amz-Function-Error": "Unhandled"}, body
    with pytest.raises(InvocationError, match=f"^{cause}$"):
        invoker.invoke("f", EVENT, seconds=5)


@pytest.mark.parametrize(
    ("status", "headers", "cause"),
    [
        (429, {"x-amzn-ErrorType": "TooManyRequestsException"}, "TooManyRequestsException"),
        (500, {"x-amzn-ErrorType": "ServiceException:http://amazonaws.com"}, "ServiceException"),
        (503, {}, "503"),
    ],
)
def test_a_call_refused_by_lambda_is_an_error(
    server: FakeLambda, invoker: LambdaInvoker, status: int, headers: dict[str, str], cause: str
) -> None:
    """Lambda throttles, or is out of order."""
    server.status, server.headers = status, headers
    with pytest.raises(InvocationError, match=f"^{cause}$"):
        invoker.invoke("f", EVENT, seconds=5)
    assert len(server.requests) == 1


def test_an_event_too_large_is_an_error_of_its_own(server: FakeLambda, invoker: LambdaInvoker) -> None:
    """The function has not failed."""
    server.status = 413
    with pytest.raises(EventTooLargeError):
        invoker.invoke("f", EVENT, seconds=5)


def test_a_slow_function_is_an_error(server: FakeLambda, invoker: LambdaInvoker) -> None:
    """The invoker stops waiting, and the next call has a connection of its own."""
    server.may_answer.clear()
    with pytest.raises(InvocationError, match="ReadTimeoutError"):
        invoker.invoke("f", EVENT, seconds=0.05)
    server.may_answer.set()
    assert invoker.invoke("f", EVENT, seconds=5) == {"statusCode": 200}
    assert server.connections == 2


def test_a_broken_connection_is_an_error(server: FakeLambda, invoker: LambdaInvoker) -> None:
    """The call may have taken effect, so it is not repeated here."""
    server.hangs_up = True
    with pytest.raises(InvocationError, match="ProtocolError"):
        invoker.invoke("f", EVENT, seconds=5)
    assert len(server.requests) == 1


def test_a_refused_connection_is_an_error(server: FakeLambda, invoker: LambdaInvoker) -> None:
    """This happens after the end of LocalStack."""
    server.server_close()
    with pytest.raises(InvocationError, match=r"NewConnectionError|ProtocolError|ReadTimeoutError"):
        invoker.invoke("f", json.dumps({}).encode(), seconds=0.2)
