"""Recognises plain requests, which can be answered without LocalStack's own handlers."""

import logging
import re
from collections.abc import Callable, Iterable
from typing import Any, Final

from localstack import config
from localstack.aws.accounts import get_account_id_from_access_key_id
from localstack.aws.handlers import (
    rewrite_region,
    run_custom_response_handlers,
    serve_custom_service_request_handlers,
)
from localstack.runtime import events
from localstack.utils.patch import patch
from rolo.serving.twisted import HeaderPreservingWSGIResource

CHAINS: Final = (serve_custom_service_request_handlers, run_custom_response_handlers)
# Requests from pages of other sites, which LocalStack refuses, and bodies that it unpacks.
LOCALSTACKS: Final = ("Origin", "Referer", "Content-Encoding")
CREDENTIAL: Final = re.compile(r"AWS4-HMAC-SHA256 Credential=([^/]+)/[^/]*/([^/]+)/([^/]+)/aws4_request,")


def answer_at_once(render: Callable[[Any], bytes | int | None]) -> None:
    """Requests pass some forty handlers and another thread, which may take longer than the answer itself."""

    @patch(HeaderPreservingWSGIResource.render)
    def answer(fn: Callable[..., Any], self: object, request: Any) -> Any:
        answered = render(request)
        return fn(self, request) if answered is None else answered


def is_plain(request: Any, *, log: logging.Logger, headers: Iterable[str] = ()) -> bool:
    """Return whether the request is plain: without these headers, LocalStack's own, or handlers of an extension."""
    return bool(
        not any(request.requestHeaders.hasHeader(name) for name in (*LOCALSTACKS, *headers))
        and not any(_is_of_an_extension(handler) for chain in CHAINS for handler in chain.handlers)
        and not events.infra_stopping.is_set()
        and not log.isEnabledFor(logging.DEBUG)  # in which case LocalStack logs requests and answers
        and not config.DEBUG_HANDLER_CHAIN
    )


def account_and_region(request: Any, service: str) -> tuple[str, str] | None:
    """Return account and region of a signed request to this service; None if LocalStack has to find them out."""
    credential = CREDENTIAL.match(request.getHeader("Authorization") or "")
    if credential is None or credential[3] != service:
        return None
    access_key, region, _ = credential.groups()
    if region not in rewrite_region.region_rewriter_strategy.available_regions:
        return None
    return get_account_id_from_access_key_id(access_key), region


def added_headers() -> dict[str, str]:
    """Return the headers that LocalStack sets in every answer."""
    return {"x-localstack": "true"} if config.LOCALSTACK_RESPONSE_HEADER_ENABLED else {}


def _is_of_an_extension(handler: Any) -> bool:
    """Return whether an extension added the handler; LocalStack's own only set a header, which we set ourselves."""
    return not str(handler.__module__).startswith("localstack.")
