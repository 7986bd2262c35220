"""Checks a function's answer to API Gateway, which answers 502 in the place of an invalid one.

https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

STATUS: Final = re.compile(r"[2-5]\d\d")  # final statuses only: after 1xx a client goes on waiting
NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110, 5.6.2
VALUE: Final = re.compile(r"[\t\x20-\x7e\x80-\xff]*")  # RFC 9110, 5.5


def read(payload: bytes) -> dict[str, Any] | None:
    """Return the function's answer, or None if it is invalid."""
    try:
        answer = json.loads(payload)
    except (ValueError, RecursionError):
        return None
    return answer if is_well_formed(answer) else None


def is_well_formed(answer: object) -> bool:
    """Return whether the answer has only fields that API Gateway knows, with values that HTTP can carry."""
    return (
        isinstance(answer, dict)
        and answer.keys() <= _FIELDS.keys()
        and all(value is None or _FIELDS[field](value) for field, value in answer.items())
    )


def _is_status(value: object) -> bool:
    return isinstance(value, int | str) and STATUS.fullmatch(str(value)) is not None


def _are_headers(value: object, is_value: Callable[[object], bool]) -> bool:
    return isinstance(value, dict) and all(NAME.fullmatch(name) and is_value(one) for name, one in value.items())


def _is_header_value(value: object) -> bool:
    return isinstance(value, bool) or (isinstance(value, str) and VALUE.fullmatch(value) is not None)


def _is_text(value: object) -> bool:
    if not isinstance(value, str):
        return False
    try:
        value.encode()
    except UnicodeEncodeError:  # an unpaired surrogate
        return False
    return True


_FIELDS: Final[Mapping[str, Callable[[Any], bool]]] = {
    "statusCode": _is_status,
    "headers": lambda value: _are_headers(value, _is_header_value),
    "multiValueHeaders": lambda value: _are_headers(
        value, lambda values: isinstance(values, list) and all(map(_is_header_value, values))
    ),
    "body": _is_text,
    "isBase64Encoded": lambda value: isinstance(value, bool),
}
