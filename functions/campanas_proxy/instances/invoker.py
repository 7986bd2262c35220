"""`lambda:Invoke` over one pool of connections, signed by botocore.

botocore's own client is not used: it takes twice the CPU for a call, and has one timeout for all calls.
"""

from __future__ import annotations

import json
import os
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, Protocol

import urllib3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest

from seedwork.aplicacion.ports import override

if TYPE_CHECKING:
    import boto3
    from botocore.credentials import Credentials

CONNECT_SECONDS: Final = 0.5
CONNECTIONS: Final = 4


class InvocationError(Exception):
    """The function gave no answer: it failed, was throttled, took too long, or could not be reached."""


class EventTooLargeError(Exception):
    """Lambda accepts no event of that size; no function has received it."""


class Invoker(Protocol):
    """The part of Lambda that an instance needs."""

    def invoke(self, function: str, event: bytes, *, seconds: float) -> Any:
        """Invoke a function and return its result; raises InvocationError and EventTooLargeError."""


class LambdaInvoker(Invoker):
    """Invokes functions and waits for their results; it never repeats a call, and threads may share it."""

    def __init__(self, session: boto3.session.Session) -> None:
        credentials = session.get_credentials()
        assert credentials is not None, "a function has credentials"  # noqa: S101 - narrows the type
        self._credentials: Credentials = credentials
        self._region = session.region_name
        self._endpoint = session.client("lambda").meta.endpoint_url
        self._pool = urllib3.PoolManager(maxsize=CONNECTIONS, retries=False)

    @override
    def invoke(self, function: str, event: bytes, *, seconds: float) -> Any:
        url = f"{self._endpoint}/2015-03-31/functions/{function}/invocations"
        timeout = urllib3.Timeout(connect=min(CONNECT_SECONDS, seconds), read=seconds)
        try:
            response = self._pool.request("POST", url, body=event, headers=self._signed(url, event), timeout=timeout)
        except urllib3.exceptions.HTTPError as error:
            raise InvocationError(type(error).__name__) from error
        if response.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            raise EventTooLargeError
        if response.status != HTTPStatus.OK:
            raise InvocationError(
                response.headers.get("x-amzn-errortype", "").partition(":")[0] or str(response.status)
            )
        returned = _parsed(response.data)
        if "x-amz-function-error" in response.headers:
            raise InvocationError(str(returned.get("errorType")) if isinstance(returned, dict) else "function error")
        return returned

    def close(self) -> None:
        """Close the connections."""
        self._pool.clear()

    def _signed(self, url: str, event: bytes) -> dict[str, str]:
        headers = {"Content-Type": "application/json"}
        if trace := os.environ.get("_X_AMZN_TRACE_ID"):  # as botocore's client does
            headers["X-Amzn-Trace-Id"] = trace
        request = AWSRequest("POST", url, headers, event)
        SigV4Auth(self._credentials, "lambda", self._region).add_auth(request)
        return dict(request.headers.items())


def _parsed(data: bytes) -> Any:
    try:
        return json.loads(data)
    except ValueError as error:
        raise InvocationError("not JSON") from error
