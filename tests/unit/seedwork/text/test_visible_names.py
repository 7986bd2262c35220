"""Names that look the same are equal, and none contains invisible characters."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from seedwork.infraestructura.text.field_types import IdAfiliado, IdAfiliadoDeEvento, TextoVisto
from seedwork.infraestructura.text.visible_names import is_visible, one_form

AFILIADO: TypeAdapter[str] = TypeAdapter(IdAfiliado)
TEXTO: TypeAdapter[str] = TypeAdapter(TextoVisto)


@pytest.mark.parametrize(
    "written",
    [
        "afiliado-1",
        "\uff41\uff46iliado-1",
        "a\ufb01liado-1",
        "afiliado\uff0d1",
        "afiliado-\u00b9",
    ],
)
def test_names_that_look_the_same_are_equal(written: str) -> None:
    """NFKC maps full-width letters and signs, ligatures and superscripts (RFC 8266, 2.1)."""
    assert one_form(written) == "afiliado-1"


@pytest.mark.parametrize("space", [" ", "\u00a0", "\u2003", "\u202f", "\u3000"])
def test_blanks_around_a_name_are_removed(space: str) -> None:
    """The kind of blank does not matter; within a name all blanks become one kind."""
    assert AFILIADO.validate_python(f"{space}a{space}b{space}") == "a b"


@pytest.mark.parametrize(
    "unseen",
    [
        "\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u202e", "\u2066", "\u061c", "\u180e",
        "\u034f", "\u115f", "\u1160", "\u17b4", "\u3164", "\uffa0", "\ufe0f", "\U000e0101", "\U000e0041", "\u2800",
        "\u2028", "\u2029", "\x00", "\x1f", "\x7f", "\x85", "\ue000", "\uffff", "\u2065", "\ufff0", "\U000e0fff",
    ],
    ids=lambda char: f"U+{ord(char):04X}",
)  # fmt: skip
@pytest.mark.parametrize("name", ["afiliado-1{}", "{}afiliado-1", "afiliado{}-1"])
def test_invisible_characters_are_refused(unseen: str, name: str) -> None:
    """Default_Ignorable_Code_Point (DerivedCoreProperties.txt), controls, separators, letters without a glyph."""
    written = name.format(unseen)
    if written.strip() == "afiliado-1":  # Python's blanks around it are removed
        return
    with pytest.raises(ValidationError):
        AFILIADO.validate_python(written)


@pytest.mark.parametrize("name", ["Ñandú & Hijos, S. A.", "afiliado/1#x", "阿里", "шар", "مثال", "ไทย", "a\u0301"])
def test_a_name_may_be_of_any_script(name: str) -> None:
    """Its marks and signs are allowed too."""
    assert is_visible(one_form(name))


def test_names_in_older_events_are_still_read() -> None:
    """It was accepted then."""
    reader: TypeAdapter[str] = TypeAdapter(IdAfiliadoDeEvento)
    assert reader.validate_python("\uff41\u200b") == "\uff41\u200b"


@pytest.mark.parametrize(
    "unseen",
    [
        "\u200b", "\u200c\u200d", "\u00ad", "\u2060", "\ufeff", "\u202e", "\u034f", "\u115f", "\u3164", "\uffa0",
        "\ufe0f", "\U000e0101", "\u2800", "\u200b \u200b", "\u200b\u00a0\u3000\u200b", " \u2028\u200b ", "\u2065",
        "\U000e0fff",
    ],
    ids=ascii,
)  # fmt: skip
def test_an_invisible_text_counts_as_empty(unseen: str) -> None:
    """Default_Ignorable_Code_Point (DerivedCoreProperties.txt), blanks, letters without a glyph, any number of them."""
    with pytest.raises(ValidationError) as refused:
        TEXTO.validate_python(unseen)
    assert [error["type"] for error in refused.value.errors()] == ["string_too_short"]


@pytest.mark.parametrize(
    "text",
    [
        "\U0001f468\u200d\U0001f469\u200d\U0001f467", "\u2764\ufe0f", "cam\u00adpa\u00adña", "\u0645\u06cc\u200c\u062e",
        "\u200b.", "\ue000",
    ],
    ids=ascii,
)  # fmt: skip
def test_a_text_keeps_its_invisible_characters(text: str) -> None:
    """The joiner of emoji (UTS #51, 2.3), the variation selector (2.4), soft hyphens, the non-joiner of Persian."""
    assert TEXTO.validate_python(text) == text
