"""Refuses payloads of Invoke that are too large or not JSON (RFC 8259), as Lambda does."""

import json
from collections.abc import Callable
from typing import Any, Final, NoReturn

from localstack.aws.api import CommonServiceException
from localstack.aws.api.lambda_ import InvalidRequestContentException
from localstack.services.lambda_.invocation.lambda_service import LambdaService
from localstack.utils.patch import patch as patch_function

from localstack_process_executor.runtime.wording import REQUEST_TOO_LARGE, request_too_large


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not a number")


# Numbers stay text: Python refuses numbers of more than 4,300 digits, which JSON allows.
_DECODER: Final = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=_refuse)


def patch() -> None:
    """LocalStack accepts events of any size, and leaves it to the function's runtime to find that one is not JSON."""

    @patch_function(LambdaService.invoke)
    def invoke(fn: Callable[..., Any], self: object, **request: Any) -> Any:
        payload = request["payload"] or b""
        if refusal := request_too_large(len(payload), request["invocation_type"]):
            raise CommonServiceException(REQUEST_TOO_LARGE, refusal, status_code=413)
        if refusal := objection(payload):
            raise InvalidRequestContentException(refusal, Type="User")
        return fn(self, **request)


def objection(payload: bytes) -> str:
    """Return why Lambda refuses the payload; empty if it accepts it, as it does an empty one."""
    if not payload:
        return ""
    try:
        _DECODER.decode(payload.decode())
    except (ValueError, RecursionError) as error:
        return f"Could not parse request body into json: {error}"
    return ""
