"""Which web pages' scripts may read an answer: the server's side of CORS (https://fetch.spec.whatwg.org/#http-cors-protocol).

Preflights are API Gateway's; it answers them by the same list (`infra/template.yaml`).
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
    "Content-Disposition, Idempotency-Replayed, RateLimit, RateLimit-Policy, Retry-After, X-Correlation-Id, "
    "X-Report-Tracking-Uncounted, X-Report-Version, X-Served-By"
)


@dataclass(frozen=True, slots=True)
class CorsPolicy:
    """The origins whose pages may use an API from scripts; `*` are all."""

    origins: frozenset[str]

    @classmethod
    def from_text(cls, text: str) -> Self:
        """A list with commas, as the template has it; may be empty."""
        return cls(frozenset(origin for item in text.split(",") if (origin := item.strip())))

    def headers(self, origin: str | None) -> dict[str, str]:
        """What an answer says to a browser, errors included.

        An answer that depends on its request's origin says so also to a request without one (`Vary`), or a cache could
        give it to a page.
        """
        if ANY in self.origins:
            return {"Access-Control-Allow-Origin": ANY, "Access-Control-Expose-Headers": EXPOSED}
        if not self.origins:
            return {}
        if origin is None or origin not in self.origins:
            return {"Vary": "Origin"}
        return {"Access-Control-Allow-Origin": origin, "Access-Control-Expose-Headers": EXPOSED, "Vary": "Origin"}


FOR_ANY_PAGE: Final = CorsPolicy(frozenset({ANY}))


def cors_headers(event: Mapping[str, Any]) -> dict[str, str]:
    """Of the answer to a proxy event, by the policy of the function."""
    return policy().headers(lower_headers(event).get("origin"))


def policy() -> CorsPolicy:
    """The function's; without the variable no page of another origin may."""
    return _policy(os.environ.get(VARIABLE, ""))


_policy = lru_cache(maxsize=8)(CorsPolicy.from_text)
