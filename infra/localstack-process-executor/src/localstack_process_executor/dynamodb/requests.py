"""Reads requests: numbers are exact and equal ones are spelled equally, and what expressions refer to is there.

moto takes numbers as they are written, and fails where a placeholder is missing.
"""

import json
import re
from collections.abc import Iterator, Mapping
from decimal import Context, Decimal, Inexact, Overflow, Subnormal
from typing import Any, Final

from moto.dynamodb.exceptions import MockValidationException as ValidationError

Request = Mapping[str, Any]

NUMBER: Final = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?", re.ASCII)
DIGITS: Final = 38
NUMBERS: Final = Context(prec=DIGITS, Emin=-130, Emax=125, traps=[Inexact, Overflow, Subnormal])
EXPRESSIONS: Final = (
    *("ConditionExpression", "FilterExpression", "KeyConditionExpression"),
    *("UpdateExpression", "ProjectionExpression"),
)
PLACEHOLDER: Final = re.compile(r"[#:][A-Za-z0-9_.-]*[A-Za-z0-9_]", re.ASCII)
KINDS: Final = {"#": ("name", "ExpressionAttributeNames"), ":": ("value", "ExpressionAttributeValues")}


def read_request(body: bytes) -> Request:
    """A request that moto understands; raises ValidationError, or ValueError for what is not JSON."""
    request: dict[str, Any] = _DECODER.decode(body.decode())
    for part in (request, *_parts_of_transaction(request)):
        _check_expressions(part)
    return request


def _parts_of_transaction(request: Request) -> Iterator[dict[str, Any]]:
    for item in request.get("TransactItems") or ():
        yield from item.values()


def _read(value: dict[str, Any]) -> dict[str, Any]:
    """Called for each object of a request, most of which are values such as `{"N": "1.50"}`."""
    if len(value) == 1:
        kind, content = next(iter(value.items()))
        if kind == "N" and isinstance(content, str):
            return {"N": _number(content)}
        if kind == "NS" and isinstance(content, list):
            return {"NS": [_number(member) for member in content]}
    return value


_DECODER: Final = json.JSONDecoder(object_hook=_read)


def _number(text: str) -> str:
    if text.isdecimal() and len(text) <= DIGITS and text[0] != "0" and text.isascii():
        return text
    if not NUMBER.fullmatch(text):
        raise ValidationError(f"The parameter cannot be converted to a numeric value: {text}")
    try:
        exact = NUMBERS.create_decimal(text)
    except Overflow:
        message = "Number overflow. Attempting to store a number with magnitude larger than supported range"
        raise ValidationError(message) from None
    except Subnormal:
        message = "Number underflow. Attempting to store a number with magnitude smaller than supported range"
        raise ValidationError(message) from None
    except Inexact:
        raise ValidationError(f"Attempting to store more than {DIGITS} significant digits in a Number") from None
    return _spelled(exact)


def _spelled(number: Decimal) -> str:
    return format(number.normalize(NUMBERS), "f") if number else "0"


def _check_expressions(request: dict[str, Any]) -> None:
    expressions = [(kind, request[kind]) for kind in EXPRESSIONS if request.get(kind) is not None]
    used: set[str] = set()
    for kind, text in expressions:
        request[kind] = " ".join(text.split())  # moto knows no line ends
        if not request[kind]:
            raise ValidationError(f"Invalid {kind}: The expression can not be empty;")
        for placeholder in PLACEHOLDER.findall(text):
            what, given = KINDS[placeholder[0]]
            if placeholder not in (request.get(given) or ()):
                place = " used in expression" if what == "value" else " used in the document path"
                raise ValidationError(
                    f"Invalid {kind}: An expression attribute {what}{place} is not defined; "
                    f"attribute {what}: {placeholder}"
                )
            used.add(placeholder)
    for _, given in KINDS.values():
        if expressions and (unused := ", ".join(sorted(set(request.get(given) or ()) - used))):
            raise ValidationError(f"Value provided in {given} unused in expressions: keys: {{{unused}}}")
