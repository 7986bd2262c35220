"""JSON fields of events with content of the sender's choice, limited in depth and storable as PostgreSQL's jsonb."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from seedwork.infraestructura.text.number_limit import within_limit

MAX_DEPTH: Final = 8
_UNSTORABLE: Final = re.compile(r"[\0\ud800-\udfff]")


def _storable(value: Any, depth: int = 0) -> Any:
    """Return the value without characters unstorable in PostgreSQL; half an emoji must not lose the event."""
    if depth > MAX_DEPTH:
        raise PydanticCustomError("demasiado_profundo", "is too deep", {"depth": MAX_DEPTH})
    match value:
        case str():
            return _text(value)
        case Decimal() | int() if not isinstance(value, bool):
            return within_limit(value)
        case dict():
            return {_text(name): _storable(member, depth + 1) for name, member in value.items()}
        case list():
            return [_storable(member, depth + 1) for member in value]
        case _:
            return value


def _text(value: str) -> str:
    """Return the text without NULs and lone surrogates."""
    return value if value.isascii() and "\0" not in value else _UNSTORABLE.sub("", value)


def _document(value: object) -> object:
    return {} if value is None else _storable(value)


DocumentoJson = Annotated[
    dict[str, Any],
    BeforeValidator(_document),
    WithJsonSchema({"type": ["object", "null"], "description": "Any JSON, up to 8 levels; null counts as empty."}),
]
