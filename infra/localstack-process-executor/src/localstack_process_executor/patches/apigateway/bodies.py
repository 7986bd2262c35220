"""Limits and decompresses the bodies of requests, as API Gateway does.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-gzip-compression-decompression.html

LocalStack accepts bodies of any size, and unpacks one of the codings without a limit.
"""

import io
from collections.abc import Callable
from typing import Any, Final

from localstack.aws.handlers.codec import ContentDecoder
from localstack.services.apigateway.next_gen.execute_api.context import RestApiInvocationContext
from localstack.services.apigateway.next_gen.execute_api.gateway_response import (
    BadRequestBodyError,
    BaseGatewayException,
    RequestTooLargeError,
    UnsupportedMediaTypeError,
)
from localstack.services.apigateway.next_gen.execute_api.handlers.parse import InvocationRequestParser
from localstack.utils.patch import patch as patch_function

from localstack_process_executor.patches.apigateway import content_coding
from localstack_process_executor.patches.apigateway.compressed_answers import minimum_size

LIMIT: Final = 10 * 1024 * 1024  # bytes of a body, both compressed and decompressed
TOO_LARGE: Final = f"HTTP content length exceeded {LIMIT} bytes."
CODING: Final = "Content-Encoding"


def patch() -> None:
    """LocalStack has no limits."""

    @patch_function(ContentDecoder.__call__)
    def decode(fn: Callable[..., None], self: object, chain: Any, context: Any, response: Any) -> None:
        if not _is_for_an_api(context.request):
            fn(self, chain, context, response)

    @patch_function(InvocationRequestParser.parse_and_enrich)
    def parse_and_enrich(fn: Callable[..., None], self: object, context: RestApiInvocationContext) -> None:
        refusal = _take_coding_off(context)
        fn(self, context)  # first the original, so that a refusal is answered as one of a known request
        if refusal:
            raise refusal


def _take_coding_off(context: RestApiInvocationContext) -> BaseGatewayException | None:
    request, minimum = context.request, minimum_size(context)
    body = request.stream.read(LIMIT + 1)
    refusal: BaseGatewayException | None = None
    if len(body) > LIMIT:
        refusal = RequestTooLargeError(TOO_LARGE)
    elif (coding := request.headers.get(CODING)) and len(body) >= (minimum or 0):
        try:
            body = content_coding.decode(body, coding, limit=LIMIT)
            request.headers.remove(CODING)
        except content_coding.UnsupportedCodingError:
            refusal = UnsupportedMediaTypeError(f"Content-Encoding is none of {', '.join(content_coding.SUPPORTED)}")
        except content_coding.NotInCodingError:
            refusal = BadRequestBodyError(f"The body is not {coding}")
        except content_coding.BecomesTooLargeError:
            refusal = RequestTooLargeError(TOO_LARGE)
    request.stream = io.BytesIO(b"" if refusal else body)
    return refusal


def _is_for_an_api(request: Any) -> bool:
    path, host = request.path, request.host
    return path.startswith("/_aws/execute-api/") or "/_user_request_" in path or ".execute-api." in host
