"""The short way for requests to REST APIs: LocalStack's API Gateway without what it does before and after it.

On the long way a request is made into one of WSGI, passes some forty handlers that are for AWS's own APIs, and its
answer goes back in two turns.
"""

import logging
import re
from typing import Any, Final
from urllib.parse import unquote

from localstack.http import Request, Response
from localstack.services.apigateway.next_gen.execute_api.router import ApiGatewayEndpoint
from rolo.serving.twisted import to_flat_header_list
from twisted.internet import reactor
from twisted.python.failure import Failure
from twisted.web.server import NOT_DONE_YET
from werkzeug.datastructures import Headers

from localstack_process_executor.short_way import added_headers, is_plain

LOG: Final = logging.getLogger("localstack.request.http")

PATH: Final = re.compile(r"/_aws/execute-api/(?P<api>[a-z0-9]+)/(?P<stage>[\w-]+)/(?P<path>[^?]*)(?:\?(?P<query>.*))?")
METHODS: Final = frozenset({b"GET", b"POST", b"PUT", b"PATCH", b"DELETE"})
CONCERNS_OTHERS: Final = ("Transfer-Encoding", "Upgrade", "Expect")


class GatewayShortcut:
    """Serves what it can with LocalStack's own endpoint for REST APIs, in a thread of the server's."""

    def __init__(self, endpoint: ApiGatewayEndpoint) -> None:
        self._endpoint = endpoint

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
        connection = _Connection(request)
        reactor.callInThread(self._serve, connection, match)
        return int(NOT_DONE_YET)

    def _serve(self, connection: "_Connection", match: re.Match[str]) -> None:
        try:
            request = connection.read(match)
            response = self._endpoint(request, api_id=match["api"], stage=match["stage"], path=match["path"])
            response.headers.update(added_headers())
            LOG.info("%s %s => %d", request.method, request.path, response.status_code)
        except Exception:
            LOG.exception("exception while serving an API")
            response = Response(status=500)
        connection.answer(response)


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

    def read(self, match: re.Match[str]) -> Request:
        """As LocalStack has requests."""
        raw_headers = to_flat_header_list(self._request.requestHeaders)
        return Request(
            method=self._request.method.decode("latin-1"),
            path=unquote(match.string.partition("?")[0]),
            headers=Headers([(name.decode("latin-1"), value.decode("latin-1")) for name, value in raw_headers]),
            body=self._body,
            query_string=match["query"] or "",
            remote_addr=self._client.host,
            server=(self._server.host, self._server.port),
            raw_path=match.string,
        )

    def answer(self, response: Response) -> None:
        """Send it, from any thread."""
        body = response.get_data()
        reactor.callFromThread(self._send, response, body)

    def _send(self, response: Response, body: bytes) -> None:
        if self._is_over:
            return
        request = self._request
        request.setResponseCode(response.status_code)
        for name, value in response.headers:
            if name.lower() not in ("server", "date"):
                raw = name.encode("latin-1")
                request.responseHeaders.addRawHeader(raw, value.encode("latin-1"))
                request.responseHeaders.rememberHeaderCasing(raw)
        request.write(body)
        request.finish()
