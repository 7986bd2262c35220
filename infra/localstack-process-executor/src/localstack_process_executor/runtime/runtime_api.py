"""The Lambda Runtime API of one execution environment, on a loopback port.

There is no server thread: the thread that starts or invokes the function serves the API. An idle runtime waits in `GET
…/invocation/next`, unanswered and unread, so an invocation needs no hand-over between threads.
"""

import contextlib
import json
import re
import selectors
import socket
import struct
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto

from httptools import HttpParserError, HttpRequestParser

from localstack_process_executor.runtime.steps import Pause, Steps

CHUNK = 1 << 18
# The runtime's connection closes when it dies, which wakes us. We look again for three other cases: a process that has
# not connected yet, one whose children hold its connection open, and one that exceeds its memory.
LOOK_AGAIN_UNCONNECTED = 0.01
LOOK_AGAIN = 0.1
WRITE_TIMEOUT = struct.pack("ll", 10, 0)  # seconds and microseconds

_ROUTE = re.compile(r"/2018-06-01/runtime/(?:invocation/(?:next|(?P<id>[^/]+)/(?P<outcome>response|error))|init/error)")
_REASONS = {200: "OK", 202: "Accepted", 400: "Bad Request", 404: "Not Found", 413: "Payload Too Large"}


class CallKind(Enum):
    """The kinds of requests and reports of a runtime."""

    NEXT = auto()
    RESPONSE = auto()
    ERROR = auto()
    INIT_ERROR = auto()
    UNKNOWN = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class RuntimeCall:
    """One request of the runtime, to be answered on its connection."""

    kind: CallKind
    request_id: str = ""
    body: bytes = b""
    connection: "RuntimeConnection"

    def answer(self, status: int, body: bytes = b'{"status":"OK"}', headers: Mapping[str, str] | None = None) -> None:
        """Answer in one write; raises `OSError` when the runtime is gone."""
        lines = [f"HTTP/1.1 {status} {_REASONS[status]}", "Content-Type: application/json"]
        lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
        lines += [f"Content-Length: {len(body)}", "", ""]
        self.connection.socket.sendall("\r\n".join(lines).encode() + body)


@dataclass(slots=True, eq=False)
class RuntimeConnection:
    """A connection of the runtime, and the requests read from it; its methods are the HTTP parser's callbacks."""

    socket: socket.socket
    calls: deque[RuntimeCall] = field(default_factory=deque)
    _url: bytes = b""
    _body: bytearray = field(default_factory=bytearray)
    _parser: HttpRequestParser = field(init=False)

    def __post_init__(self) -> None:
        self._parser = HttpRequestParser(self)

    def read(self) -> bool:
        """Read new bytes; return False when the other side is gone or does not speak HTTP."""
        try:
            data = self.socket.recv(CHUNK)
            self._parser.feed_data(data)
        except (OSError, HttpParserError):
            return False
        return bool(data)

    def on_url(self, url: bytes) -> None:
        """Collect the request's target, which may come in pieces."""
        self._url += url

    def on_body(self, body: bytes) -> None:
        """Collect the request's body."""
        self._body += body

    def on_message_complete(self) -> None:
        """Queue the request."""
        method, url, body = self._parser.get_method(), self._url.decode(), bytes(self._body)
        self._url = b""
        self._body.clear()
        match = _ROUTE.fullmatch(url)
        if not match:
            kind = CallKind.UNKNOWN
        elif method == b"GET":
            kind = CallKind.NEXT
        elif match["outcome"]:
            kind = CallKind.RESPONSE if match["outcome"] == "response" else CallKind.ERROR
        else:
            kind = CallKind.INIT_ERROR
        self.calls.append(RuntimeCall(kind=kind, request_id=(match and match["id"]) or "", body=body, connection=self))


def reject(call: RuntimeCall, status: int, error_type: str, message: str) -> None:
    """Refuse a call, in the Runtime API's own shape."""
    call.answer(status, json.dumps({"errorType": error_type, "errorMessage": message}).encode())


class RuntimeApi:
    """Serves one runtime at a time; not safe for use by several threads at once."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._connections: list[RuntimeConnection] = []
        host, port = self._listener.getsockname()
        self.address = f"{host}:{port}"

    def receive(self, *, until: float, is_alive: Callable[[], bool]) -> Steps[RuntimeCall | None]:
        """Return the runtime's next call; None if it has died or the monotonic clock has reached `until`."""
        has_waited = False
        while True:
            ready = self._selector.select(0)
            if has_waited and not ready and not is_alive():
                return None
            for key, _ in ready:
                if key.data is None:
                    self._accept()
                elif not key.data.read():
                    self._close(key.data)
            for connection in self._connections:
                if connection.calls:
                    call = connection.calls.popleft()
                    if call.kind is not CallKind.UNKNOWN:
                        return call
                    with contextlib.suppress(OSError):
                        reject(call, 404, "InvalidRequest", "No such path in this Runtime API")
            remaining = until - time.monotonic()
            if remaining <= 0:
                return None
            pause = LOOK_AGAIN if self._connections else LOOK_AGAIN_UNCONNECTED
            yield Pause(self._selector, min(remaining, pause))
            has_waited = True

    def has_something(self) -> bool:
        """Return whether the runtime has sent something that is not read yet; for any thread."""
        with contextlib.suppress(OSError, ValueError):  # closed meanwhile
            return bool(self._selector.select(0))
        return False

    def disconnect(self) -> None:
        """Forget the connections of a dead runtime."""
        for connection in list(self._connections):
            self._close(connection)

    def close(self) -> None:
        """Close the port and every connection."""
        self.disconnect()
        self._selector.close()
        self._listener.close()

    def _accept(self) -> None:
        accepted, _ = self._listener.accept()
        accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # The kernel's timeout: with Python's, every read and write would begin with another system call.
        accepted.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, WRITE_TIMEOUT)
        connection = RuntimeConnection(accepted)
        self._connections.append(connection)
        self._selector.register(accepted, selectors.EVENT_READ, connection)

    def _close(self, connection: RuntimeConnection) -> None:
        self._connections.remove(connection)
        self._selector.unregister(connection.socket)
        connection.socket.close()
