"""The headers of the document: reusable parameters for requests, and reusable headers for answers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from seedwork.infraestructura.http.correlation import CORRELATION_HEADER
from seedwork.infraestructura.http.operation.parameters import TEXT, RequestHeader, ResponseHeader

CORRELATION_ID: Final = ResponseHeader(
    name=CORRELATION_HEADER,
    description="The correlation id of the request, under which logs and events have it.",
    example="tienda-42",
)
SENT_CORRELATION_ID: Final = RequestHeader(
    name=CORRELATION_HEADER,
    read=str,
    description="The caller's id for everything that this request causes. An unfit one is replaced.",
    example="tienda-42",
    schema={"type": "string", "pattern": "^[^,]*$"},
)
ANY_CORRELATION_ID: Final = SENT_CORRELATION_ID._replace(schema=TEXT)


ETAG: Final = ResponseHeader(
    name="ETag",
    description="The tag of this document; equal documents have equal tags (RFC 9110, 8.8.3).",
    example='W/"4355a46b19d348dc2f57c046f8ef63d4"',
    required=True,
)
IF_NONE_MATCH: Final = RequestHeader(
    name="If-None-Match",
    read=str,
    description="The `ETag` of the caller's copy: if it is the current one, the answer is 304 without a body.",
    example='W/"4355a46b19d348dc2f57c046f8ef63d4"',
)


def header_references(headers: Iterable[ResponseHeader]) -> dict[str, Any]:
    """Return the headers of a response as references."""
    return {header.name: {"$ref": f"#/components/headers/{header.name}"} for header in headers}


def header_component(header: ResponseHeader) -> dict[str, Any]:
    """Return the component of a header of answers."""
    required = {"required": True} if header.required else {}
    return {"description": header.description, **required, "schema": dict(header.schema), "example": header.example}


def parameter_component(header: RequestHeader[Any]) -> dict[str, Any]:
    """Return the component of a header of requests."""
    return {
        "name": header.name,
        "in": "header",
        "required": False,
        "description": header.description,
        "schema": dict(header.schema),
        "example": header.example,
    }
