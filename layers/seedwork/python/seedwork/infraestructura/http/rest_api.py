"""The Chalice application of a context's API, with correlation ids and all errors as problem details."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, TypeVar

from chalice.app import Chalice, Request, Response

from seedwork.infraestructura.aws.telemetry import correlate, log_request
from seedwork.infraestructura.http.caller import token_subject
from seedwork.infraestructura.http.correlation import CORRELATION_HEADER, correlation_of, lower_headers
from seedwork.infraestructura.http.cors import FOR_ANY_PAGE, policy
from seedwork.infraestructura.http.error_problems import ErrorProblems
from seedwork.infraestructura.http.request_body import MAX_BODY_BYTES, parse_body, validated
from seedwork.infraestructura.http.request_query import single_values, unreadable_url, values_of
from seedwork.infraestructura.http.route_refusals import (
    NO_ROUTE,
    NO_TYPE,
    SEVERAL_CORRELATIONS,
    SEVERAL_TYPES,
    refusal_of,
)
from seedwork.infraestructura.text import decimal_json

if TYPE_CHECKING:
    from pydantic import BaseModel

    from seedwork.dominio.domain_error import DomainError
    from seedwork.infraestructura.http.problem_details import Problem

    M = TypeVar("M", bound=BaseModel)

JSON: Final = "application/json"
_SAFE: Final = frozenset({"GET", "HEAD"})


class RestApi(Chalice):
    """A Lambda handler for REST API proxy events whose views return plain values or raise.

    Raised errors are answered as ErrorProblems defines.

    API Gateway may have the same routes, or a greedy route (`/campaigns/{proxy+}`) for them, at the root or below one
    of `prefixes`. `prefix` is the prefix of the current request.
    """

    def __init__(
        self,
        app_name: str,
        *,
        statuses: Mapping[type[DomainError], HTTPStatus],
        error_headers: Mapping[type[DomainError], Callable[[Any], Mapping[str, str]]] | None = None,
        prefixes: Sequence[str] = (),
        for_any_page: Collection[str] = (),
    ) -> None:
        """Routes `for_any_page` are for scripts of every web page; the others follow `cors.policy`."""
        super().__init__(app_name, configure_logs=False)
        self._for_any_page = frozenset(for_any_page)
        self.problems = ErrorProblems(statuses, error_headers or {})
        self.prefixes = prefixes
        self.prefix = ""
        self.correlation_id = ""
        self._correlation_is_given = False
        self._path = ""
        self.lower_headers: Mapping[str, str] = {}
        """The headers of the current request, by lower-case names."""

    def __call__(self, event: dict[str, Any], context: Any) -> dict[str, Any]:
        """Answer one proxy event."""
        request = event["requestContext"]
        self.correlation_id, self._correlation_is_given = correlation_of(event)
        self._path = event.get("path", request["path"])  # the request context's path begins with the stage
        correlate(self.correlation_id)
        self.lower_headers = lower_headers(event)
        answer = self._answer(event, context)
        answer["headers"][CORRELATION_HEADER] = self.correlation_id
        cors = FOR_ANY_PAGE if self._is_for_any_page(event) else policy()
        answer["headers"] |= cors.headers(self.lower_headers.get("origin"))
        log_request(
            correlation_id=self.correlation_id,
            method=request["httpMethod"],
            path=self._path,
            status=answer["statusCode"],
        )
        return answer

    def route(self, path: str, **kwargs: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Register a view, as Chalice does; its result is serialised with exact decimals."""
        register = super().route(path, **kwargs)

        def decorator(view: Callable[..., Any]) -> Callable[..., Any]:
            register(self._answering(view))
            return view

        return decorator

    def continue_correlation(self, correlation_id: str | None) -> None:
        """Continue the correlation of the request's subject, unless the caller sent an id."""
        if correlation_id and not self._correlation_is_given:
            self.correlation_id = correlation_id
            correlate(correlation_id)

    def body(self, model: type[M], *, max_bytes: int = MAX_BODY_BYTES) -> M:
        """Return the body of the current request as `model`; raises RequestError."""
        return parse_body(self.raw_body, model, max_bytes=max_bytes)

    @property
    def raw_body(self) -> bytes:
        """The body of the current request, unparsed."""
        raw = self._request().raw_body
        return raw.encode() if isinstance(raw, str) else bytes(raw)

    def optional_body(self, model: type[M]) -> M:
        """Return the body of the current request as `model`; an empty body counts as `{}`. Raises RequestError."""
        return self.body(model) if self.raw_body else validated({}, model)

    def query(self, model: type[M]) -> M:
        """Return the query of the current request as `model`, without repeated parameters; raises RequestError."""
        return validated(single_values(self.query_values, model.model_fields), model)

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

    def _answer(self, event: dict[str, Any], context: Any) -> dict[str, Any]:
        content_type = self._content_type(event)
        if problem := self._refusal(event, content_type):
            refused: dict[str, Any] = problem.to_response(
                instance=self._path, correlation_id=self.correlation_id
            ).to_dict()
            return refused
        if response := self._call_view(event, context, content_type=content_type):
            answered: dict[str, Any] = response.to_dict()
            return answered
        return self._call_chalice(event, context)

    def _refusal(self, event: dict[str, Any], content_type: str) -> Problem | None:
        """Return the problem of a request refused before any view.

        Requests that collect events pass, even if their descriptive data is unreadable.
        """
        if not self._resolve(event):
            return NO_ROUTE
        if "," in content_type:  # Chalice would accept any of the types
            return SEVERAL_TYPES
        if self._is_for_any_page(event):
            return None
        if "," in self.lower_headers.get(CORRELATION_HEADER.lower(), ""):
            return SEVERAL_CORRELATIONS
        return unreadable_url(event, self._path) or (None if content_type else NO_TYPE)

    def _content_type(self, event: dict[str, Any]) -> str:
        """Return the body's content type: JSON without a body, empty if a body comes without a type.

        Browsers send untyped bodies to foreign pages without a preflight
        (https://fetch.spec.whatwg.org/#cors-safelisted-request-header).
        """
        is_sent = bool(event.get("body")) and event["requestContext"]["httpMethod"] not in _SAFE
        return self.lower_headers.get("content-type", "") if is_sent else JSON

    def _is_for_any_page(self, event: dict[str, Any]) -> bool:
        return event["requestContext"].get("resourcePath") in self._for_any_page

    def _resolve(self, event: dict[str, Any]) -> bool:
        """Replace a greedy route by our own; returns False if no route matches the path."""
        asked, path = event["requestContext"], self._path.rstrip("/")
        self.prefix = next((prefix for prefix in self.prefixes if path.startswith(f"{prefix}/")), "")
        if asked.get("resourcePath") in self.routes:
            return True
        for route, pattern in self._patterns:
            if match := pattern.fullmatch(path, len(self.prefix)):
                asked["resourcePath"], event["pathParameters"] = route, match.groupdict() or None
                return True
        return False

    @functools.cached_property
    def _patterns(self) -> list[tuple[str, re.Pattern[str]]]:
        """Our routes' patterns, those with parameters after those without."""
        routes = sorted(self.routes, key=lambda route: route.count("{"))
        return [(route, re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(route)))) for route in routes]

    def _call_view(self, event: dict[str, Any], context: Any, *, content_type: str) -> Response | None:
        """Call the view directly if Chalice would do no more; Chalice's own way takes as long as all other work."""
        asked = event["requestContext"]
        route = self.routes.get(asked.get("resourcePath"), {}).get(asked.get("httpMethod"))
        arguments = event["pathParameters"] or {}
        if route is None or route.cors or self.middleware_handlers:
            return None
        if list(arguments) != route.view_args or content_type not in route.content_types:
            return None
        self.current_request, self.lambda_context = Request(event, context), context
        response: Response = route.view_function(**arguments)
        return response

    def _call_chalice(self, event: dict[str, Any], context: Any) -> dict[str, Any]:
        answer: dict[str, Any] = super().__call__(event, context)
        return self._with_problem_details(answer)

    def _request(self) -> Request:
        assert self.current_request is not None, "the request exists only in a view"  # noqa: S101 - narrows the type
        return self.current_request

    def _answering(self, view: Callable[..., Any]) -> Callable[..., Response]:
        @functools.wraps(view)
        def answer(**path_parameters: str) -> Response:
            try:
                result = view(**path_parameters)
            except Exception as error:  # noqa: BLE001 - the outermost edge: every error becomes an answer
                return self.problems.of(error).to_response(instance=self._path, correlation_id=self.correlation_id)
            return result if isinstance(result, Response) else json_response(result)

        return answer

    def _with_problem_details(self, answer: dict[str, Any]) -> dict[str, Any]:
        # Chalice's own refusals before a view runs (405, 415, …) have a body {"Code", "Message"}.
        if answer["statusCode"] < HTTPStatus.BAD_REQUEST or not answer["body"].startswith('{"Code"'):
            return answer
        problem = refusal_of(HTTPStatus(answer["statusCode"]), answer["headers"])
        response = problem.to_response(instance=self._path, correlation_id=self.correlation_id)
        converted: dict[str, Any] = response.to_dict()
        return converted


def json_response(
    value: Any, *, status: HTTPStatus = HTTPStatus.OK, headers: Mapping[str, str] | None = None
) -> Response:
    """Return a response with `value` as JSON; a text is taken as JSON already."""
    body = value if isinstance(value, str) else decimal_json.dumps(value)
    return Response(body=body, status_code=int(status), headers={"Content-Type": JSON, **(headers or {})})
