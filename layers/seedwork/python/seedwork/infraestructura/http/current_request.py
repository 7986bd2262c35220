"""The current request of an API, read as its operation declares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from chalice.app import Chalice, Request

from seedwork.infraestructura.http.caller import token_subject
from seedwork.infraestructura.http.request_body import MAX_BODY_BYTES, parse_body, validated
from seedwork.infraestructura.http.request_query import single_values, values_of

if TYPE_CHECKING:
    from seedwork.infraestructura.http.operation.declaration import Declaration
    from seedwork.infraestructura.http.operation.parameters import RequestHeader

    T = TypeVar("T")


class CurrentRequest(Chalice):
    """A Chalice application that reads the current request for its views."""

    def __init__(self, app_name: str) -> None:
        super().__init__(app_name, configure_logs=False)
        self._declared: Declaration = {}
        self.lower_headers: Mapping[str, str] = {}
        """The headers of the current request, by lower-case names."""

    def read(self, declared: Declaration) -> dict[str, Any]:
        """Return the view's arguments: the declared query and body of the current request; raises RequestError."""
        self._declared = declared
        read: dict[str, Any] = {}
        if query := declared.get("query"):
            read["parametros"] = validated(single_values(self.query_values, query.model_fields), query)
        if body := declared.get("body"):
            raw = b"{}" if declared.get("optional_body") and not self.raw_body else self.raw_body
            read["cuerpo"] = parse_body(raw, body, max_bytes=declared.get("max_bytes", MAX_BODY_BYTES))
        return read

    @property
    def raw_body(self) -> bytes:
        """The body of the current request, unparsed."""
        raw = self._request().raw_body
        return raw.encode() if isinstance(raw, str) else bytes(raw)

    @property
    def query_values(self) -> Mapping[str, Sequence[str]]:
        """All values of each query parameter of the current request."""
        return values_of(self._request().to_original_event())

    @property
    def request_context(self) -> Mapping[str, Any]:
        """API Gateway's data about the current request, such as its sender."""
        context: Mapping[str, Any] = self._request().context
        return context

    @property
    def token_subject(self) -> str | None:
        """The subject of the current request's token, if an authorizer checked one."""
        return token_subject(self.request_context)

    def header(self, name: str) -> str | None:
        """Return a header of the current request; the case of its name does not matter."""
        return self.lower_headers.get(name.lower())

    def given(self, header: RequestHeader[T]) -> T | None:
        """Return a declared header of the current request, or None; raises RequestError (400)."""
        if header not in self._declared.get("headers", ()):
            raise LookupError(f"{header.name} is not declared")
        value = self.lower_headers.get(header.name.lower())
        return None if value is None else header.read(value)

    def _request(self) -> Request:
        assert self.current_request is not None, "the request exists only in a view"  # noqa: S101 - narrows the type
        return self.current_request
