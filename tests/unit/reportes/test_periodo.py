"""A period is cut into whole days, months and years and parts of days, without gaps and overlaps."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from reportes.dominio.errores import PeriodoInvertidoError
from reportes.dominio.periodo import ULTIMO_DIA, Borde, Nivel, Periodo, Tramo
from support.reportes.builders import utc

PRINCIPIO, FIN = datetime.min.replace(tzinfo=UTC), datetime.combine(ULTIMO_DIA, time.min, UTC)
# At most 30 days, 11 months, one range of years, 11 months, 30 days.
MAS_TRAMOS = 83
INSTANTES = st.datetimes(PRINCIPIO.replace(tzinfo=None), FIN.replace(tzinfo=None), timezones=st.just(UTC))
MEDIANOCHES = st.dates(max_value=ULTIMO_DIA).map(lambda dia: datetime.combine(dia, time.min, UTC))
PRIMEROS = MEDIANOCHES.map(lambda dia: dia.replace(day=1)) | MEDIANOCHES.map(lambda dia: dia.replace(month=1, day=1))
EXTREMOS = st.none() | INSTANTES | MEDIANOCHES | PRIMEROS


@given(uno=EXTREMOS, otro=EXTREMOS)
@example(None, None)
@example(utc(2024, 2, 28, 23), utc(2024, 3, 1))
@example(utc(2024, 2, 29, 1), utc(2024, 2, 29, 2))
@example(utc(2024, 12, 31), utc(2025, 1, 1))
@example(utc(2024, 1, 2), utc(2026, 12, 31, 5))
@example(PRINCIPIO, PRINCIPIO + timedelta(hours=1))
@example(FIN - timedelta(hours=1), None)
@example(FIN, FIN)
def test_each_instant_is_in_one_piece(uno: datetime | None, otro: datetime | None) -> None:
    """Pieces match their level, follow each other from the beginning to the end, and are few."""
    desde, hasta = (otro, uno) if uno and otro and uno > otro else (uno, otro)
    periodo = Periodo(desde=desde, hasta=hasta)
    piezas = sorted(
        [(medianoche(tramo.desde), medianoche(tramo.hasta)) for tramo in periodo.tramos]
        + [(borde.desde, borde.hasta) for borde in periodo.bordes]
    )
    assert all(inicio < fin for inicio, fin in piezas)
    assert all(fin == inicio for (_, fin), (inicio, _) in pairwise(piezas))
    principio, fin = desde or PRINCIPIO, hasta or FIN
    assert (piezas[0][0], piezas[-1][1]) == (principio, fin) if piezas else principio >= fin
    assert all(es_de_su_nivel(tramo) for tramo in periodo.tramos)
    assert len(periodo.tramos) <= MAS_TRAMOS
    assert sum(tramo.nivel is Nivel.ANIO for tramo in periodo.tramos) <= 1
    assert len(periodo.bordes) <= 2
    assert all(borde.hasta - borde.desde < timedelta(days=1) for borde in periodo.bordes)


def medianoche(dia: object) -> datetime:
    """Return the first instant of the day."""
    assert isinstance(dia, type(ULTIMO_DIA))
    return datetime.combine(dia, time.min, UTC)


def es_de_su_nivel(tramo: Tramo) -> bool:
    """Return whether it begins and ends with whole units of its level; for days and months it is one unit."""
    extremos = (tramo.desde, tramo.hasta)
    match tramo.nivel:
        case Nivel.DIA:
            return tramo.hasta - tramo.desde == timedelta(days=1)
        case Nivel.MES:
            return all(dia.day == 1 for dia in extremos) and tramo.hasta - tramo.desde <= timedelta(days=31)
        case Nivel.ANIO:
            return all((dia.month, dia.day) == (1, 1) for dia in extremos)


@given(
    desde=INSTANTES.filter(lambda instante: 2 < instante.year < 9000),
    dias=st.integers(0, 800),
    horas=st.integers(-14, 14),
)
def test_the_zone_of_the_period_does_not_matter(desde: datetime, dias: int, horas: int) -> None:
    """The pieces are those of the same instants in UTC."""
    hasta, zona = desde + timedelta(days=dias), timezone(timedelta(hours=horas))
    otra = Periodo(desde=desde.astimezone(zona), hasta=hasta.astimezone(zona))
    una = Periodo(desde=desde, hasta=hasta)
    assert (otra.tramos, otra.bordes) == (una.tramos, una.bordes)


def test_all_of_time_is_one_piece() -> None:
    """It costs no more than any other period."""
    [tramo] = Periodo().tramos
    assert tramo.nivel is Nivel.ANIO


def test_ten_whole_years_are_few_pieces() -> None:
    """Their beginning and end do not matter."""
    periodo = Periodo(desde=utc(2015, 1, 2), hasta=utc(2025, 12, 31))
    assert len(periodo.tramos) == 30 + 11 + 1 + 11 + 30 == MAS_TRAMOS


@pytest.mark.parametrize(
    ("dia", "fin"),
    [
        (date(2026, 3, 2), utc(2026, 3, 2)),  # two days of 2024, the year 2025, two months and a day
        (date(2026, 2, 15), utc(2026, 2, 1)),  # February has not ended
        (date(2025, 6, 1), utc(2025, 1, 1)),  # 2025 has not ended
        (date(2024, 12, 31), utc(2024, 12, 31)),
        (date(2024, 12, 30), None),
        (date(2030, 1, 1), utc(2026, 3, 3)),  # not beyond the period
    ],
)
def test_ended_units_are_told_from_current_ones(dia: date, fin: datetime | None) -> None:
    """A month or a year has one total, so it ends as a whole."""
    desde = utc(2024, 12, 30)
    ended = Periodo(desde=desde, hasta=utc(2026, 3, 3, 5)).dias_antes_de(dia)
    assert ended == ([] if fin is None else [Borde(desde=desde, hasta=fin)])


def test_an_end_before_the_beginning_is_refused() -> None:
    """An empty period is valid, a negative one is not."""
    with pytest.raises(PeriodoInvertidoError):
        Periodo(desde=utc(2026, 1, 1, 0, 1), hasta=utc(2026, 1, 1))
    vacio = Periodo(desde=utc(2026, 1, 1, 5), hasta=utc(2026, 1, 1, 5))
    assert (vacio.tramos, vacio.bordes) == ([], [])
