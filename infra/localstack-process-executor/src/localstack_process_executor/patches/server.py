"""Patches LocalStack's web server."""

import logging
import types
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from localstack import config
from localstack.utils.patch import patch as patch_function

LOG: Final = logging.getLogger(__name__)


def patch() -> None:
    """Patch it before it listens."""
    _listen_where_told()
    _stop_when_told()
    _do_not_ask_for_names()
    _leave_the_access_log_out()
    _leave_forms_alone()
    _answer_whatever_happens()


def _listen_where_told() -> None:
    """The server listens on every interface, whatever host `GATEWAY_LISTEN` names."""
    from localstack.runtime.server import twisted as server
    from twisted.internet import endpoints

    @patch_function(server.TwistedRuntimeServer.register)
    def register(
        fn: Callable[..., None], self: object, gateway: object, listen: list[Any], ssl_creds: object = None
    ) -> None:
        for address in listen:
            on_this_interface = partial(endpoints.TCP4ServerEndpoint, interface=address.host)
            server.endpoints = types.SimpleNamespace(
                TCP4ServerEndpoint=on_this_interface, TCP6ServerEndpoint=endpoints.TCP6ServerEndpoint
            )
            fn(self, gateway, [address], ssl_creds)


def _stop_when_told() -> None:
    """Another thread tells the server to stop, which it notices at its next event, up to ten seconds later."""
    from localstack.runtime.server import twisted as server

    @patch_function(server.TwistedRuntimeServer.shutdown)
    def shutdown(fn: Callable[..., None], self: object) -> None:
        fn(self)
        server.reactor.wakeUp()


def _do_not_ask_for_names() -> None:
    """LocalStack asks a name server for a name below its own, even if no request may leave the machine."""
    from localstack.utils.aws import aws_stack

    if config.LOCALSTACK_HOST.host in ("localhost", "127.0.0.1"):
        aws_stack.CACHE_S3_HOSTNAME_DNS_STATUS = False


def _leave_the_access_log_out() -> None:
    """The server formats a log line for each request, which has no reader; LocalStack writes its own."""
    from rolo.serving import twisted as server

    server.TwistedGateway.log = lambda _site, _request: None


def _leave_forms_alone() -> None:
    """The server parses the body of each form without using it, and answers an empty 400 if it cannot.

    Parsing a POST's content type for that, with the parser for e-mail, takes an eighth of the time of a short answer.
    """
    from twisted.web import http

    http._parseContentType = lambda _line: b""  # noqa: SLF001 - there is no other place


def _answer_whatever_happens() -> None:
    """The server does not answer at all if a header of the answer is invalid in HTTP."""
    from twisted.web import wsgi

    @patch_function(wsgi._WSGIResponse._sendResponseHeaders)  # noqa: SLF001 - there is no other place
    def send_response_headers(fn: Callable[..., None], self: Any) -> None:
        try:
            fn(self)
        except Exception:
            LOG.exception("An answer is invalid in HTTP: 500 is sent instead")
            for name in [name for name, _ in self.request.responseHeaders.getAllRawHeaders()]:
                self.request.responseHeaders.removeHeader(name)
            self.request.setResponseCode(500)
