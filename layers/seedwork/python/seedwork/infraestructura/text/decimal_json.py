"""JSON in which numbers with a decimal point are `Decimal`, both ways, and never a float."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any, Final

import simplejson

MAX_INT_DIGITS: Final = 4_000  # below the limit of Python's int(), which is there because its time grows squared
# Beyond these exponents Decimal has no number.
_LARGEST: Final = Decimal("1E+999999999999999999")
_SMALLEST: Final = Decimal("1E-999999999999999999")


def _number(literal: str) -> Decimal:
    """The literal's value; one that Decimal cannot hold is read as the largest, or the smallest, that it can.

    JSON limits no number (RFC 8259, 6), so it is no syntax error. Both are far beyond every limit that a reader has:
    each reader refuses them as it refuses any number that is too large or too fine for it.
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
    """An int, or a Decimal where Python would refuse so many digits."""
    return int(literal) if len(literal) <= MAX_INT_DIGITS else Decimal(literal)


class RepeatedNameError(ValueError):
    """An object has two members of this name, of which parsers take one or the other (RFC 8259, 4)."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name!r} is in an object twice")
        self.name = name


def _object(members: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(members)
    if len(found) < len(members):
        names = iter(found)  # in the order of the members, of which only the first of a name is there
        raise RepeatedNameError(next(name for name, _ in members if name != next(names, None)))
    return found


# Made once: `simplejson.loads` and `dumps` make them anew each time.
_DECODER: Final = simplejson.JSONDecoder(parse_float=_number, parse_int=_integer)
_STRICT_DECODER: Final = simplejson.JSONDecoder(parse_float=_number, parse_int=_integer, object_pairs_hook=_object)
_ENCODER: Final = simplejson.JSONEncoder(use_decimal=True, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def loads(text: str | bytes, *, unique_names: bool = False) -> Any:
    """Parse JSON; raises ValueError, and nothing else, for what RFC 8259 does not allow, NaN and Infinity included.

    With `unique_names` it raises RepeatedNameError, too; without, the last member of a name counts.

    >>> loads('{"monto": 100.50}')
    {'monto': Decimal('100.50')}
    """
    decoder = _STRICT_DECODER if unique_names else _DECODER
    try:
        return decoder.decode(text.decode() if isinstance(text, bytes) else text)
    except RecursionError:
        raise ValueError("too deeply nested") from None


def dumps(value: Any) -> str:
    """Serialise compactly, decimals as JSON numbers with their own digits.

    Raises ValueError for a number that is not finite, and for what is nested too deeply.

    >>> dumps({"monto": Decimal("100.50")})
    '{"monto":100.50}'
    """
    try:
        return str(_ENCODER.encode(value))
    except RecursionError:
        raise ValueError("too deeply nested") from None
