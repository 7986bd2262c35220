"""The declaration of one operation, beside its route."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypedDict

if TYPE_CHECKING:
    from pydantic import BaseModel

    from seedwork.dominio.domain_error import DomainError
    from seedwork.infraestructura.http.operation.parameters import PathParameter, RequestHeader, ResponseHeader
    from seedwork.infraestructura.http.problem_details import Problem


class Declaration(TypedDict, total=False):
    """What an operation accepts, answers and refuses.

    RestApi reads requests by `path_parameters`, `query`, `body` and `headers`, and gives the view the result. The
    document is made from all members.
    """

    path_parameters: Sequence[PathParameter[Any]]
    """The view gets each one under its name."""
    query: type[BaseModel]
    """The view gets it as `parametros`."""
    own_query: Any
    """The type of a query that the view reads itself."""
    body: type[BaseModel]
    """The view gets it as `cuerpo`."""
    max_bytes: int
    """The largest body, if it is not MAX_BODY_BYTES."""
    optional_body: bool
    """Whether a request without a body counts as `{}`."""
    headers: Sequence[RequestHeader[Any]]
    """The view reads them by `RestApi.given`."""
    examples: Mapping[str, Any]
    """The named examples of the body; without them, the model's own examples stand for it."""
    answer: Any
    """The type of the answer's document, or the media type of an answer that is not JSON."""
    also: Sequence[str]
    """Other media types of the answer, one of which the header Accept can choose."""
    status: HTTPStatus
    """The status of success, if it is not 200."""
    repeated_status: HTTPStatus
    """The status of the answer to a repeated request, if it is another one."""
    answer_headers: Sequence[ResponseHeader]
    refuses: Sequence[type[DomainError] | Problem]
    """The errors of this operation; those that every operation can give are added by rule."""
