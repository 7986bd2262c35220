"""The queries for reports, and for how current they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, Protocol
from uuid import UUID

if TYPE_CHECKING:
    from reportes.aplicacion.proyectar import Fuente
    from reportes.dominio.informe import Consulta, Detalle, Resumen, Tabla
    from reportes.dominio.pago_reportado import PagoReportado


SILENCIO_MAXIMO: Final = timedelta(seconds=30)
"""The connector sends a heartbeat every ten seconds, even if no event arrives."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Avance:
    """The latest event of a source, and the time of its projection."""

    tipo: str
    ocurrido_en: datetime
    proyectado_en: datetime

    @property
    def retraso(self) -> timedelta:
        """The time from the event to its projection."""
        return self.proyectado_en - self.ocurrido_en


@dataclass(frozen=True, slots=True, kw_only=True)
class EstadoDelModelo:
    """The serving generation of the read model, the one being built, and the progress of the projection.

    `al_dia` is the last known time at which no event waited for projection, or None.
    """

    vigente: int
    en_construccion: int | None
    avances: Mapping[Fuente, Avance]
    al_dia: datetime | None

    @property
    def ultimo(self) -> Avance | None:
        """The latest event of all sources."""
        return max(self.avances.values(), key=lambda avance: avance.ocurrido_en, default=None)

    @property
    def ultima_senal(self) -> datetime | None:
        """The time of the latest event or heartbeat from the topics."""
        senales = [avance.proyectado_en for avance in self.avances.values()]
        return max(senales if self.al_dia is None else [*senales, self.al_dia], default=None)

    def retraso(self, ahora: datetime) -> timedelta | None:
        """Return how far reports may be behind: the delay of the latest event, or the silence once that is too long.

        Once no event waits, the delay is at most the time since then, even if the latest event was projected late.
        """
        if self.ultima_senal is None:
            return None
        silencio = ahora - self.ultima_senal
        if silencio > SILENCIO_MAXIMO or self.ultimo is None:
            return silencio
        if self.al_dia is not None and self.al_dia >= self.ultimo.proyectado_en:
            return min(self.ultimo.retraso, ahora - self.al_dia)
        return self.ultimo.retraso

    def esta_callado(self, ahora: datetime) -> bool:
        """Whether the silence has lasted too long for the reports to be known as current."""
        return self.ultima_senal is None or ahora - self.ultima_senal > SILENCIO_MAXIMO


@dataclass(frozen=True, slots=True, kw_only=True)
class PagoEnInformes:
    """A payment as counted in reports, and the time of counting; None if it was counted before times were stored."""

    pago: PagoReportado
    contado_en: datetime | None


class Informes(Protocol):
    """The port of the reports; each answer shows one moment."""

    def resumen(self, consulta: Consulta) -> Resumen:
        """Return the number of payments and their amount."""

    def detalle(self, consulta: Consulta) -> Detalle:
        """Return the same by campaign, and the totals in the other currencies."""

    def tabla(self, consulta: Consulta) -> Tabla:
        """Return the report by campaign, with the campaigns' names and tracking counts."""

    def pago(self, id_pago: UUID, /) -> PagoEnInformes:
        """Return one payment; raises PagoNoContadoError if none of its events is counted yet."""

    def estado(self) -> EstadoDelModelo:
        """Return how current the read model is."""
