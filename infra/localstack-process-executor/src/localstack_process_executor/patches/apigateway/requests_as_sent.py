"""Passes requests to REST APIs on as they were sent."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, unquote, urlsplit

from localstack.services.apigateway.next_gen.execute_api.handlers import parse
from localstack.utils.patch import patch as patch_function

if TYPE_CHECKING:
    from localstack.http import Request

_ESCAPES: Final = re.compile("(?:%[0-9A-Fa-f]{2})+")


def as_api_gateway_reads(query: str) -> str:
    """Return the query with `&` for `;`, and with U+FFFD for octets that are not UTF-8.

    "The semicolon character (;) is not supported for any request URL query string and results in the data being split":
    https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html

    LocalStack leaves such octets percent-encoded, so they cannot be told from text. AWS does not document its
    behaviour; this is the replacement of decoders that go on after errors
    (https://encoding.spec.whatwg.org/#utf-8-decode).
    """
    return _ESCAPES.sub(_as_utf8, query.replace(";", "&"))


def _as_utf8(escapes: re.Match[str]) -> str:
    text = unquote(escapes[0])
    return quote(text, safe="") if "\ufffd" in text else escapes[0]


def patch() -> None:
    """LocalStack cuts paths at `;` and rewrites the bodies of forms."""
    # The part after `;` belongs to the last segment of a path (RFC 3986, 3.3), but urlparse cuts it off.
    parse.urlparse = urlsplit

    restore = parse.restore_payload

    def sent_body(request: Request) -> bytes:
        is_read_as_a_form = "form" in request.__dict__
        body: bytes = restore(request) if is_read_as_a_form else request.get_data(parse_form_data=False)
        return body

    parse.restore_payload = sent_body

    @patch_function(parse.InvocationRequestParser.create_invocation_request)
    def create_invocation_request(fn: Callable[..., Any], self: object, context: Any) -> Any:
        request = context.request
        request.query_string = as_api_gateway_reads(request.query_string.decode("latin-1")).encode("latin-1")
        return fn(self, context)
