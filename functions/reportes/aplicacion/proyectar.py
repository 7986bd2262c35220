"""Projects events of other contexts into the read model, in any order and with any repetitions."""

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
    """The source of an event."""

    PAGOS = "pagos"
    CAMPANAS = "campanas"
    SEGUIMIENTO = "seguimiento"


@dataclass(frozen=True, slots=True, kw_only=True)
class Novedad:
    """An event of another context with its one effect on reports; an uncounted event has none."""

    event_id: str
    fuente: Fuente
    tipo: str
    ocurrido_en: datetime
    pago: PagoReportado | None = None
    campana: CampanaReportada | None = None
    evento: EventoSeguido | None = None


class ModeloDeLectura(Protocol):
    """The read model, within the transaction of its unit of work. Repetitions change nothing."""

    def guardar_pagos(self, pagos: Collection[PagoReportado], /, *, ahora: datetime) -> None:
        """Merge the payments with the stored ones, and set when the latest event of each was counted."""

    def guardar_campanas(self, campanas: Collection[CampanaReportada], /) -> None:
        """Merge the campaigns with the stored ones."""

    def guardar_seguimiento(self, eventos: Collection[EventoSeguido], /) -> None:
        """Count the events not counted before."""

    def anotar_avance(self, ultimos: Collection[Novedad], /, *, ahora: datetime) -> None:
        """Store the latest event of each source and the time of its projection."""

    def anotar_al_dia(self, ahora: datetime, /) -> None:
        """Store that no event waited for projection at that time."""


class ProyeccionUnitOfWork(UnitOfWork, Protocol):
    """A unit of work with the read model in its transaction."""

    modelo: ModeloDeLectura


D = TypeVar("D", PagoReportado, CampanaReportada)


def proyectar(novedades: Sequence[Novedad], *, uow: ProyeccionUnitOfWork, ahora: datetime) -> None:
    """Write the effects of all events in one transaction."""
    pagos = _por_id(novedad.pago for novedad in novedades if novedad.pago)
    campanas = _por_id(novedad.campana for novedad in novedades if novedad.campana)
    eventos = {novedad.evento.id: novedad.evento for novedad in novedades if novedad.evento}
    ultimos = {novedad.fuente: novedad for novedad in sorted(novedades, key=lambda novedad: novedad.ocurrido_en)}
    with uow:
        # The order is always the same, so transactions may wait for each other's rows but cannot deadlock.
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
    """Record that all events have been projected."""
    with uow:
        uow.modelo.anotar_al_dia(ahora)
        uow.commit()


def _por_id(datos: Iterable[D]) -> Collection[D]:
    """Return each payment or campaign once, merged from all its events."""
    juntos: dict[object, D] = {}
    for dato in datos:
        otro = juntos.get(dato.id)
        juntos[dato.id] = dato if otro is None else otro.con(dato)
    return juntos.values()
