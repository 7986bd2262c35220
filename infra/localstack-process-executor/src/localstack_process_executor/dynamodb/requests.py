"""Reads requests: equal numbers get one spelling, sets no element twice, and all placeholders must be defined.

moto takes numbers and sets as they are written, and fails if a placeholder is missing.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from moto.dynamodb.exceptions import MockValidationException as ValidationError

from localstack_process_executor.dynamodb.numbers import read_number

Request = Mapping[str, Any]

EXPRESSIONS: Final = (
    *("ConditionExpression", "FilterExpression", "KeyConditionExpression"),
    *("UpdateExpression", "ProjectionExpression"),
)
SETS: Final = frozenset({"SS", "NS", "BS"})
PLACEHOLDER: Final = re.compile(r"[#:][A-Za-z0-9_.-]*[A-Za-z0-9_]", re.ASCII)
KINDS: Final = {"#": ("name", "ExpressionAttributeNames"), ":": ("value", "ExpressionAttributeValues")}


def read_request(body: bytes) -> Request:
    """Read a request for moto; raises ValidationError, or ValueError if it is not JSON."""
    request: dict[str, Any] = _DECODER.decode(body.decode())
    for part in (request, *_parts_of_transaction(request)):
        _check_expressions(part)
    return request


def _parts_of_transaction(request: Request) -> Iterator[dict[str, Any]]:
    for item in request.get("TransactItems") or ():
        yield from item.values()


def _read(value: dict[str, Any]) -> dict[str, Any]:
    """Normalise an object of a request; most objects are values such as `{"N": "1.50"}`."""
    if len(value) == 1:
        kind, content = next(iter(value.items()))
        if kind == "N" and isinstance(content, str):
            return {"N": read_number(content)}
        if kind in SETS and isinstance(content, list):
            return {kind: _set(kind, content)}
    return value


def _set(kind: str, content: list[str]) -> list[str]:
    members = [read_number(member) for member in content] if kind == "NS" else content
    if len(set(members)) < len(members):
        raise ValidationError(
            f"One or more parameter values were invalid: Input collection [{', '.join(content)}] contains duplicates."
        )
    return members


_DECODER: Final = json.JSONDecoder(object_hook=_read)


def _check_expressions(request: dict[str, Any]) -> None:
    expressions = [(kind, request[kind]) for kind in EXPRESSIONS if request.get(kind) is not None]
    used: set[str] = set()
    for kind, text in expressions:
        request[kind] = " ".join(text.split())  # moto does not know line ends
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
