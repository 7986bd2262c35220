"""A stand-in for the platform's API, over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any


@dataclass
class FakeApi:
    """An API with given answers by path without query. Other paths are answered 404."""

    url: str
    answers: dict[str, tuple[int, str]]
    asked: list[str] = field(default_factory=list)


@contextmanager
def fake_api(answers: dict[str, tuple[int, str]]) -> Iterator[FakeApi]:
    """Serve such an API during the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            api.asked.append(self.path)
            status, body = api.answers.get(self.path.partition("?")[0], (404, '{"detail":"No existe."}'))
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body.encode())

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", "0")))
            self.do_GET()

        def log_message(self, format: str, *_: Any) -> None:  # noqa: A002 - the base class's name
            """Log nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        api = FakeApi(url=f"http://127.0.0.1:{server.server_port}", answers=answers)
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield api
        server.shutdown()
