"""An affiliate's web site, on another origin than the API's."""

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
"""A page reports to the test by fetching a path below this."""


@dataclass(kw_only=True)
class WebSite:
    """A web site's pages by path; `told` has the pages' reports."""

    collector: str
    id_afiliado: str
    id_campana: str
    origin: str = ""
    pages: dict[str, str] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)

    def page(self, path: str, body: str) -> str:
        """Add a page; return its URL."""
        self.pages[path] = f"<!doctype html><title>{path}</title><body>{body}</body>"
        return self.origin + path

    @property
    def tag(self) -> str:
        """Return the HTML of the tracker, for the affiliate's pages."""
        script = f"{self.collector}/tracker.js"
        return f'<script src="{script}" data-afiliado="{self.id_afiliado}" data-campana="{self.id_campana}"></script>'

    def pixel(self, **query: str) -> str:
        """Return the HTML of the pixel, for pages without scripts."""
        parameters = urlencode({"id_afiliado": self.id_afiliado, **query}).replace("&", "&amp;")
        return f'<img src="{self.collector}/pixel.gif?{parameters}" alt="">'


@contextmanager
def served(site: WebSite) -> Iterator[WebSite]:
    """Serve the site on a free port; its `localhost` is another site than the API's 127.0.0.1."""
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
        """Log nothing."""
