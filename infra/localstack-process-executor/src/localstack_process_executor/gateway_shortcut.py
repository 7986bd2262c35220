"""The short way for requests to REST APIs: LocalStack's API Gateway without what it does before and after it.

On the long way a request is made into one of WSGI, passes some forty handlers that are for AWS's own APIs, and its
answer goes back in two turns.
"""

import logging
import re
from typing import Any, Final

from localstack.services.apigateway.next_gen.execute_api.router import ApiGatewayEndpoint
from rolo.serving.twisted import to_flat_header_list
from twisted.internet import reactor
from twisted.python.failure import Failure
from twisted.web.server import NOT_DONE_YET

from localstack_process_executor.gateway_call import Answer, Call
from localstack_process_executor.proxy_integration import ProxyIntegration
from localstack_process_executor.short_way import added_headers, is_plain

LOG: Final = logging.getLogger("localstack.request.http")

PATH: Final = re.compile(r"/_aws/execute-api/(?P<api>[a-z0-9]+)/(?P<stage>[\w-]+)/(?P<path>[^?]*)(?:\?(?P<query>.*))?")
METHODS: Final = frozenset({b"GET", b"POST", b"PUT", b"PATCH", b"DELETE"})
CONCERNS_OTHERS: Final = ("Transfer-Encoding", "Upgrade", "Expect")


class GatewayShortcut:
    """Serves what it can with LocalStack's own endpoint for REST APIs, in a thread of the server's."""

    def __init__(self, endpoint: ApiGatewayEndpoint) -> None:
        self._endpoint = endpoint
        self._integration = ProxyIntegration(endpoint)

    def render(self, request: Any) -> int | None:
        """Begin to serve a request of Twisted's; None for one that LocalStack has to see."""
        if request.method not in METHODS or not request.uri.startswith(b"/_aws/execute-api/"):
            return None
        match = PATH.fullmatch(request.uri.decode("latin-1"))
        if (
            match is None
            or not is_plain(request, log=LOG, headers=CONCERNS_OTHERS)
            or not self._endpoint.is_rest_api(match["api"], match["stage"])
        ):
            return None
        reactor.callInThread(self._serve, _Connection(request), match)
        return int(NOT_DONE_YET)

    def _serve(self, connection: "_Connection", match: re.Match[str]) -> None:
        try:
            call = connection.read(match)
            answer = self._integration.answer(call) or self._answer_by_handlers(call)
            LOG.info("%s %s => %d", call.method, match.string.partition("?")[0], answer.status)
            answer.headers.extend(added_headers().items())
            connection.answer(answer)
        except Exception:
            LOG.exception("exception while serving an API")
            connection.answer(Answer(status=500, headers=[], body=b""))

    def _answer_by_handlers(self, call: Call) -> Answer:
        response = self._endpoint(call.as_request(), api_id=call.api_id, stage=call.stage, path=call.path[1:])
        return Answer(status=response.status_code, headers=list(response.headers), body=response.get_data())


class _Connection:
    """A request of Twisted's, and whether somebody still waits for its answer; made in the server's own thread."""

    def __init__(self, request: Any) -> None:
        self._request = request
        self._is_over = False
        request.notifyFinish().addBoth(self._end)
        # All of this is gone when the client is.
        self._body = request.content.read()
        self._client, self._server = request.getClientAddress(), request.getHost()

    def _end(self, _reason: Failure | None) -> None:
        self._is_over = True

    def read(self, match: re.Match[str]) -> Call:
        """What is asked for."""
        raw_headers = to_flat_header_list(self._request.requestHeaders)
        return Call(
            api_id=match["api"],
            stage=match["stage"],
            method=self._request.method.decode("latin-1"),
            uri=match.string,
            path="/" + match["path"],
            query=match["query"] or "",
            headers=[(name.decode("latin-1"), value.decode("latin-1")) for name, value in raw_headers],
            body=self._body,
            client=self._client.host,
            server=(self._server.host, self._server.port),
        )

    def answer(self, answer: Answer) -> None:
        """Send it, from any thread; raises UnicodeEncodeError for headers that HTTP has no place for."""
        headers = [
            (name.encode("latin-1"), value.encode("latin-1"))
            for name, value in answer.headers
            if name.lower() not in ("server", "date")
        ]
        reactor.callFromThread(self._send, answer.status, headers, answer.body)

    def _send(self, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
        if self._is_over:
            return
        request = self._request
        request.setResponseCode(status)
        for name, value in headers:
            request.responseHeaders.addRawHeader(name, value)
            request.responseHeaders.rememberHeaderCasing(name)
        request.responseHeaders.setRawHeaders(b"Content-Length", [b"%d" % len(body)])
        request.write(body)
        request.finish()
