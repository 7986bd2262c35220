"""The requests of the operations API; their fields are in Spanish snake_case."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Annotated, Final, Self

from pydantic import AfterValidator, Field, StrictBool, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from pulsar_connector.operations.letter import Estado
from pulsar_connector.operations.letter_queries import Filters
from seedwork.infraestructura.http.operation.parameters import PathParameter
from seedwork.infraestructura.http.problem_details import Problem, RequestError
from seedwork.infraestructura.text.lazy_models import StrictModel

MAX_LIMIT: Final = 500
MAX_IDS: Final = 1_000
MAX_BYTES: Final = 2**31 - 1
_ID: Final = re.compile(r"[1-9][0-9]{0,17}", re.ASCII)

# Named examples of the body of a redrive of many letters; tests send them.
REENVIAR: Final = {
    "un_mapeo": {"mapeo": "procesar-pagos"},
    "algunas": {"ids": ["17", "18"]},
    "todas": {"todas": True},
}

Id = Annotated[str, Field(strict=True, pattern=r"^[1-9][0-9]{0,17}$", examples=["17"])]
Nombre = Annotated[str, Field(strict=True, min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]


def _cursor(text: str) -> str:
    if not _ID.fullmatch(text):
        raise PydanticCustomError("cursor", "not one of ours")
    return text


def _letter_id(text: str) -> int:
    if not _ID.fullmatch(text):
        raise RequestError(
            Problem(
                status=HTTPStatus.BAD_REQUEST,
                codigo="identificador-no-valido",
                detail="id_carta debe ser el id de una carta, como aparece en la lista.",
            )
        )
    return int(text)


ID_CARTA: Final = PathParameter(
    name="id_carta", read=_letter_id, schema=Id, description="The letter's id, as in the list.", example="17"
)


class CartasParametros(StrictModel):
    """The query of `GET /connector/dead-letters`; unknown parameters are refused as typing errors."""

    topico: Annotated[Nombre, Field(description="Only letters of messages that failed on this topic.")] | None = None
    topico_dlq: Annotated[Nombre, Field(description="Only letters of this dead letter topic.")] | None = None
    mapeo: Annotated[Nombre, Field(description="Only letters of this mapping.")] | None = None
    estado: Annotated[Estado, Field(description="Without it, letters that wait.")] | None = None
    cursor: Annotated[str, AfterValidator(_cursor), Field(description="`siguiente` of the page before.")] | None = None
    limite: Annotated[int, Field(ge=1, le=MAX_LIMIT)] = 100

    def filters(self) -> Filters:
        """Return the query's filters."""
        return Filters(dlq_topic=self.topico_dlq or "", mapping=self.mapeo or "", topic=self.topico or "")


class CartaParametros(StrictModel):
    """The query of `GET /connector/dead-letters/{id_carta}`."""

    desde: Annotated[
        int, Field(ge=0, le=MAX_BYTES, description="The first byte of the content to answer with, counted from 0.")
    ] = 0


class ReenviarCartasBody(StrictModel):
    """The body of `POST /connector/dead-letters/redrive`: ids, or all letters, or those of a mapping or topic."""

    ids: Annotated[list[Id], Field(min_length=1, max_length=MAX_IDS)] | None = None
    mapeo: Nombre | None = None
    topico: Nombre | None = None
    topico_dlq: Nombre | None = None
    todas: Annotated[StrictBool, WithJsonSchema({"const": True, "type": "boolean"})] | None = None

    @model_validator(mode="after")
    def _chooses(self) -> Self:
        narrowed = any((self.mapeo, self.topico, self.topico_dlq))
        if self.todas is False or [self.ids is not None, self.todas is True, narrowed].count(True) != 1:
            raise PydanticCustomError("cartas_sin_elegir", "choose ids or a group")
        return self

    def filters(self) -> Filters:
        """Return the group's filters."""
        return Filters(dlq_topic=self.topico_dlq or "", mapping=self.mapeo or "", topic=self.topico or "")

    def letter_ids(self) -> list[int] | None:
        """Return the chosen ids, None for a group."""
        return None if self.ids is None else [int(text) for text in self.ids]
