"""The period of a report, cut into whole UTC days, months and years (which have totals) and parts of days."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from reportes.dominio.errores import PeriodoInvertidoError

PRIMER_DIA: Final = date.min
ULTIMO_DIA: Final = date(date.max.year, 1, 1)  # no later day is counted; an open period must end with a whole year


class Nivel(StrEnum):
    """The spans that have totals."""

    DIA = "dia"
    MES = "mes"
    ANIO = "anio"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tramo:
    """Whole days, months or years that begin from `desde` until before `hasta`."""

    nivel: Nivel
    desde: date
    hasta: date

    def terminado_antes_de(self, dia: date) -> date:
        """Return the end of those that ended by the beginning of that day; `desde` or earlier if none did."""
        if self.nivel is Nivel.ANIO:
            return min(self.hasta, dia.replace(month=1, day=1))
        return self.hasta if self.hasta <= dia else self.desde


@dataclass(frozen=True, slots=True, kw_only=True)
class Borde:
    """Part of a day, from `desde` until before `hasta`."""

    desde: datetime
    hasta: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Periodo:
    """The time from `desde` until before `hasta`; None leaves that side open.

    >>> periodo = Periodo(desde=datetime(2025, 11, 30, tzinfo=UTC), hasta=datetime(2026, 2, 1, 12, tzinfo=UTC))
    >>> [(tramo.nivel.value, str(tramo.desde)) for tramo in periodo.tramos]
    [('dia', '2025-11-30'), ('mes', '2025-12-01'), ('mes', '2026-01-01')]
    >>> [(str(borde.desde.date()), borde.hasta.hour) for borde in periodo.bordes]
    [('2026-02-01', 12)]
    """

    desde: datetime | None = None
    hasta: datetime | None = None

    def __post_init__(self) -> None:
        """Raise PeriodoInvertidoError if the period ends before it begins; an empty period is valid."""
        if self.desde and self.hasta and self.desde > self.hasta:
            raise PeriodoInvertidoError("«fecha_desde» no puede ser posterior a «fecha_hasta».")

    @property
    def tramos(self) -> list[Tramo]:
        """The whole days, in as few spans as possible: single days and months, and one range of years."""
        primero, ultimo = self._dias
        return list(_meses_y_dias(primero, ultimo))

    @property
    def bordes(self) -> list[Borde]:
        """The rest of the period outside of whole days: parts of at most two days."""
        primero, ultimo = (_medianoche(dia) for dia in self._dias)
        desde, hasta = self.desde or primero, self.hasta or ultimo
        partes = [(desde, min(primero, hasta)), (max(desde, primero, ultimo), hasta)]
        return [Borde(desde=inicio, hasta=fin) for inicio, fin in partes if inicio < fin]

    def bordes_antes_de(self, instante: datetime) -> list[Borde]:
        """Return the rest of the period before that instant."""
        antes = [Borde(desde=borde.desde, hasta=min(borde.hasta, instante)) for borde in self.bordes]
        return [borde for borde in antes if borde.desde < borde.hasta]

    def dias_antes_de(self, dia: date) -> list[Borde]:
        """Return the whole days, months and years that ended by the beginning of that day, as one part."""
        finales = [tramo.terminado_antes_de(dia) for tramo in self.tramos]
        enteros = [(tramo.desde, fin) for tramo, fin in zip(self.tramos, finales, strict=True) if tramo.desde < fin]
        return [Borde(desde=_medianoche(enteros[0][0]), hasta=_medianoche(enteros[-1][1]))] if enteros else []

    @property
    def _dias(self) -> tuple[date, date]:
        """The first whole day, and the first day after the whole days."""
        primero, ultimo = PRIMER_DIA, ULTIMO_DIA
        if self.desde and self.desde < _medianoche(ULTIMO_DIA):
            dia = self.desde.astimezone(UTC).date()
            primero = dia if _medianoche(dia) == self.desde else dia + timedelta(days=1)
        elif self.desde:
            primero = ULTIMO_DIA
        if self.hasta:
            ultimo = min(self.hasta.astimezone(UTC).date(), ULTIMO_DIA)
        return primero, ultimo


def _meses_y_dias(desde: date, hasta: date) -> Iterator[Tramo]:
    primero, ultimo = _desde_mes(desde), hasta.replace(day=1)
    if primero >= ultimo:
        yield from _dias(desde, hasta)
        return
    yield from _dias(desde, primero)
    yield from _anios_y_meses(primero, ultimo)
    yield from _dias(ultimo, hasta)


def _anios_y_meses(desde: date, hasta: date) -> Iterator[Tramo]:
    primero, ultimo = _desde_anio(desde), hasta.replace(month=1)
    if primero >= ultimo:
        yield from _meses(desde, hasta)
        return
    yield from _meses(desde, primero)
    yield Tramo(nivel=Nivel.ANIO, desde=primero, hasta=ultimo)
    yield from _meses(ultimo, hasta)


def _dias(desde: date, hasta: date) -> Iterator[Tramo]:
    while desde < hasta:
        siguiente = desde + timedelta(days=1)
        yield Tramo(nivel=Nivel.DIA, desde=desde, hasta=siguiente)
        desde = siguiente


def _meses(desde: date, hasta: date) -> Iterator[Tramo]:
    while desde < hasta:
        siguiente = _desde_mes(desde + timedelta(days=1))
        yield Tramo(nivel=Nivel.MES, desde=desde, hasta=siguiente)
        desde = siguiente


def _desde_mes(dia: date) -> date:
    """Return the day itself if it begins a month, or else the first day of the next month."""
    return dia if dia.day == 1 else (dia.replace(day=1) + timedelta(days=31)).replace(day=1)


def _desde_anio(dia: date) -> date:
    """Return the day itself if it begins a year, or else the first day of the next year."""
    return dia if (dia.month, dia.day) == (1, 1) else date(dia.year + 1, 1, 1)


def _medianoche(dia: date) -> datetime:
    return datetime.combine(dia, time.min, UTC)
