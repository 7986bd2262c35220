"""Protection against foreign web pages in a browser on this machine.

A browser sends requests of any page to a local port, without a preflight if they look like those of a form. If the
page's own host name resolves to this machine (DNS rebinding), the browser even lets the page read the answers.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Final

from aero.run.router.problems import FOREIGN_PAGE, MISDIRECTED, RefusedError

if TYPE_CHECKING:
    from aiohttp import web

SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})  # RFC 9110, 9.2.1
COLLECTION: Final = frozenset({"/event-collector/events", "/event-collector/events/batch"})
COLLECTED_BY_GET: Final = frozenset({"/event-collector/pixel.gif", "/event-collector/tracker.js"})
EXPOSED: Final = "Retry-After, X-Correlation-Id"


def require_known_host(host: str | None, hosts: Collection[str]) -> None:
    """Raise RefusedError for a foreign host name. HTTP/1.0 clients may send none, but browsers always do."""
    if host is None:
        return
    name, bracket, _ = host.partition("]")
    name = f"{name}]" if bracket else host.partition(":")[0]
    if name.lower().removesuffix(".") not in hosts:
        raise RefusedError(MISDIRECTED)


def require_own_page(request: web.BaseRequest, path: str, origins: Collection[str]) -> None:
    """Raise RefusedError for a write from a page of another origin, except for the collection of events.

    Browsers send `Origin` with every request that may write. `Sec-Fetch-Site` reveals pages that hide their origin.
    """
    if request.method in SAFE_METHODS or path.rstrip("/") in COLLECTION:
        return
    origin = request.headers.get("Origin")
    is_foreign = request.headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin")
    if (origin not in origins) if origin else is_foreign:
        raise RefusedError(FOREIGN_PAGE)


def cors_headers(request: web.BaseRequest, path: str, origins: Collection[str]) -> dict[str, str]:
    """Return the CORS headers of the router's own answers, which match those of the API behind it."""
    if path.rstrip("/") in COLLECTION | COLLECTED_BY_GET:
        return {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": EXPOSED}
    origin = request.headers.get("Origin")
    if origin is None or origin not in origins:
        return {"Vary": "Origin"}
    return {"Access-Control-Allow-Origin": origin, "Access-Control-Expose-Headers": EXPOSED, "Vary": "Origin"}
