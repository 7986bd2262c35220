"""A stand-in for Apache Pulsar's admin API, over HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ssl import SSLContext
from threading import Thread
from typing import Any, Final

_TOPICS: Final = "/admin/v2/persistent/public/default"
_RETENTION: Final = "/admin/v2/namespaces/public/default/retention"
_NEW_TOPICS: Final = "/admin/v2/namespaces/public/default/autoTopicCreation"


class AdminApi:
    """The state and behaviour of the API, which a test may set. `writes` has the requests other than GET."""

    def __init__(self) -> None:
        self.topics: dict[str, int] = {}
        self.stats: dict[str, dict[str, Any]] = {}
        self.retention: dict[str, int] | None = None
        self.new_topics: dict[str, Any] | None = None
        self.orphans: set[str] = set()  # topics deleted while in use: only their partitions exist
        self.hidden: set[str] = set()  # topics missing in lists, as if created after the list was read
        self.token = ""
        self.moved_to = ""  # the target of a redirect for every request
        self.answer: tuple[int, str] | None = None  # replaces every other answer
        self.writes: list[str] = []
        self.url = ""

    def handle(self, method: str, path: str, body: Any) -> tuple[int, Any]:
        """Return the status and the JSON document of an answer."""
        if method != "GET":
            self.writes.append(f"{method} {path.removeprefix('/admin/v2/')} {body if body is not None else ''}".strip())
        if path == _RETENTION:
            self.retention = self.retention if method == "GET" else body
            return (200, self.retention) if method == "GET" else (204, None)
        if path == _NEW_TOPICS:
            self.new_topics = self.new_topics if method == "GET" else body
            return (200, self.new_topics) if method == "GET" else (204, None)
        name, _, rest = path.partition("?")[0].removeprefix(f"{_TOPICS}").lstrip("/").partition("/")
        if method == "GET":
            return self._read(name, rest, made="checkAllowAutoCreation=true" in path)
        if method == "PUT" and name in {*self.topics, *self.orphans}:
            return 409, {"reason": "This topic already exists"}
        self.topics[name] = body or 0
        return 204, None

    def _read(self, name: str, rest: str, *, made: bool) -> tuple[int, Any]:
        if made and name in self.orphans:
            self.orphans.remove(name)
            self.topics[name] = self.new_topics["defaultNumPartitions"] if self.new_topics else 0
        listed = {topic: count for topic, count in self.topics.items() if topic not in self.hidden}
        if name == "partitioned":
            return 200, [_full(topic) for topic, count in listed.items() if count]
        if not name:
            return 200, [_full(part) for topic, count in listed.items() for part in _parts(topic, count)]
        if name not in self.topics:
            return 404, {"reason": "not found"}
        return 200, {"partitions": self.topics[name]} if rest == "partitions" else self.stats[name]


def _full(topic: str) -> str:
    return f"persistent://public/default/{topic}"


def _parts(topic: str, count: int) -> list[str]:
    return [f"{topic}-partition-{number}" for number in range(count)] or [topic]


@contextmanager
def serving(api: AdminApi, tls: SSLContext | None = None) -> Iterator[AdminApi]:
    """Serve the API on a free port during the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            if api.moved_to:
                self.send_response(307)
                self.send_header("Location", api.moved_to + self.path)
                self.end_headers()
                return
            if api.token and self.headers.get("Authorization") != f"Bearer {api.token}":
                status, text = 401, "HTTP 401 Authentication required"
            elif api.answer:
                status, text = api.answer
            else:
                status, answer = api.handle(self.command, self.path, body)
                text = "" if answer is None else json.dumps(answer)
            self.send_response(status)
            self.end_headers()
            self.wfile.write(text.encode())

        do_PUT = do_POST = do_GET  # noqa: N815 - the names used by the server

        def log_message(self, *_: Any) -> None:
            """Log nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        if tls:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        api.url = f"{'https' if tls else 'http'}://127.0.0.1:{server.server_port}"
        try:
            yield api
        finally:
            server.shutdown()
            thread.join()
