"""Limits the length of stored numbers, because PostgreSQL's jsonb writes every number without an exponent.

Five characters, `1e308`, would become 309 in the table, on the topic and in each answer.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from pydantic_core import PydanticCustomError

# Longer than every amount of money, and than every double between 1e-22 and 1e+39 with all its digits.
MAX_CHARACTERS: Final = 40


def plain_characters(number: Decimal | int) -> int:
    """Return the number's length in characters without an exponent, in constant time.

    >>> plain_characters(Decimal("-1.50")), plain_characters(Decimal("1e308")), plain_characters(Decimal("1e-4"))
    (5, 309, 6)
    """
    sign, digits, exponent = Decimal(number).as_tuple()
    assert isinstance(exponent, int), "JSON has no number that is not finite"  # noqa: S101 - narrows the type
    if exponent >= 0:
        return sign + len(digits) + exponent
    return sign + 1 + max(len(digits), 1 - exponent)


def within_limit(number: Decimal | int) -> Decimal | int:
    """Return the number; raises PydanticCustomError if it is longer than MAX_CHARACTERS."""
    if plain_characters(number) > MAX_CHARACTERS:
        raise PydanticCustomError("numero_fuera_de_rango", "is too long", {"characters": MAX_CHARACTERS})
    return number
