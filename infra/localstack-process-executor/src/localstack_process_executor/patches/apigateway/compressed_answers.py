"""Compresses the answers of an API with a `minimumCompressionSize`, as API Gateway does.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-receive-response-with-compressed-payload.html

The guide names four conditions, and no exception for a media type, a status or a binary body:

- `Accept-Encoding` is there, and the client's first choice is a supported coding.
- The API has a minimum.
- The body is not smaller than the minimum.
- The answer has no `Content-Encoding`.

The guide does not mention `Vary` and `ETag`, so both are passed on as the function set them. Answers without a body
stay as they are (RFC 9110, 6.4.1).
"""

from collections.abc import Callable
from typing import Any, Final

from localstack.http import Response
from localstack.services.apigateway.next_gen.execute_api.context import RestApiInvocationContext
from localstack.services.apigateway.next_gen.execute_api.gateway import RestApiGateway
from localstack.utils.patch import patch as patch_function
from moto.apigateway.models import RestAPI

from localstack_process_executor.patches.apigateway import content_coding
from localstack_process_executor.patches.apigateway.exchange import HttpAnswer

CODING: Final = "Content-Encoding"
ACCEPTED: Final = "Accept-Encoding"
WITHOUT_BODY: Final = (204, 304)


def patch() -> None:
    """LocalStack stores the minimum, and does not compress."""
    _keep_what_is_updated()

    @patch_function(RestApiGateway.__init__)
    def init(fn: Callable[..., None], self: Any) -> None:
        fn(self)
        self.response_handlers.append(_compress)


def minimum_size(context: RestApiInvocationContext) -> int | None:
    """Return the size from which on the deployed API compresses bodies; None if it does not."""
    size: int | None = context.deployment and context.deployment.rest_api.rest_api.get("minimumCompressionSize")
    return size


def compressed(answer: HttpAnswer, accepted: str | None, context: RestApiInvocationContext) -> HttpAnswer:
    """Return the answer for a client that accepts these codings; the same object if it is not compressed."""
    if not accepted or not answer.body or answer.status in WITHOUT_BODY:
        return answer
    minimum = minimum_size(context)
    if minimum is None or len(answer.body) < minimum:
        return answer
    coding = content_coding.preferred(accepted)
    if coding is None or any(name.lower() == "content-encoding" for name, _ in answer.headers):
        return answer
    body = content_coding.encode(answer.body, coding)
    return HttpAnswer(status=answer.status, headers=[*answer.headers, (CODING, coding)], body=body)


def _compress(_chain: object, context: RestApiInvocationContext, response: Response) -> None:
    if context.request.method == "HEAD":
        return
    plain = HttpAnswer.of(response)
    answer = compressed(plain, context.request.headers.get(ACCEPTED), context)
    if answer is not plain:
        response.set_data(answer.body)
        for name, value in answer.headers[len(plain.headers) :]:
            response.headers.add(name, value)


def _keep_what_is_updated() -> None:
    """LocalStack ignores an update of an API's minimum size."""

    @patch_function(RestAPI.apply_patch_operations)
    def apply_patch_operations(fn: Callable[..., None], self: Any, operations: list[dict[str, Any]]) -> None:
        fn(self, operations)
        for operation in operations:
            if operation["path"] == "/minimumCompressionSize":
                self.minimum_compression_size = operation.get("value")
