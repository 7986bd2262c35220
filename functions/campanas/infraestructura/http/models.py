"""The requests of the campaigns API; their fields are in Spanish snake_case."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated, Any, Final, Self

from pydantic import ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from campanas.aplicacion.consultar_campanas import Busqueda, Cursor
from campanas.dominio.datos_de_campana import PRESUPUESTO_MAXIMO, DatosDeCampana, TipoCampana
from campanas.dominio.estado_campana import EstadoCampana
from campanas.dominio.metricas import Correccion
from seedwork.infraestructura.http.operation.parameters import RequestHeader, uuid_parameter
from seedwork.infraestructura.http.problem_details import Problem, RequestError
from seedwork.infraestructura.text.field_types import DineroCampo, Fecha, IdAfiliado, Monto, TextoVisto, at_most
from seedwork.infraestructura.text.lazy_models import LazyModel, StrictModel
from seedwork.infraestructura.text.page_cursor import CursorDePagina, decode_cursor, only_of

if TYPE_CHECKING:
    from campanas.dominio.campana import Campana

LISTA: Final = "campanas"  # in its cursors
MAX_LIMIT: Final = 1_000
MAX_COUNT: Final = 10**15  # far below the limit of its column, so that adding to it never fails
_IF_MATCH: Final = re.compile(r'"?(\d{1,9})"?')


class Presupuesto(DineroCampo):
    """The budget of a campaign, from 0 to the maximum."""

    monto: Annotated[Monto, Field(ge=0), at_most(PRESUPUESTO_MAXIMO)]


Nombre = Annotated[TextoVisto, Field(max_length=200)]
Descripcion = Annotated[str, Field(strict=True, max_length=2_000, pattern=r"^[^\x00]*$")]
Conteo = Annotated[int, Field(strict=True, ge=0, le=MAX_COUNT)]


class CrearCampanaBody(LazyModel):
    """A new campaign."""

    nombre: Nombre
    presupuesto: Presupuesto
    fecha_inicio: Fecha
    fecha_fin: Fecha
    id_afiliado: IdAfiliado
    tipo: TipoCampana = TipoCampana.PROMOCIONAL
    descripcion: Descripcion | None = None

    def datos(self) -> DatosDeCampana:
        """Return the domain's value; raises FechasNoValidasError."""
        return DatosDeCampana(
            nombre=self.nombre,
            tipo=self.tipo,
            descripcion=self.descripcion,
            presupuesto=self.presupuesto.dinero(),
            fecha_inicio=self.fecha_inicio,
            fecha_fin=self.fecha_fin,
            id_afiliado=self.id_afiliado,
        )


class ModificarCampanaBody(StrictModel):
    """Changes of a campaign: given fields are changed; unchangeable fields are refused."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1})

    nombre: Nombre | None = None
    tipo: TipoCampana | None = None
    descripcion: Descripcion | None = None
    presupuesto: Presupuesto | None = None
    fecha_inicio: Fecha | None = None
    fecha_fin: Fecha | None = None

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        _require(self.cambios().keys())
        return self

    def cambios(self) -> dict[str, Any]:
        """Return the given fields as the domain's values; null removes a description and is ignored elsewhere."""
        given = {name: getattr(self, name) for name in self.model_fields_set}
        changes = {name: value for name, value in given.items() if value is not None or name == "descripcion"}
        return changes | ({"presupuesto": self.presupuesto.dinero()} if self.presupuesto else {})

    def cambiar(self, campana: Campana, *, ahora: datetime) -> None:
        """Apply the given fields to a campaign."""
        datos = {name: value for name, value in self.cambios().items() if name != "presupuesto"}
        if datos:
            campana.modificar(replace(campana.datos, **datos), ahora=ahora)
        if self.presupuesto:
            campana.cambiar_presupuesto(self.presupuesto.dinero(), ahora=ahora)


class CorregirMetricasBody(StrictModel):
    """Figures that replace the counted ones."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1})

    impresiones: Conteo | None = None
    clicks: Conteo | None = None
    conversiones: Conteo | None = None
    gasto_actual: Annotated[Monto, Field(ge=0)] | None = None

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        _require({name for name in self.model_fields_set if getattr(self, name) is not None})
        return self

    def correccion(self) -> Correccion:
        """Return the domain's value."""
        return Correccion(
            impresiones=self.impresiones, clicks=self.clicks, conversiones=self.conversiones, gasto=self.gasto_actual
        )


class ListarCampanasParametros(LazyModel):
    """The query of `GET /campaigns/`."""

    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT)] = 100
    offset: Annotated[int, Field(ge=0, le=MAX_COUNT)] = 0
    id_afiliado: IdAfiliado | None = None
    estado: EstadoCampana | None = None
    cursor: Annotated[CursorDePagina, only_of(LISTA)] | None = None

    def busqueda(self) -> Busqueda:
        """Return the application's query."""
        return Busqueda(
            limit=self.limit,
            offset=self.offset,
            cursor=_cursor(self.cursor),
            id_afiliado=self.id_afiliado,
            estado=self.estado,
        )


def _cursor(text: str | None) -> Cursor | None:
    if text is None:
        return None
    fecha_creacion, id_campana = decode_cursor(text, lista=LISTA)
    return Cursor(fecha_creacion=fecha_creacion, id=id_campana)


def expected_version(if_match: str) -> int | None:
    """Return the version in an If-Match header, None if any version will do; raises RequestError (400)."""
    if if_match == "*":
        return None
    match = _IF_MATCH.fullmatch(if_match)
    if match is None:
        raise RequestError(
            Problem(
                status=HTTPStatus.BAD_REQUEST,
                codigo="if-match-no-valido",
                detail='If-Match debe ser la versión de la campaña, por ejemplo "3".',
            )
        )
    return int(match[1])


def _require(changes: Collection[str]) -> None:
    if not changes:
        raise PydanticCustomError("sin_cambios", "nothing to change")


ID_CAMPANA: Final = uuid_parameter(
    "id_campana",
    "The campaign's id, from the answer to its request; the example is unknown, so it gets 404.",
    example="01a2172f-9c1d-7a2b-8e3f-4d5c6b7a8f90",
)
IF_MATCH: Final = RequestHeader(
    name="If-Match",
    read=expected_version,
    description="The version that the caller has read; a campaign with a newer one is not changed.",
    example='"3"',
    schema={"type": "string", "pattern": '^(\\*|"?[0-9]{1,9}"?)$'},
)
