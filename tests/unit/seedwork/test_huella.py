"""Equal data have equal hashes, however they are written, and different data have different ones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from unicodedata import normalize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seedwork.dominio.huella import huella
from seedwork.infraestructura.text import decimal_json


@pytest.mark.parametrize(
    "written",
    [
        ["100.5", "100.50", "100.500", "1.005e2", "1005E-1"],
        ["1000", "1000.0", "1e3", "1E+3", "10.00e2"],
        ["0", "-0", "0.00", "-0.0", "0e5"],
        ["0.1", "1e-1", "0.10"],
        ["12345678901234567890123456789012345678.9", "12345678901234567890123456789012345678.90"],
        ['{"a":1,"b":[2.0,{"c":3,"d":null}]}', '{"b":[2,{"d":null,"c":3.0}],"a":1}'],
        ['"caf\\u00e9"', '"café"', '"cafe\\u0301"'],
        ['{"caf\\u00e9":1}', '{"cafe\\u0301":1}'],
    ],
)
def test_equal_data_have_one_hash(written: list[str]) -> None:
    """Numbers count by value, members in any order, texts in any canonically equivalent form (UAX 15)."""
    assert len({huella(decimal_json.loads(text)) for text in written}) == 1


@pytest.mark.parametrize(
    "others",
    [
        ["1", "true", '"1"', "[1]", "null"],
        ["1.5", '"1.5"', "15"],
        ["[1,2]", "[2,1]"],
        ['{"a":null}', "{}"],
        ["12345678901234567890123456789012345678.1", "12345678901234567890123456789012345678.2"],
        ['"a"', '"A"'],
        ['{"caf\\u00e9":1,"cafe\\u0301":2}', '{"caf\\u00e9":2}'],
    ],
)
def test_other_data_has_another_hash(others: list[str]) -> None:
    """This includes digits that a rounding to 28 would lose."""
    assert len({huella(decimal_json.loads(text)) for text in others}) == len(others)


@settings(deadline=None)
@given(number=st.decimals(allow_nan=False, allow_infinity=False), zeros=st.integers(0, 30))
def test_digits_that_change_no_value_do_not_count(number: Decimal, zeros: int) -> None:
    """Any number of zeros may be added at the end."""
    sign, digits, exponent = number.as_tuple()
    assert isinstance(exponent, int)
    assert huella(number) == huella(Decimal((sign, (*digits, *[0] * zeros), exponent - zeros)))


@settings(deadline=None)
@given(text=st.text())
def test_the_form_of_a_text_does_not_count(text: str) -> None:
    """It may be composed or decomposed."""
    assert huella({text: [text]}) == huella({normalize("NFD", text): [normalize("NFC", text)]})


@dataclass(frozen=True)
class Pedido:
    """An object of a domain."""

    cuando: datetime
    nota: str | None = None


def test_domain_objects_are_compared_by_value() -> None:
    """Instants count by their time; a field that is None counts as missing."""
    cuando = datetime(2026, 1, 1, tzinfo=UTC)
    otra_zona = cuando.astimezone(timezone(timedelta(hours=-5)))
    assert huella(Pedido(cuando)) == huella(Pedido(otra_zona)) == huella({"cuando": cuando})
    assert huella(Pedido(cuando)) != huella(Pedido(cuando + timedelta(microseconds=1)))
    assert huella(Pedido(cuando)) != huella(Pedido(cuando, nota=""))


@pytest.mark.parametrize("value", [Decimal("NaN"), Decimal("Infinity"), object(), b"x"])
def test_values_outside_of_json_are_refused(value: Any) -> None:
    """It is not compared in some other form."""
    with pytest.raises(TypeError):
        huella(value)
