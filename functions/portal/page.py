"""An HTML page with its headers: what it may load, and how it is cached."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self

from seedwork.infraestructura.http.caching.entity_tag import etag_of

_IMPORT_MAP: Final = re.compile(r'<script type="importmap">(.*?)</script>', re.DOTALL)
# A page loads its own origin's files only, runs no inline script but its import map, and stands in no frame.
_POLICY: Final = {
    "default-src": "'none'",
    "base-uri": "'none'",
    "connect-src": "'self'",
    "font-src": "'self'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
    "img-src": "'self' data:",
    "script-src": "'self'",
    "style-src": "'self'",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page as it is sent."""

    html: str
    headers: Mapping[str, str]

    @classmethod
    def made_of(cls, html: str, *, allowed: Mapping[str, str]) -> Self:
        """Return the page; `allowed` adds sources to directives of its Content-Security-Policy."""
        policy = dict(_POLICY)
        for text in _IMPORT_MAP.findall(html):
            policy["script-src"] += f" '{_source_hash(text)}'"
        for directive, sources in allowed.items():
            policy[directive] += f" {sources}"
        headers = {
            "Cache-Control": "no-cache",
            "Content-Security-Policy": "; ".join(f"{name} {sources}" for name, sources in policy.items()),
            "Content-Type": "text/html; charset=utf-8",
            "ETag": etag_of(html),
            "Referrer-Policy": "same-origin",
            "X-Content-Type-Options": "nosniff",
        }
        return cls(html=html, headers=headers)


def _source_hash(text: str) -> str:
    """Return the hash by which Content-Security-Policy allows an inline script."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
