"""Limits, decompresses and compresses the bodies of requests and answers, as API Gateway does.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-gzip-compression-decompression.html

LocalStack accepts bodies of any size, unpacks one of the codings without a limit, and compresses nothing.
"""

import io
from collections.abc import Callable
from typing import Any, Final

from localstack.aws.handlers.codec import ContentDecoder
from localstack.http import Response
from localstack.services.apigateway.next_gen.execute_api.context import RestApiInvocationContext
from localstack.services.apigateway.next_gen.execute_api.gateway import RestApiGateway
from localstack.services.apigateway.next_gen.execute_api.gateway_response import (
    BadRequestBodyError,
    BaseGatewayException,
    RequestTooLargeError,
    UnsupportedMediaTypeError,
)
from localstack.services.apigateway.next_gen.execute_api.handlers.parse import InvocationRequestParser
from localstack.utils.patch import patch as patch_function
from moto.apigateway.models import RestAPI

from localstack_process_executor.patches.apigateway import content_coding
from localstack_process_executor.patches.apigateway.exchange import HttpAnswer

LIMIT: Final = 10 * 1024 * 1024  # bytes of a body, both compressed and decompressed
TOO_LARGE: Final = f"HTTP content length exceeded {LIMIT} bytes."
CODING: Final = "Content-Encoding"
ACCEPTED: Final = "Accept-Encoding"
WITHOUT_BODY: Final = (204, 304)


def patch() -> None:
    """LocalStack has no limits, and does not compress."""
    _keep_what_is_updated()

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

    @patch_function(RestApiGateway.__init__)
    def init(fn: Callable[..., None], self: Any) -> None:
        fn(self)
        self.response_handlers.append(_compress)


def compressed(answer: HttpAnswer, accepted: str | None, context: RestApiInvocationContext) -> HttpAnswer:
    """Return the answer for a client that accepts these codings."""
    minimum = _minimum_size(context)
    if minimum is None or not accepted or answer.status in WITHOUT_BODY or len(answer.body) < minimum:
        return answer
    coding = content_coding.preferred(accepted)
    if coding is None or not answer.body or any(name.lower() == "content-encoding" for name, _ in answer.headers):
        return answer
    headers = [*answer.headers, (CODING, coding), ("Vary", ACCEPTED)]
    return HttpAnswer(status=answer.status, headers=headers, body=content_coding.encode(answer.body, coding))


def _compress(_chain: object, context: RestApiInvocationContext, response: Response) -> None:
    plain = HttpAnswer.of(response)
    answer = compressed(plain, context.request.headers.get(ACCEPTED), context)
    if answer is not plain:
        response.set_data(answer.body)
        for name, value in answer.headers[len(plain.headers) :]:
            response.headers.add(name, value)


def _take_coding_off(context: RestApiInvocationContext) -> BaseGatewayException | None:
    request, minimum = context.request, _minimum_size(context)
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


def _minimum_size(context: RestApiInvocationContext) -> int | None:
    size: int | None = context.deployment and context.deployment.rest_api.rest_api.get("minimumCompressionSize")
    return size


def _is_for_an_api(request: Any) -> bool:
    path, host = request.path, request.host
    return path.startswith("/_aws/execute-api/") or "/_user_request_" in path or ".execute-api." in host


def _keep_what_is_updated() -> None:
    """LocalStack ignores an update of an API's minimum size."""

    @patch_function(RestAPI.apply_patch_operations)
    def apply_patch_operations(fn: Callable[..., None], self: Any, operations: list[dict[str, Any]]) -> None:
        fn(self, operations)
        for operation in operations:
            if operation["path"] == "/minimumCompressionSize":
                self.minimum_compression_size = operation.get("value")
