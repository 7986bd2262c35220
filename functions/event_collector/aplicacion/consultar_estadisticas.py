"""Ask how many events there were."""

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
    """Whole UTC hours: from `desde` on and before `hasta`."""

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
        """The hours that the period touches; without its end until now, without its beginning a day of it.

        Raises PeriodoInvertidoError.
        """
        if desde and hasta and desde >= hasta:
            raise PeriodoInvertidoError("desde debe ser anterior a hasta.")
        # No event is older or newer than these, and the calendar does not end where hours are counted.
        hasta = min(max(hasta or ahora, PRIMERA_HORA + PERIODO_POR_DEFECTO), ahora + HORA)
        desde = max(desde or hasta - PERIODO_POR_DEFECTO, PRIMERA_HORA)
        return cls(
            desde=_hora(desde), hasta=_hora(hasta + HORA - timedelta.resolution), id_afiliado=id_afiliado, tipo=tipo
        )

    def olvidado(self, antes: datetime, *, tambien_dias: bool) -> Sequence[tuple[datetime, datetime]]:
        """The parts of the period before `antes` of which no totals are kept: hours, or days as well.

        A whole day has its own total; hours are what is left of the period at its ends.
        """
        if tambien_dias:
            partes = [(self.desde, self.hasta)]
        else:
            primero, ultimo = _dia(self.desde + DIA - timedelta.resolution), _dia(self.hasta)
            partes = [(self.desde, min(primero, self.hasta)), (max(ultimo, primero), self.hasta)]
        return [(inicio, min(fin, antes)) for inicio, fin in partes if inicio < min(fin, antes)]


@dataclass(frozen=True, slots=True, kw_only=True)
class TotalDeEventos:
    """So many events of a type; `valor` is what those with a currency are worth."""

    tipo: TipoEvento
    moneda: str
    eventos: int
    valor: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Estadisticas:
    """The answer, as it was at `calculado_en`.

    What happened in the parts of the period `sin_contar` is no longer counted. For `espera_mas_larga_segundos` the
    oldest of all conversions had waited for its payment; None: none did.
    """

    consulta: ConsultaEstadisticas
    cuentas: Sequence[TotalDeEventos]
    calculado_en: datetime
    espera_mas_larga_segundos: float | None = None
    sin_contar: Sequence[tuple[datetime, datetime]] = ()

    @property
    def por_tipo(self) -> Mapping[TipoEvento, int]:
        """How many of each type."""
        suma: dict[TipoEvento, int] = defaultdict(int)
        for cuenta in self.cuentas:
            suma[cuenta.tipo] += cuenta.eventos
        return suma

    @property
    def valor_por_moneda(self) -> Mapping[str, Decimal]:
        """What they are worth, by currency."""
        suma: dict[str, Decimal] = {}
        for cuenta in self.cuentas:
            if cuenta.moneda:
                suma[cuenta.moneda] = suma.get(cuenta.moneda, 0) + cuenta.valor
        return suma


class EstadisticasConsultas(Protocol):
    """Where the totals are."""

    def estadisticas(self, consulta: ConsultaEstadisticas, /, *, ahora: datetime) -> Estadisticas:
        """Of one moment, some seconds ago at most."""


def _hora(instante: datetime) -> datetime:
    return instante.replace(minute=0, second=0, microsecond=0)


def _dia(instante: datetime) -> datetime:
    return instante.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
