"""The target of a request, in each form of RFC 9112, 3.2."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Self

from aiohttp import web

from aero.run.router.problems import HEADERS_TOO_LARGE, MALFORMED, TARGET_TOO_LONG, Problem, RefusedError

# The quota "Total combined size of request line and header values" of API Gateway's REST APIs.
MAX_HEAD_BYTES: Final = 10_240
# LocalStack's server reads at most 16 KiB, with the names of headers and the headers added here.
MAX_FORWARDED_BYTES: Final = 15_000
# The key for the reason why the server refuses a request.
REFUSAL: Final = web.RequestKey("refusal", Problem)
_VERSION_BYTES: Final = len("  HTTP/1.1")
_VISIBLE: Final = re.compile(r"[!\"$-~]+")  # ASCII without blanks; clients do not send a fragment
_ABSOLUTE: Final = re.compile(r"https?://(?P<authority>[^/?#@]+)(?P<target>[/?].*)?", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestTarget:
    """The host, if given, and the path with its query, both unchanged and still encoded."""

    host: str | None
    path_and_query: str

    @classmethod
    def of(cls, request: web.BaseRequest) -> Self:
        """Return the target of a request. Raises RefusedError for an invalid one, and beyond API Gateway's limits."""
        if refusal := request.get(REFUSAL):
            raise RefusedError(refusal)
        raw = request.raw_path
        line_bytes = len(request.method) + len(raw) + _VERSION_BYTES
        if line_bytes > MAX_HEAD_BYTES:
            raise RefusedError(TARGET_TOO_LONG)
        head_bytes = line_bytes + sum(len(value) for _, value in request.raw_headers)
        name_bytes = sum(len(name) + len(": \r\n") for name, _ in request.raw_headers)
        if head_bytes > MAX_HEAD_BYTES or head_bytes + name_bytes > MAX_FORWARDED_BYTES:
            raise RefusedError(HEADERS_TOO_LARGE)
        if not _VISIBLE.fullmatch(raw):
            raise RefusedError(MALFORMED)
        if absolute := _ABSOLUTE.fullmatch(raw):
            # RFC 9112, 3.2.2: the target's host takes precedence over the header. A missing path means the root.
            target = absolute["target"] or "/"
            return cls(host=absolute["authority"], path_and_query=target if target[0] == "/" else f"/{target}")
        return cls(host=request.headers.get("Host"), path_and_query=raw)

    @property
    def path(self) -> str:
        """The path without the query."""
        return self.path_and_query.partition("?")[0]
