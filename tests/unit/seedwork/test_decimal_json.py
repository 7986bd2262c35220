"""JSON keeps decimals exact."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedwork.infraestructura import decimal_json


@given(st.decimals(allow_nan=False, allow_infinity=False, places=2))
def test_a_decimal_survives_the_round_trip_digit_by_digit(number: Decimal) -> None:
    """What is written is read again as the same Decimal."""
    [again] = decimal_json.loads(decimal_json.dumps([number]))
    assert isinstance(again, Decimal)
    assert str(again) == str(number)


@pytest.mark.parametrize("text", ["NaN", "-Infinity", '{"a": Infinity}', "{", "", "'a'", "[" * 100_000, "1" * 5_000])
def test_what_is_not_json_is_a_value_error(text: str) -> None:
    """Nothing but ValueError leaves the parser."""
    with pytest.raises(ValueError):  # noqa: PT011 - the parser's own messages
        decimal_json.loads(text)


def test_a_number_that_is_not_finite_is_not_written() -> None:
    """NaN never leaves either."""
    with pytest.raises(ValueError):  # noqa: PT011 - the serialiser's own message
        decimal_json.dumps({"a": float("nan")})
