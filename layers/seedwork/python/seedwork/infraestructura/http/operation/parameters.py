"""The declared parameters and headers of an operation: how each is read, and what the document says about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from http import HTTPStatus
from typing import Any, Final, Generic, NamedTuple, TypeVar
from uuid import UUID

from seedwork.infraestructura.http.operation.path_uuid import path_uuid

T = TypeVar("T")

TEXT: Final[Mapping[str, Any]] = {"type": "string"}


class PathParameter(NamedTuple, Generic[T]):
    """A parameter of a path; `read` raises RequestError with the status `refusal`."""

    name: str
    read: Callable[[str], T]
    schema: Any
    """The type whose JSON Schema the document shows."""
    description: str
    example: str
    refusal: HTTPStatus = HTTPStatus.BAD_REQUEST


class RequestHeader(NamedTuple, Generic[T]):
    """A header that a caller may send; `read` raises RequestError (400)."""

    name: str
    read: Callable[[str], T]
    description: str
    example: str
    schema: Mapping[str, Any] = TEXT


class ResponseHeader(NamedTuple):
    """A header of an answer; it is not in every answer unless it is `required`."""

    name: str
    description: str
    example: str | int
    schema: Mapping[str, Any] = TEXT
    required: bool = False


def uuid_parameter(name: str, description: str, *, example: str) -> PathParameter[UUID]:
    """Return a path parameter that is a UUID in its canonical form."""
    return PathParameter(
        name=name, read=partial(path_uuid, name=name), schema=UUID, description=description, example=example
    )


def text_parameter(name: str, description: str, *, example: str) -> PathParameter[str]:
    """Return a path parameter that is any text, as it was sent."""
    return PathParameter(name=name, read=str, schema=str, description=description, example=example)


RETRY_AFTER: Final = ResponseHeader(
    name="Retry-After",
    description="The seconds to wait before the request is sent again (RFC 9110, 10.2.3).",
    example=2,
    schema={"type": "integer", "minimum": 0},
    required=True,
)
