"""Which web pages' scripts may read an answer: the server's side of CORS (https://fetch.spec.whatwg.org/#http-cors-protocol).

API Gateway answers preflights itself, by the same list (`infra/template.yaml`).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Self

from seedwork.infraestructura.http.correlation import lower_headers

VARIABLE: Final = "CORS_ORIGINS"
ANY: Final = "*"
EXPOSED: Final = (
    "Content-Disposition, ETag, Idempotency-Replayed, RateLimit, RateLimit-Policy, Retry-After, X-Correlation-Id, "
    "X-Report-Tracking-Uncounted, X-Report-Version, X-Served-By"
)


@dataclass(frozen=True, slots=True)
class CorsPolicy:
    """The origins whose pages may call an API from scripts; `*` allows all."""

    origins: frozenset[str]

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read a list with commas, as in the template; it may be empty."""
        return cls(frozenset(origin for item in text.split(",") if (origin := item.strip())))

    def headers(self, origin: str | None) -> dict[str, str]:
        """Return the CORS headers of an answer, errors included.

        If the answer depends on the request's origin, `Vary` is also sent to a request without one. Otherwise a cache
        could give that answer to a page.
        """
        if ANY in self.origins:
            return {"Access-Control-Allow-Origin": ANY, "Access-Control-Expose-Headers": EXPOSED}
        if not self.origins:
            return {}
        if origin is None or origin not in self.origins:
            return {"Vary": "Origin"}
        return {"Access-Control-Allow-Origin": origin, "Access-Control-Expose-Headers": EXPOSED, "Vary": "Origin"}


FOR_ANY_PAGE: Final = CorsPolicy(frozenset({ANY}))


def with_vary(headers: Mapping[str, str], more: Mapping[str, str]) -> dict[str, str]:
    """Return both sets of headers; an answer varies by what either of them names."""
    named = [value for value in (headers.get("Vary"), more.get("Vary")) if value]
    return {**headers, **more} | ({"Vary": ", ".join(named)} if named else {})


def cors_headers(event: Mapping[str, Any]) -> dict[str, str]:
    """Return the CORS headers of the answer to a proxy event, by the function's policy."""
    return policy().headers(lower_headers(event).get("origin"))


def policy() -> CorsPolicy:
    """Return the function's policy; without the variable no page of another origin is allowed."""
    return _policy(os.environ.get(VARIABLE, ""))


_policy = lru_cache(maxsize=8)(CorsPolicy.from_text)
