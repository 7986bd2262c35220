"""Conditional requests (RFC 9110, 13): a caller that has the current document gets 304 and no body."""

from __future__ import annotations

import hashlib
import re
from http import HTTPStatus
from typing import Any, Final

PRIVATE: Final = "private, no-cache"
"""Answers may depend on their caller, and a cache must ask whether its copy is the current one before each use."""

_NO_STORE: Final = "no-store"
# The headers that describe the body. A 304 has all others of the 200, as RFC 9110, 15.4.5 demands.
_OF_BODY: Final = frozenset({"Content-Type"})
_TAG: Final = re.compile(r'(?:W/)?("[\x21\x23-\x7e\x80-\xff]*")')


def etag_of(text: str) -> str:
    """Return the tag of a document. It is weak, since API Gateway may compress the text (RFC 9110, 8.8.3.3)."""
    return f'W/"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'


def is_seen(etag: str, if_none_match: str | None) -> bool:
    """Return whether an If-None-Match header names the tag, by the weak comparison (RFC 9110, 13.1.2)."""
    if if_none_match is None:
        return False
    return if_none_match.strip() == "*" or etag.removeprefix("W/") in _TAG.findall(if_none_match)


def revalidated(answer: dict[str, Any], if_none_match: str | None) -> dict[str, Any]:
    """Return the answer to a GET with its tag, or the 304 in its place; errors and `no-store` answers stay as they are.

    The tag is the body's hash, so equal answers have equal tags in every execution environment.
    """
    headers = {"Cache-Control": PRIVATE, **answer["headers"]}
    if answer["statusCode"] != HTTPStatus.OK or _NO_STORE in headers["Cache-Control"]:
        return answer
    headers["ETag"] = etag_of(answer["body"])
    if not is_seen(headers["ETag"], if_none_match):
        return {**answer, "headers": headers}
    kept = {name: value for name, value in headers.items() if name not in _OF_BODY}
    return {**answer, "statusCode": int(HTTPStatus.NOT_MODIFIED), "headers": kept, "body": ""}
