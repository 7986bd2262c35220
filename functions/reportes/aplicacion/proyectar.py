"""Keep the read model up to date with what other contexts tell, in whatever order and however often they do."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol, TypeVar

from reportes.dominio.campana_reportada import CampanaReportada
from reportes.dominio.pago_reportado import PagoReportado
from seedwork.aplicacion.unit_of_work import UnitOfWork

if TYPE_CHECKING:
    from reportes.dominio.seguimiento import EventoSeguido


class Fuente(StrEnum):
    """Who tells."""

    PAGOS = "pagos"
    CAMPANAS = "campanas"
    SEGUIMIENTO = "seguimiento"


@dataclass(frozen=True, slots=True, kw_only=True)
class Novedad:
    """An event of another context, and the one thing that it tells; nothing where reports do not count it."""

    event_id: str
    fuente: Fuente
    tipo: str
    ocurrido_en: datetime
    pago: PagoReportado | None = None
    campana: CampanaReportada | None = None
    evento: EventoSeguido | None = None


class ModeloDeLectura(Protocol):
    """What reports are read from, within the transaction of its unit of work. Repetitions change nothing."""

    def guardar_pagos(self, pagos: Collection[PagoReportado], /, *, ahora: datetime) -> None:
        """Join them with what is known of the same payments, and remember when the latest event of each was counted."""

    def guardar_campanas(self, campanas: Collection[CampanaReportada], /) -> None:
        """Join them with what is known of the same campaigns."""

    def guardar_seguimiento(self, eventos: Collection[EventoSeguido], /) -> None:
        """Count those that were not counted before."""

    def anotar_avance(self, ultimos: Collection[Novedad], /, *, ahora: datetime) -> None:
        """Remember the latest event of each source, and when it was projected."""

    def anotar_al_dia(self, ahora: datetime, /) -> None:
        """Remember that nothing waited to be projected then."""


class ProyeccionUnitOfWork(UnitOfWork, Protocol):
    """A unit of work with the read model in it."""

    modelo: ModeloDeLectura


D = TypeVar("D", PagoReportado, CampanaReportada)


def proyectar(novedades: Sequence[Novedad], *, uow: ProyeccionUnitOfWork, ahora: datetime) -> None:
    """Write what the events tell, all or nothing."""
    pagos = _por_id(novedad.pago for novedad in novedades if novedad.pago)
    campanas = _por_id(novedad.campana for novedad in novedades if novedad.campana)
    eventos = {novedad.evento.id: novedad.evento for novedad in novedades if novedad.evento}
    ultimos = {novedad.fuente: novedad for novedad in sorted(novedades, key=lambda novedad: novedad.ocurrido_en)}
    with uow:
        # Always in this order: two transactions wait for each other's rows, but never in a circle.
        if pagos:
            uow.modelo.guardar_pagos(pagos, ahora=ahora)
        if campanas:
            uow.modelo.guardar_campanas(campanas)
        if eventos:
            uow.modelo.guardar_seguimiento(eventos.values())
        if ultimos:
            uow.modelo.anotar_avance(ultimos.values(), ahora=ahora)
        uow.commit()


def confirmar_al_dia(*, uow: ProyeccionUnitOfWork, ahora: datetime) -> None:
    """All that was told has been projected."""
    with uow:
        uow.modelo.anotar_al_dia(ahora)
        uow.commit()


def _por_id(datos: Iterable[D]) -> Collection[D]:
    """Each once, with all that is told of it."""
    juntos: dict[object, D] = {}
    for dato in datos:
        otro = juntos.get(dato.id)
        juntos[dato.id] = dato if otro is None else otro.con(dato)
    return juntos.values()
