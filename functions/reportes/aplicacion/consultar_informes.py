"""Ask the read model for reports, and how up to date it is."""

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
"""The connector gives a sign every ten seconds, also while nothing happens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Avance:
    """The latest event of a source, and when it was projected."""

    tipo: str
    ocurrido_en: datetime
    proyectado_en: datetime

    @property
    def retraso(self) -> timedelta:
        """What lay between."""
        return self.proyectado_en - self.ocurrido_en


@dataclass(frozen=True, slots=True, kw_only=True)
class EstadoDelModelo:
    """Which generation of the read model serves, which one is being built, and how far they are.

    At `al_dia` it was told that nothing waited to be projected; None: it never was.
    """

    vigente: int
    en_construccion: int | None
    avances: Mapping[Fuente, Avance]
    al_dia: datetime | None

    @property
    def ultimo(self) -> Avance | None:
        """The latest event of all."""
        return max(self.avances.values(), key=lambda avance: avance.ocurrido_en, default=None)

    @property
    def ultima_senal(self) -> datetime | None:
        """When the read model heard of the topics last."""
        senales = [avance.proyectado_en for avance in self.avances.values()]
        return max(senales if self.al_dia is None else [*senales, self.al_dia], default=None)

    def retraso(self, ahora: datetime) -> timedelta | None:
        """How far reports may be behind: what the latest event took, or the silence since, once that is too long.

        What took long because nothing came for a while no longer counts once nothing waits.
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
        """Whether nothing has been heard for too long to know what has happened."""
        return self.ultima_senal is None or ahora - self.ultima_senal > SILENCIO_MAXIMO


@dataclass(frozen=True, slots=True, kw_only=True)
class PagoEnInformes:
    """A payment as reports count it, and since when; None for what was counted before that was remembered."""

    pago: PagoReportado
    contado_en: datetime | None


class Informes(Protocol):
    """The read side; each answer is of one moment."""

    def resumen(self, consulta: Consulta) -> Resumen:
        """How many payments and how much."""

    def detalle(self, consulta: Consulta) -> Detalle:
        """The same, by campaign, with the other currencies beside it."""

    def tabla(self, consulta: Consulta) -> Tabla:
        """By campaign, with names and what was tracked."""

    def pago(self, id_pago: UUID, /) -> PagoEnInformes:
        """One payment; raises PagoNoContadoError as long as no event of it was counted."""

    def estado(self) -> EstadoDelModelo:
        """How up to date all of this is."""
