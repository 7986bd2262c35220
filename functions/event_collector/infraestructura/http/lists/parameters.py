"""The queries for lists and recent counts of events."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field

from event_collector.aplicacion.consultar_eventos import BusquedaDeEventos
from event_collector.dominio.estado_evento import EstadoEvento
from event_collector.infraestructura.http.models import Tipo
from seedwork.infraestructura.text.field_types import Desde, Hasta, IdAfiliado
from seedwork.infraestructura.text.lazy_models import StrictModel
from seedwork.infraestructura.text.page_cursor import CursorDePagina, decode_cursor, only_of

LISTA: Final = "eventos"  # in its cursors
MAX_LIMITE: Final = 200
MAX_MINUTOS: Final = 60


class ListarEventosParametros(StrictModel):
    """Which events to list; unknown parameters are refused, because they may be typing errors."""

    id_afiliado: IdAfiliado | None = None
    tipo_evento: Tipo | None = None
    estado: EstadoEvento | None = None
    desde: Annotated[Desde | None, Field(description="Events accepted at this instant or later.")] = None
    hasta: Annotated[Hasta | None, Field(description="Events accepted before this instant.")] = None
    cursor: Annotated[CursorDePagina, only_of(LISTA)] | None = None
    limite: Annotated[int, Field(ge=1, le=MAX_LIMITE, description="The size of a page.")] = 50

    def busqueda(self) -> BusquedaDeEventos:
        """Return the application's query; raises PeriodoInvertidoError."""
        return BusquedaDeEventos(
            limite=self.limite,
            cursor=None if self.cursor is None else decode_cursor(self.cursor, lista=LISTA)[1],
            id_afiliado=self.id_afiliado,
            tipo=self.tipo_evento,
            estado=self.estado,
            desde=self.desde,
            hasta=self.hasta,
        )


class RecientesParametros(StrictModel):
    """How far back to count; unknown parameters are refused, because they may be typing errors."""

    minutos: Annotated[
        int, Field(ge=1, le=MAX_MINUTOS, description="The number of minutes; the current one is the last.")
    ] = 10
