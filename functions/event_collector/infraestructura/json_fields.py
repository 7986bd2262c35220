"""Fields of events that hold what a sender likes, within limits, and so that PostgreSQL takes it as jsonb."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

MAX_DEPTH: Final = 8
MAX_PARAMETERS: Final = 50
# What a double holds; other readers of JSON know no more (RFC 8259, 6).
MAX_EXPONENT: Final = 308


def _storable(value: Any, depth: int = 0) -> Any:
    if depth > MAX_DEPTH:
        raise PydanticCustomError("demasiado_profundo", "is too deep", {"depth": MAX_DEPTH})
    match value:
        case str():
            _text(value)
        case Decimal() | int() if not isinstance(value, bool) and abs(Decimal(value).adjusted()) > MAX_EXPONENT:
            raise PydanticCustomError("numero_fuera_de_rango", "is out of range")
        case dict():
            for name, member in value.items():
                _text(name)
                _storable(member, depth + 1)
        case list():
            for member in value:
                _storable(member, depth + 1)
        case _:
            pass
    return value


def _text(value: str) -> None:
    """No NUL, and no half of a character."""
    if "\0" in value:
        raise PydanticCustomError("string_pattern_mismatch", "has a NUL")
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            raise PydanticCustomError("string_unicode", "is no Unicode text") from None


def _flat(value: object) -> object:
    """Numbers and booleans as JSON writes them; what says nothing is left out."""
    if not isinstance(value, dict):
        return value
    return {name: _as_text(member) for name, member in value.items() if member not in (None, "")}


def _as_text(value: object) -> object:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, (int, Decimal)) else value


def _utm_in_lower_case(value: dict[str, str]) -> dict[str, str]:
    for name, member in value.items():
        _text(name)
        _text(member)
    return {name.lower() if name.lower().startswith("utm_") else name: member for name, member in value.items()}


DocumentoJson = Annotated[dict[str, Any], AfterValidator(_storable)]
ParametrosTracking = Annotated[
    dict[Annotated[str, Field(min_length=1, max_length=100)], Annotated[str, Field(max_length=1_000)]],
    BeforeValidator(_flat),
    Field(max_length=MAX_PARAMETERS),
    AfterValidator(_utm_in_lower_case),
]
