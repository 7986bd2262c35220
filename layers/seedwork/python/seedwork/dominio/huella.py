"""The hash of a request's meaning: equal data have the same hash, however they are written."""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final
from unicodedata import normalize
from uuid import UUID

MAX_INTEGER_DIGITS: Final = 400
"""Longer integers are compared in scientific notation, because such numbers are not written out with all zeros."""


def huella(value: Any) -> str:
    """Return the SHA-256, in hexadecimal, of a JSON document or of the domain's objects.

    Four things do not count: the order of members, the digits of a number (`100.50`, `1.005e2`), the zone of an
    instant, and the Unicode form of a text (UAX 15: canonically equivalent texts are equal). A dataclass's fields that
    are None do not count either.

    >>> huella({"a": Decimal("1.50"), "b": "x"}) == huella({"b": "x", "a": Decimal("15e-1")})
    True
    """
    text = _ENCODER.encode(value)
    if not text.isascii():
        text = _ASCII_ENCODER.encode(_composed(json.loads(text)))
    return hashlib.sha256(text.encode()).hexdigest()


def numero(number: Decimal | int) -> str:
    """Return the canonical text of a number, however it was written.

    >>> numero(Decimal("1.50")), numero(Decimal("1e3"))
    ('1.5', '1000')
    """
    canonical = _number(Decimal(number))
    return str(canonical) if isinstance(canonical, int) else canonical[1]


def _plain(value: object) -> Any:
    match value:
        case Decimal():
            return _number(value)
        case datetime():
            return value.astimezone(UTC).isoformat()
        case UUID():
            return str(value)
        case _ if is_dataclass(value):
            given = {field.name: getattr(value, field.name) for field in fields(value)}
            return {name: member for name, member in given.items() if member is not None}
        case _:
            raise TypeError(f"{type(value).__name__} has no canonical form")


def _number(number: Decimal) -> int | list[str]:
    """Return an integer, or else a form no text can have. Exact: Decimal arithmetic would round to 28 digits."""
    sign, digits, exponent = number.as_tuple()
    if not isinstance(exponent, int):
        raise TypeError(f"{number} has no canonical form")
    significant = "".join(map(str, digits)).rstrip("0")
    exponent += len(digits) - len(significant)
    if not significant:
        return 0
    if exponent >= 0 and len(significant) + exponent <= MAX_INTEGER_DIGITS:
        whole = int(significant + "0" * exponent)
        return -whole if sign else whole
    return ["decimal", str(Decimal((sign, tuple(map(int, significant)), exponent)))]


def _composed(value: Any) -> Any:
    match value:
        case str():
            return normalize("NFC", value)
        case list():
            return [_composed(member) for member in value]
        case dict():
            members = {normalize("NFC", name): _composed(member) for name, member in value.items()}
            # If two names became the same one, a member would be lost.
            return members if len(members) == len(value) else {name: _composed(value[name]) for name in value}
        case _:
            return value


# `decimal_json` takes ten times as long with sorted members.
_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain)
_ASCII_ENCODER: Final = json.JSONEncoder(sort_keys=True, separators=(",", ":"))
