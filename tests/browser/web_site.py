"""The web site of an affiliate, on another origin than the API's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

TOLD: Final = "/told/"
"""A page tells the test something by fetching a path below this."""


@dataclass(kw_only=True)
class WebSite:
    """Pages by their paths; `told` is what they tell."""

    collector: str
    id_afiliado: str
    id_campana: str
    origin: str = ""
    pages: dict[str, str] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)

    def page(self, path: str, body: str) -> str:
        """Have a page; returns its URL."""
        self.pages[path] = f"<!doctype html><title>{path}</title><body>{body}</body>"
        return self.origin + path

    @property
    def tag(self) -> str:
        """What the affiliate puts into its pages."""
        script = f"{self.collector}/tracker.js"
        return f'<script src="{script}" data-afiliado="{self.id_afiliado}" data-campana="{self.id_campana}"></script>'

    def pixel(self, **query: str) -> str:
        """Or this, into pages without scripts."""
        parameters = urlencode({"id_afiliado": self.id_afiliado, **query}).replace("&", "&amp;")
        return f'<img src="{self.collector}/pixel.gif?{parameters}" alt="">'


@contextmanager
def served(site: WebSite) -> Iterator[WebSite]:
    """On a free port; `localhost` is another site than the API's 127.0.0.1."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, site)) as server:
        site.origin = f"http://localhost:{server.server_port}"
        Thread(target=server.serve_forever, daemon=True).start()
        yield site
        server.shutdown()


class _Handler(BaseHTTPRequestHandler):
    def __init__(self, site: WebSite, *args: Any) -> None:
        self._site = site
        super().__init__(*args)

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if path.startswith(TOLD):
            self._site.told.append(path.removeprefix(TOLD))
        body = self._site.pages.get(path)
        self.send_response(HTTPStatus.OK if body is not None else HTTPStatus.NOT_FOUND)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write((body or "").encode())

    def log_message(self, *_: Any) -> None:
        """Nobody reads it."""
