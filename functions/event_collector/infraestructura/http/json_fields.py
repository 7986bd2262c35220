"""Fields of events that hold what a sender likes, within limits, and so that PostgreSQL takes it as jsonb."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Any, Final

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from seedwork.infraestructura.text.number_limit import within_limit

MAX_DEPTH: Final = 8
_UNSTORABLE: Final = re.compile(r"[\0\ud800-\udfff]")


def _storable(value: Any, depth: int = 0) -> Any:
    """Without what no text in PostgreSQL can hold; a page that cuts an emoji in two loses no event by it."""
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
    """Without NULs and halves of characters."""
    return value if value.isascii() and "\0" not in value else _UNSTORABLE.sub("", value)


def _document(value: object) -> object:
    return {} if value is None else _storable(value)


DocumentoJson = Annotated[dict[str, Any], BeforeValidator(_document)]
