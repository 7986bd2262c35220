"""Invocations by Lambda's API, sent as a client of AWS does, and their paths through LocalStack."""

import http.client
import re
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass

from support.account import ACCOUNT, REGION
from support.emulator import Emulator

OWN_PATH = {"Content-Encoding": "identity"}  # a header for which a request goes through all of LocalStack's handlers


@dataclass(frozen=True, kw_only=True)
class Reply:
    """The caller's answer, without the parts that differ from call to call."""

    status: int
    reason: str
    headers: dict[str, str]
    body: str

    @classmethod
    def of(cls, answer: http.client.HTTPResponse) -> "Reply":
        """An answer about the request with its id."""
        headers = {name.lower(): value for name, value in answer.getheaders() if name.lower() != "date"}
        request_id = headers["x-amzn-requestid"]
        body = re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+Z", "(moment)", answer.read().decode()).replace(request_id, "(id)")
        headers = {name: value.replace(request_id, "(id)") for name, value in headers.items()}
        return cls(status=answer.status, reason=answer.reason, headers=headers, body=body)


class Caller:
    """Calls the API as a client of AWS does, from some account and region."""

    def __init__(self, emulator: Emulator, account: str = ACCOUNT, region: str = REGION) -> None:
        self._emulator = emulator
        scope = f"{account}/20260101/{region}/lambda/aws4_request"
        self._signature = f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"

    def invoke(self, function: str, event: bytes, headers: Mapping[str, str] | None = None) -> Reply:
        """Invoke a function, whose name is in the URL with a suffix."""
        name, _, query = function.partition("?")
        path = f"/2015-03-31/functions/{name}/invocations" + (f"?{query}" if query else "")
        with closing(http.client.HTTPConnection("127.0.0.1", self._emulator.port, timeout=30)) as connection:
            connection.request("POST", path, event, {"Authorization": self._signature, **(headers or {})})
            return Reply.of(connection.getresponse())

    def request(self, function: str, event: bytes) -> bytes:
        """Invoke on the given path."""
        head = f"POST /2015-03-31/functions/{function}/invocations HTTP/1.1\r\nHost: localhost\r\n"
        return f"{head}Authorization: {self._signature}\r\nContent-Length: {len(event)}\r\n\r\n".encode() + event

    def both_ways(self, function: str, event: bytes, headers: Mapping[str, str] | None = None) -> tuple[Reply, Reply]:
        """Invoke with a ready process, on the fast path if it is allowed, and on LocalStack's own."""
        replies = []
        for way in ({}, OWN_PATH):
            self.invoke(function.partition("?")[0], b"{}", OWN_PATH)
            replies.append(self.invoke(function, event, {**(headers or {}), **way}))
        return replies[0], replies[1]


class Log:
    """Return LocalStack's log of invocations since the last call."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self._seen = len(emulator.log.read_text())

    def ways(self) -> list[str]:
        """Return the path of each of the last invocations."""
        text = self._emulator.log.read_text()
        lines, self._seen = text[self._seen :].splitlines(), len(text)
        return ["short" if "MainThread" in line else "long" for line in lines if "AWS lambda.Invoke => " in line]
