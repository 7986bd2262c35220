"""A reverse proxy that serves a site below a path, as API Gateway does below the name of a stage."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Final

import requests

PREFIX: Final = "/prod"
# Headers for one connection (RFC 9110, 7.6.1), and those that the server writes itself.
_HOP: Final = {"connection", "content-length", "date", "keep-alive", "server", "transfer-encoding"}


@contextmanager
def below_a_path(site: str) -> Iterator[str]:
    """Serve `site` below /prod on a free port; yield that URL, with its slash. Everything else is 404."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, site)) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}{PREFIX}/"
        server.shutdown()


class _Handler(BaseHTTPRequestHandler):
    def __init__(self, site: str, *args: Any) -> None:
        self._site = site
        super().__init__(*args)

    def do_GET(self) -> None:
        self._forward()

    def do_POST(self) -> None:
        self._forward()

    def do_PATCH(self) -> None:
        self._forward()

    def do_PUT(self) -> None:
        self._forward()

    def do_DELETE(self) -> None:
        self._forward()

    def _forward(self) -> None:
        if not self.path.startswith(f"{PREFIX}/"):
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name: value for name, value in self.headers.items() if name.lower() not in {"host", "origin"}}
        url = f"{self._site}{self.path.removeprefix(PREFIX)}"
        answer = requests.request(
            self.command, url, data=body, headers=headers, timeout=60, allow_redirects=False, stream=True
        )
        content = answer.raw.read(decode_content=False)
        self.send_response(answer.status_code)
        for name, value in answer.headers.items():
            if name.lower() not in _HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        """Log nothing."""
