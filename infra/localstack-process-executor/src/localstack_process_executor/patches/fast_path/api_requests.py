"""The fast path for requests to REST APIs: LocalStack's API Gateway without the handlers before and after it.

Otherwise a request is converted to WSGI and passes some forty handlers for AWS's own APIs, and its answer changes the
thread twice.
"""

import logging
import re
from collections.abc import Callable
from typing import Any, Final

from localstack.aws.api import ServiceException
from localstack.services.apigateway.next_gen.execute_api.router import ApiGatewayEndpoint, ApiGatewayRouter
from localstack.utils.patch import patch as patch_function
from localstack.utils.strings import long_uid
from rolo.serving.twisted import to_flat_header_list
from twisted.internet import reactor
from twisted.web.server import NOT_DONE_YET

from localstack_process_executor.patches.apigateway.exchange import ApiCall, HttpAnswer
from localstack_process_executor.patches.fast_path.pending_request import PendingRequest
from localstack_process_executor.patches.fast_path.plain_requests import answer_at_once, is_plain
from localstack_process_executor.patches.fast_path.proxy_integration import PayloadOrError, ProxyIntegration
from localstack_process_executor.patches.fast_path.reactor_invoke import (
    SMALL,
    OutcomeOrError,
    begin_invocation,
    trace_id,
)
from localstack_process_executor.patches.lambda_.direct_invoke import as_client_error
from localstack_process_executor.runtime.environment import InvocationOutcome
from localstack_process_executor.runtime.session import Invocation

LOG: Final = logging.getLogger("localstack.request.http")

PATH: Final = re.compile(r"/_aws/execute-api/(?P<api>[a-z0-9]+)/(?P<stage>[\w-]+)/(?P<path>[^?]*)(?:\?(?P<query>.*))?")
METHODS: Final = frozenset({b"GET", b"POST", b"PUT", b"PATCH", b"DELETE"})
CONCERNS_OTHERS: Final = ("Transfer-Encoding", "Upgrade", "Expect")


def patch() -> None:
    """Requests to REST APIs pass all of LocalStack's handlers, which takes longer than their functions."""

    @patch_function(ApiGatewayRouter.register_routes)
    def register_routes(fn: Callable[..., None], self: Any) -> None:
        fn(self)
        answer_at_once(ApiFastPath(self.handler).render)


class ApiFastPath:
    """Serves plain requests with LocalStack's own endpoint for REST APIs."""

    def __init__(self, endpoint: ApiGatewayEndpoint) -> None:
        self._endpoint = endpoint
        self._integration = ProxyIntegration(endpoint)

    def render(self, request: Any) -> int | None:
        """Begin to serve a request of Twisted's, or return None if LocalStack has to handle it."""
        if request.method not in METHODS or not request.uri.startswith(b"/_aws/execute-api/"):
            return None
        match = PATH.fullmatch(request.uri.decode("latin-1"))
        if (
            match is None
            or not is_plain(request, log=LOG, headers=CONCERNS_OTHERS)
            or not self._endpoint.is_rest_api(match["api"], match["stage"])
        ):
            return None
        connection = _Connection(request, match)
        with connection.pending.answered():
            self._begin(connection)
        return int(NOT_DONE_YET)

    def _begin(self, connection: "_Connection") -> None:
        call = connection.call
        proxied = self._integration.prepare(call) if len(call.body) <= SMALL else None
        if proxied is None:
            reactor.callInThread(connection.answer_with, self._answer_by_handlers, call)
            return

        def end(invoked: OutcomeOrError) -> None:
            with connection.pending.answered():
                result = _as_gateway_sees(invoked)
                if answer := proxied.plain_answer(result):
                    connection.answer(answer)
                else:
                    reactor.callInThread(connection.answer_with, proxied.answer, result)

        function, event = proxied.function_arn, proxied.event
        invocation = Invocation(request_id=long_uid(), function_arn=function, payload=event, trace_id=trace_id())
        if not begin_invocation(invocation, end):
            reactor.callInThread(connection.answer_with, proxied.invoke_and_answer)

    def _answer_by_handlers(self, call: ApiCall) -> HttpAnswer:
        return HttpAnswer.of(
            self._endpoint(call.as_request(), api_id=call.api_id, stage=call.stage, path=call.path[1:])
        )


class _Connection:
    """A request of Twisted's and its pending answer; made in the server's own thread."""

    def __init__(self, request: Any, match: re.Match[str]) -> None:
        self.pending = PendingRequest(request)
        # All of this is gone once the client is.
        client, server = request.getClientAddress(), request.getHost()
        received = to_flat_header_list(request.requestHeaders)
        self.call = ApiCall(
            api_id=match["api"],
            stage=match["stage"],
            method=request.method.decode("latin-1"),
            uri=match.string,
            path="/" + match["path"],
            query=match["query"] or "",
            headers=[(name.decode("latin-1"), value.decode("latin-1")) for name, value in received],
            body=request.content.read(),
            client=client.host,
            server=(server.host, server.port),
        )

    def answer_with(self, make: Callable[..., HttpAnswer], *arguments: Any) -> None:
        """Make an answer in this thread, and have the server's thread send it."""
        try:
            answer = make(*arguments)
        except Exception:
            LOG.exception("exception while serving an API")
            answer = HttpAnswer(status=500, headers=[], body=b"")
        reactor.callFromThread(self.answer, answer)

    def answer(self, answer: HttpAnswer) -> None:
        """Send the answer, from the server's thread."""
        LOG.info("%s %s => %d", self.call.method, self.call.uri.partition("?")[0], answer.status)
        self.pending.answer(answer)


def _as_gateway_sees(invoked: OutcomeOrError) -> PayloadOrError:
    """Return a function's payload, failed or not, or the error in the form that boto3 raises."""
    if isinstance(invoked, InvocationOutcome):
        return invoked.payload
    return as_client_error(invoked) if isinstance(invoked, ServiceException) else invoked
