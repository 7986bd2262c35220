"""JSON keeps decimals exact."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedwork.infraestructura.text import decimal_json


@given(st.decimals(allow_nan=False, allow_infinity=False, places=2))
def test_a_decimal_survives_the_round_trip_digit_by_digit(number: Decimal) -> None:
    """The same Decimal is read as was written."""
    [again] = decimal_json.loads(decimal_json.dumps([number]))
    assert isinstance(again, Decimal)
    assert str(again) == str(number)


@pytest.mark.parametrize("text", ["NaN", "-Infinity", '{"a": Infinity}', "{", "", "'a'", "[" * 100_000])
def test_invalid_json_is_a_value_error(text: str) -> None:
    """The parser raises only ValueError."""
    with pytest.raises(ValueError):  # noqa: PT011 - the parser's own messages
        decimal_json.loads(text)


def test_a_number_that_is_not_finite_is_not_written() -> None:
    """NaN is not written either."""
    with pytest.raises(ValueError):  # noqa: PT011 - the serialiser's own message
        decimal_json.dumps({"a": float("nan")})


@pytest.mark.parametrize(
    ("literal", "magnitude"),
    [
        ("1e99999999999999999999", 10**18 - 1),
        ("-1.5e+99999999999999999999999999999999999999", 10**18 - 1),
        ("1E-99999999999999999999", 1 - 10**18),
        ("-0e99999999999999999999", 0),
        ("1" * 5_000, 4_999),
        ("-" + "9" * 100_000, 99_999),
        ("1." + "1" * 100_000, 0),
    ],
)
def test_any_number_of_json_is_read(literal: str, magnitude: int) -> None:
    """JSON's grammar limits no number (RFC 8259, 6); the reader of a field refuses one too large for it."""
    number = Decimal(decimal_json.loads(f"[{literal}]")[0])
    assert (number.is_signed(), number.adjusted()) == (literal.startswith("-"), magnitude)


@given(
    sign=st.sampled_from(["", "-"]),
    digits=st.from_regex(r"(0|[1-9][0-9]{0,30})(\.[0-9]{1,30})?", fullmatch=True),
    exponent=st.from_regex(r"([eE][+-]?[0-9]{1,40})?", fullmatch=True),
)
def test_every_literal_can_be_read_and_written(sign: str, digits: str, exponent: str) -> None:
    """The parser accepts the whole grammar of RFC 8259, 6, and the writer every number from the parser."""
    [number] = decimal_json.loads(f"[{sign}{digits}{exponent}]")
    assert decimal_json.loads(decimal_json.dumps([number])) == [number]


def test_too_deep_nesting_is_not_written() -> None:
    """The error is a ValueError, as callers expect."""
    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(ValueError, match="deeply"):
        decimal_json.dumps(deep)
