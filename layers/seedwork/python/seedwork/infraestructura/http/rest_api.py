"""The Chalice application of a context's API, with correlation ids and all errors as problem details."""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Mapping, Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, TypeVar

from chalice.app import Request, Response

from seedwork.infraestructura.aws.telemetry import correlate, log_request
from seedwork.infraestructura.http.caching.entity_tag import revalidated
from seedwork.infraestructura.http.correlation import CORRELATION_HEADER, correlation_of, lower_headers
from seedwork.infraestructura.http.cors import FOR_ANY_PAGE, policy, with_vary
from seedwork.infraestructura.http.current_request import CurrentRequest
from seedwork.infraestructura.http.error_problems import ErrorProblems
from seedwork.infraestructura.http.operation.route_patterns import RoutePatterns
from seedwork.infraestructura.http.request_query import unreadable_url
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
    from typing_extensions import Unpack

    from seedwork.dominio.domain_error import DomainError
    from seedwork.infraestructura.http.operation.declaration import Declaration
    from seedwork.infraestructura.http.problem_details import Problem

    M = TypeVar("M", bound=BaseModel)
    T = TypeVar("T")

JSON: Final = "application/json"
_SAFE: Final = frozenset({"GET", "HEAD"})


class RestApi(CurrentRequest):
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
        except_for: Collection[tuple[str, str]] = (),
    ) -> None:
        """Routes `for_any_page` are for scripts of every web page; the others follow `cors.policy`.

        So do the operations `except_for` of such a route, each a method and a path.
        """
        super().__init__(app_name)
        self._for_any_page = frozenset(for_any_page)
        self._not_for_any_page = frozenset(except_for)
        self.problems = ErrorProblems(statuses, error_headers or {})
        self.prefixes = prefixes
        self.prefix = ""
        self.correlation_id = ""
        self._correlation_is_given = False
        self._path = ""
        self.declarations: dict[tuple[str, str], Declaration] = {}
        """The declaration of each method and path."""

    def __call__(self, event: dict[str, Any], context: Any) -> dict[str, Any]:
        """Answer one proxy event."""
        request = event["requestContext"]
        self.correlation_id, self._correlation_is_given = correlation_of(event)
        self._path = event.get("path", request["path"])  # the request context's path begins with the stage
        correlate(self.correlation_id)
        self.lower_headers = lower_headers(event)
        answer = self._answer(event, context)
        if request["httpMethod"] in _SAFE and answer["headers"].get("Content-Type") == JSON:
            answer = revalidated(answer, self.lower_headers.get("if-none-match"))
        answer["headers"][CORRELATION_HEADER] = self.correlation_id
        cors = FOR_ANY_PAGE if self._is_for_any_page(event) else policy()
        answer["headers"] = with_vary(answer["headers"], cors.headers(self.lower_headers.get("origin")))
        log_request(
            correlation_id=self.correlation_id,
            method=request["httpMethod"],
            path=self._path,
            status=answer["statusCode"],
        )
        return answer

    def route(  # type: ignore[override] # Chalice accepts any keywords
        self,
        path: str,
        *,
        methods: Sequence[str],
        content_types: Sequence[str] = (JSON,),
        **declared: Unpack[Declaration],
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Register a view, which gets the parts of the request that are declared; it returns a plain value or raises.

        Its result is serialised with exact decimals.
        """
        register = super().route(path, methods=list(methods), content_types=list(content_types))

        def decorator(view: Callable[..., Any]) -> Callable[..., Any]:
            register(self._answering(view, declared))
            self.declarations |= {(method, path): declared for method in methods}
            return view

        return decorator

    def is_for_any_page(self, method: str, path: str | None) -> bool:
        """Return whether scripts of every web page may use an operation."""
        return path in self._for_any_page and (method, path) not in self._not_for_any_page

    def continue_correlation(self, correlation_id: str | None) -> None:
        """Continue the correlation of the request's subject, unless the caller sent an id."""
        if correlation_id and not self._correlation_is_given:
            self.correlation_id = correlation_id
            correlate(correlation_id)

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
        asked = event["requestContext"]
        return self.is_for_any_page(asked["httpMethod"], asked.get("resourcePath"))

    def _resolve(self, event: dict[str, Any]) -> bool:
        """Replace a greedy route by our own; returns False if no route matches the path."""
        asked, path = event["requestContext"], self._path.rstrip("/")
        self.prefix = next((prefix for prefix in self.prefixes if path.startswith(f"{prefix}/")), "")
        if asked.get("resourcePath") in self.routes:
            return True
        if found := self._patterns.match(path, len(self.prefix)):
            asked["resourcePath"], event["pathParameters"] = found
            return True
        return False

    @functools.cached_property
    def _patterns(self) -> RoutePatterns:
        return RoutePatterns.of(self.routes)

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

    def _answering(self, view: Callable[..., Any], declared: Declaration) -> Callable[..., Response]:
        readers = {parameter.name: parameter.read for parameter in declared.get("path_parameters", ())}

        @functools.wraps(view)
        def answer(**path_parameters: str) -> Response:
            try:
                path = {name: readers.get(name, str)(value) for name, value in path_parameters.items()}
                result = view(**path, **self.read(declared))
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
