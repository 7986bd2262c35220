"""The site: its pages and the files that they load."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from types import MappingProxyType
from typing import Final

from chalice.app import Response

from portal.asset_folder import TYPES, AssetFolder
from portal.page import Page
from seedwork.infraestructura.http.caching.entity_tag import etag_of, is_seen
from seedwork.infraestructura.http.problem_details import Problem, RequestError

NO_HEADERS: Final[Mapping[str, str]] = MappingProxyType({})
PANEL: Final = "index"
# What third-party scripts of a page need beyond its own files. Redoc makes empty style elements, which it then fills by
# rules of the CSSOM; this is the hash of nothing.
ALLOWED: Final[Mapping[str, Mapping[str, str]]] = {
    "events": {"font-src": "data:", "style-src": "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"}
}
FOR_EVER: Final = {"Cache-Control": "public, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff"}
NO_DOCUMENT: Final = Problem(
    status=HTTPStatus.NOT_FOUND,
    codigo="documento-no-disponible",
    detail="Esta instalación no tiene ese documento; `make documents` lo escribe en docs/ y `aero deploy` lo publica.",
)
NO_FILE: Final = Problem(status=HTTPStatus.NOT_FOUND, codigo="archivo-no-encontrado", detail="No existe ese archivo.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Pages in `pages`, our own files and third-party files, and the folder of the API documents.

    `simulator` is the address of the payment gateway's simulator, which the panel controls; empty without one.
    """

    pages: Path
    own: AssetFolder
    third_party: AssetFolder
    documents: Path
    simulator: str = ""
    _made: dict[tuple[str, str], Page] = field(default_factory=dict)

    def page(self, name: str, root: str, *, seen: str | None, headers: Mapping[str, str] = NO_HEADERS) -> Response:
        """Return a page; `root` is the relative URL to the site's root. A caller who has seen the page gets a 304."""
        page = self._page(name, root)
        return _unless_seen(page.html, {**page.headers, **headers}, seen)

    def document(self, name: str, *, seen: str | None) -> Response:
        """Return an API document as JSON. Raises RequestError (404) if the layer does not have it."""
        file = self.documents / f"{name}.json"
        if not file.exists():
            raise RequestError(NO_DOCUMENT)
        text = file.read_text(encoding="utf-8")
        headers = {"Cache-Control": "no-cache", "Content-Type": "application/json", "ETag": etag_of(text)}
        return _unless_seen(text, headers, seen)

    def asset(self, fingerprint: str, name: str) -> Response:
        """Return a file. Raises RequestError (404), also if the fingerprint is that of other content."""
        for folder in (self.own, self.third_party):
            if folder.fingerprint == fingerprint and (path := folder.files.get(name)):
                headers = FOR_EVER | {"Content-Type": TYPES[path.suffix]}
                return _response(path.read_text(encoding="utf-8"), headers)
        raise RequestError(NO_FILE)

    def _page(self, name: str, root: str) -> Page:
        if (name, root) not in self._made:
            text = (self.pages / f"{name}.html").read_text(encoding="utf-8")
            html = (
                text.replace("%OWN%", f"{root}assets/{self.own.fingerprint}")
                .replace("%THIRD_PARTY%", f"{root}assets/{self.third_party.fingerprint}")
                .replace("%ROOT%", root)
                .replace("%SIMULATOR%", self.simulator)
                .replace("%MODULES%", self._modules(f"{root}assets/{self.own.fingerprint}"))
            )
            self._made[name, root] = Page.made_of(html, allowed=self._allowed(name))
        return self._made[name, root]

    def _modules(self, folder: str) -> str:
        """Return links that load the panel's modules side by side, before each is found by an import."""
        modules = sorted(name for name in self.own.files if "/" in name and name.endswith(".js"))
        return "\n    ".join(f'<link rel="modulepreload" href="{folder}/{name}">' for name in modules)

    def _allowed(self, name: str) -> Mapping[str, str]:
        return {"connect-src": self.simulator} if name == PANEL and self.simulator else ALLOWED.get(name, {})


def _unless_seen(text: str, headers: Mapping[str, str], seen: str | None) -> Response:
    """Return a text, or 304 without a body if the caller has seen this version of it."""
    if is_seen(headers["ETag"], seen):
        return _response("", headers, status=HTTPStatus.NOT_MODIFIED)
    return _response(text, headers)


def _response(body: str, headers: Mapping[str, str], *, status: HTTPStatus = HTTPStatus.OK) -> Response:
    return Response(body=body, status_code=int(status), headers=dict(headers))
