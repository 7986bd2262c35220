"""The query for totals of events."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Final, Protocol

from event_collector.dominio.errores import PeriodoInvertidoError

if TYPE_CHECKING:
    from event_collector.dominio.tipo_evento import TipoEvento

PERIODO_POR_DEFECTO: Final = timedelta(hours=24)
HORA: Final = timedelta(hours=1)
DIA: Final = timedelta(days=1)
PRIMERA_HORA: Final = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultaEstadisticas:
    """A query for whole UTC hours, from `desde` until before `hasta`."""

    desde: datetime
    hasta: datetime
    id_afiliado: str | None = None
    tipo: TipoEvento | None = None

    @classmethod
    def de(
        cls,
        *,
        desde: datetime | None,
        hasta: datetime | None,
        id_afiliado: str | None,
        tipo: TipoEvento | None,
        ahora: datetime,
    ) -> ConsultaEstadisticas:
        """Return the hours that the period touches; it ends now by default, and begins a day before its end.

        Raises PeriodoInvertidoError.
        """
        if desde and hasta and desde > hasta:
            raise PeriodoInvertidoError("desde no puede ser posterior a hasta.")
        # No event lies outside of these bounds, and they keep the hours within the calendar of `datetime`.
        hasta = min(max(hasta or ahora, PRIMERA_HORA + PERIODO_POR_DEFECTO), ahora + HORA)
        desde = max(desde or hasta - PERIODO_POR_DEFECTO, PRIMERA_HORA)
        return cls(
            desde=_hora(desde), hasta=_hora(hasta + HORA - timedelta.resolution), id_afiliado=id_afiliado, tipo=tipo
        )

    def olvidado(self, antes: datetime, *, tambien_dias: bool) -> Sequence[tuple[datetime, datetime]]:
        """Return the parts of the period before `antes` whose totals are no longer kept: hours, or days as well.

        Whole days have their own totals; the hours are the rest of the period at its two ends.
        """
        if tambien_dias:
            partes = [(self.desde, self.hasta)]
        else:
            primero, ultimo = _dia(self.desde + DIA - timedelta.resolution), _dia(self.hasta)
            partes = [(self.desde, min(primero, self.hasta)), (max(ultimo, primero), self.hasta)]
        return [(inicio, min(fin, antes)) for inicio, fin in partes if inicio < min(fin, antes)]


@dataclass(frozen=True, slots=True, kw_only=True)
class TotalDeEventos:
    """The number of events of a type and currency; `valor` is the sum of their values."""

    tipo: TipoEvento
    moneda: str
    eventos: int
    valor: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Estadisticas:
    """The totals as of `calculado_en`.

    Events in the parts `sin_contar` of the period are no longer counted. `espera_mas_larga_segundos` is the time that
    the oldest of all conversions has waited for its payment, or None if none waits.
    """

    consulta: ConsultaEstadisticas
    cuentas: Sequence[TotalDeEventos]
    calculado_en: datetime
    espera_mas_larga_segundos: float | None = None
    sin_contar: Sequence[tuple[datetime, datetime]] = ()

    @property
    def por_tipo(self) -> Mapping[TipoEvento, int]:
        """The number of events of each type."""
        suma: dict[TipoEvento, int] = defaultdict(int)
        for cuenta in self.cuentas:
            suma[cuenta.tipo] += cuenta.eventos
        return suma

    @property
    def valor_por_moneda(self) -> Mapping[str, Decimal]:
        """The sum of the events' values by currency."""
        suma: dict[str, Decimal] = {}
        for cuenta in self.cuentas:
            if cuenta.moneda:
                suma[cuenta.moneda] = suma.get(cuenta.moneda, 0) + cuenta.valor
        return suma


class EstadisticasConsultas(Protocol):
    """The port of the totals."""

    def estadisticas(self, consulta: ConsultaEstadisticas, /, *, ahora: datetime) -> Estadisticas:
        """Return the totals of one moment, at most some seconds ago."""


class EventosRecientes(Protocol):
    """The port of the counts of events accepted lately."""

    def por_minuto(self, *, minutos: int, ahora: datetime) -> Sequence[tuple[datetime, Mapping[TipoEvento, int]]]:
        """Return the last minutes in order, the current one at the end, with the number of events of each type."""


def _hora(instante: datetime) -> datetime:
    return instante.replace(minute=0, second=0, microsecond=0)


def _dia(instante: datetime) -> datetime:
    return instante.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
