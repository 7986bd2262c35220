"""The length of a stored number is limited."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import PydanticCustomError

from seedwork.infraestructura.text.number_limit import MAX_CHARACTERS, plain_characters, within_limit


@given(st.decimals(allow_nan=False, allow_infinity=False) | st.integers())
def test_characters_are_those_of_the_notation_without_exponent(number: Decimal | int) -> None:
    """PostgreSQL's jsonb writes numbers without an exponent."""
    if abs(Decimal(number).adjusted()) < 10_000:
        assert plain_characters(number) == len(f"{Decimal(number):f}") + (number == 0 and _positive_exponent(number))


def _positive_exponent(number: Decimal | int) -> int:
    exponent = Decimal(number).as_tuple().exponent
    return max(0, int(exponent))  # Python omits the zeros of 0E+5; they count here


@pytest.mark.parametrize("literal", ["1e308", "1e-308", "1e40", "-1e39", "0e999999999999", "1" * 41, "1e-39", "-1e-38"])
def test_a_longer_number_is_refused(literal: str) -> None:
    """Exponent, sign and zeros count alike."""
    with pytest.raises(PydanticCustomError, match="too long"):
        within_limit(Decimal(literal))


@pytest.mark.parametrize(
    "literal", ["1.7976931348623157e22", "5.551115123125783e-17", "1e39", "-1e38", "-1e-37", "1" * 40]
)
def test_a_number_of_forty_characters_is_kept(literal: str) -> None:
    """Numbers from JavaScript and amounts of money are shorter."""
    assert within_limit(Decimal(literal)) == Decimal(literal)
    assert plain_characters(Decimal(literal)) <= MAX_CHARACTERS == 40
