"""The cursor of a list ordered by an instant and an id: opaque text for the client, valid in its list only."""

from __future__ import annotations

import base64
from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from seedwork.infraestructura.text.instants import read_instant


def encode_cursor(instant: datetime, id_: UUID, *, lista: str) -> str:
    """Return the position of an element of the list as text."""
    return base64.urlsafe_b64encode(f"{instant.isoformat()} {id_} {lista}".encode()).decode()


def decode_cursor(text: str, *, lista: str) -> tuple[datetime, UUID]:
    """Return the instant and the id in a cursor's text; raises PydanticCustomError unless it is one of this list.

    Cursors from before they named their list are read in every list.
    """
    try:
        instant, id_, *names = base64.urlsafe_b64decode(text).decode().split(" ")
        position = read_instant(instant), UUID(id_)
    except ValueError:
        names, position = ["not a cursor"], None
    if position is None or names not in ([], [lista]):
        raise PydanticCustomError("cursor", "not one of this list")
    return position


def only_of(lista: str) -> AfterValidator:
    """Refuse the cursors of other lists."""

    def readable(text: str) -> str:
        decode_cursor(text, lista=lista)
        return text

    return AfterValidator(readable)


CursorDePagina = Annotated[str, Field(description="`siguiente` of another page of the same list.")]
