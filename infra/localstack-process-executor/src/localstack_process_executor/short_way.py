"""Which requests may be answered without LocalStack's own handlers, and what these would have added to the answer."""

import logging
from collections.abc import Iterable
from typing import Any, Final

from localstack import config
from localstack.aws.handlers import run_custom_response_handlers, serve_custom_service_request_handlers
from localstack.runtime import events

CHAINS: Final = (serve_custom_service_request_handlers, run_custom_response_handlers)
# Of pages of other sites, which LocalStack refuses, and of content that it unpacks.
LOCALSTACKS: Final = ("Origin", "Referer", "Content-Encoding")


def is_plain(request: Any, *, log: logging.Logger, headers: Iterable[str] = ()) -> bool:
    """Whether a request of Twisted's concerns nobody else; it does with one of these headers, or some of our own."""
    return bool(
        not any(request.requestHeaders.hasHeader(name) for name in (*LOCALSTACKS, *headers))
        and not any(_is_of_an_extension(handler) for chain in CHAINS for handler in chain.handlers)
        and not events.infra_stopping.is_set()
        and not log.isEnabledFor(logging.DEBUG)  # then LocalStack logs requests and answers
        and not config.DEBUG_HANDLER_CHAIN
    )


def added_headers() -> dict[str, str]:
    """What LocalStack sets in every answer."""
    return {"x-localstack": "true"} if config.LOCALSTACK_RESPONSE_HEADER_ENABLED else {}


def _is_of_an_extension(handler: Any) -> bool:
    """LocalStack's own have nothing to do with what takes the short way, but for a header that we set ourselves."""
    return not str(handler.__module__).startswith("localstack.")
