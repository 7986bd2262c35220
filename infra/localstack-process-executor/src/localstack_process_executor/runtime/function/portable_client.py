"""The interface of awslambdaric's native `runtime_client`, on the standard library, where there is no native one."""

import http.client
import os

DEADLINE = "Lambda-Runtime-Deadline-Ms"

_headers: dict[str, str] = {}
_connection: http.client.HTTPConnection | None = None


def initialize_client(user_agent: str) -> None:
    """Remember the user agent; the first call makes the connection."""
    _headers["User-Agent"] = user_agent


def next() -> tuple[bytes, dict[str, str | int]]:  # noqa: A001 - the name in the interface
    """Wait for the next invocation."""
    event, headers = _call("GET", "invocation/next", None, {}, http.client.OK)
    return event, {**headers, DEADLINE: int(headers[DEADLINE])}


def post_invocation_result(invoke_id: str, result: bytes, content_type: str) -> None:
    """Send the handler's result."""
    path = f"invocation/{invoke_id}/response"
    _call("POST", path, result, {"Content-Type": content_type}, http.client.ACCEPTED)


def post_error(invoke_id: str, error: str, _xray_cause: str) -> None:
    """Send the handler's error; the cause in X-Ray's own form has no reader here."""
    headers = {"Content-Type": "application/json", "Lambda-Runtime-Function-Error-Type": "Unhandled"}
    _call("POST", f"invocation/{invoke_id}/error", error.encode(), headers, http.client.ACCEPTED)


def _call(
    method: str, path: str, body: bytes | None, headers: dict[str, str], expected: int
) -> tuple[bytes, dict[str, str]]:
    global _connection  # noqa: PLW0603 - a module is the interface
    if _connection is None:
        _connection = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
    _connection.request(method, f"/2018-06-01/runtime/{path}", body, {**_headers, **headers})
    response = _connection.getresponse()
    content = response.read()
    if response.status != expected:
        raise RuntimeError(f"{method} {path}: {response.status} {content!r}")
    return content, dict(response.getheaders())
