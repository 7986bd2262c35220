"""JSON whose numbers with a decimal point are `Decimal` in both directions, never float."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any, Final

import simplejson

MAX_INT_DIGITS: Final = 4_000  # below the limit of Python's int(), which exists because its time grows quadratically
# The limits of Decimal's exponents.
_LARGEST: Final = Decimal("1E+999999999999999999")
_SMALLEST: Final = Decimal("1E-999999999999999999")


def _number(literal: str) -> Decimal:
    """Return the literal's value; beyond Decimal's range, the largest or the smallest number that it can hold.

    JSON sets no limits to numbers (RFC 8259, 6), so such a literal is no syntax error. The substitute lies far beyond
    the limits of every reader, which refuses it like any number too large or too fine.
    """
    try:
        return Decimal(literal)
    except InvalidOperation:
        mantissa, _, exponent = literal.lower().partition("e")
        significand = Decimal(mantissa)
        if not significand:
            return significand
        return (_SMALLEST if exponent.startswith("-") else _LARGEST).copy_sign(significand)


def _integer(literal: str) -> int | Decimal:
    """Return an int, or a Decimal if Python would refuse that many digits."""
    return int(literal) if len(literal) <= MAX_INT_DIGITS else Decimal(literal)


class RepeatedNameError(ValueError):
    """An object has two members with the same name; parsers differ in which one they take (RFC 8259, 4)."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name!r} is in an object twice")
        self.name = name


def _object(members: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(members)
    if len(found) < len(members):
        names = iter(found)  # in the order of the members, each name at its first member only
        raise RepeatedNameError(next(name for name, _ in members if name != next(names, None)))
    return found


# Built once: `simplejson.loads` and `dumps` build them again at each call.
_DECODER: Final = simplejson.JSONDecoder(parse_float=_number, parse_int=_integer)
_STRICT_DECODER: Final = simplejson.JSONDecoder(parse_float=_number, parse_int=_integer, object_pairs_hook=_object)
_ENCODER: Final = simplejson.JSONEncoder(use_decimal=True, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def loads(text: str | bytes, *, unique_names: bool = False) -> Any:
    """Parse JSON; raises ValueError, and no other error, for text outside of RFC 8259, including NaN and Infinity.

    With `unique_names` it also raises RepeatedNameError; without, the last member of a name counts.

    >>> loads('{"monto": 100.50}')
    {'monto': Decimal('100.50')}
    """
    decoder = _STRICT_DECODER if unique_names else _DECODER
    try:
        return decoder.decode(text.decode() if isinstance(text, bytes) else text)
    except RecursionError:
        raise ValueError("too deeply nested") from None


def dumps(value: Any) -> str:
    """Serialise compactly; decimals become JSON numbers and keep their digits.

    Raises ValueError for a number that is not finite, and for too deep nesting.

    >>> dumps({"monto": Decimal("100.50")})
    '{"monto":100.50}'
    """
    try:
        return str(_ENCODER.encode(value))
    except RecursionError:
        raise ValueError("too deeply nested") from None
