"""The cursor of a list ordered by an instant and an id: opaque text for the client."""

from __future__ import annotations

import base64
from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from seedwork.infraestructura.text.instants import read_instant


def encode_cursor(instant: datetime, id_: UUID) -> str:
    """Return the position of a list's element as text."""
    return base64.urlsafe_b64encode(f"{instant.isoformat()} {id_}".encode()).decode()


def decode_cursor(text: str) -> tuple[datetime, UUID]:
    """Return the instant and the id in a cursor's text; raises PydanticCustomError unless `encode_cursor` made it."""
    try:
        instant, _, id_ = base64.urlsafe_b64decode(text).decode().partition(" ")
        return read_instant(instant), UUID(id_)
    except ValueError:
        raise PydanticCustomError("cursor", "not one of ours") from None


def _readable(text: str) -> str:
    decode_cursor(text)
    return text


CursorDePagina = Annotated[str, AfterValidator(_readable), Field(description="`siguiente` of another page.")]
