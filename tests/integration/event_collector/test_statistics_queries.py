"""Statistics equal a count over single events, and are some seconds old at most."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

import pytest

from event_collector.aplicacion.consultar_estadisticas import PRIMERA_HORA, ConsultaEstadisticas
from event_collector.dominio.errores import PeriodoInvertidoError
from event_collector.dominio.tipo_evento import TipoEvento
from event_collector.infraestructura.postgres import statistics_queries
from event_collector.infraestructura.postgres.statistics_queries import PostgresEstadisticas
from support.event_collector.builders import un_aceptado

if TYPE_CHECKING:
    from event_collector.infraestructura.postgres.evento_repository import PostgresEventoRepository
    from seedwork.infraestructura.postgres.database import PostgresDatabase
from support.event_collector.some_events import AHORA, HORA, unos_eventos


def test_answers_equal_a_count_over_events(
    connect: Callable[[], PostgresDatabase], eventos: PostgresEventoRepository
) -> None:
    """This holds for periods of all kinds, for all affiliates and one, for all types and one."""
    chance = Random(7)
    todos = unos_eventos(chance)
    eventos.agregar(todos)
    estadisticas = PostgresEstadisticas(connect(), historia=timedelta(days=400))
    for _ in range(200):
        desde = datetime(2026, 3, chance.randrange(1, 10), chance.randrange(24), tzinfo=UTC)
        hasta = desde + chance.choice([1, 5, 23, 24, 25, 48, 60, 200]) * HORA
        consulta = ConsultaEstadisticas(
            desde=desde,
            hasta=hasta,
            id_afiliado=chance.choice([None, "a", "b", "nobody"]),
            tipo=chance.choice([None, *TipoEvento]),
        )
        esperados = Counter(
            evento.recibido.datos.tipo
            for evento in todos
            if desde <= evento.aceptado_en < hasta
            and consulta.id_afiliado in {None, evento.recibido.datos.id_afiliado}
            and consulta.tipo in {None, evento.recibido.datos.tipo}
        )
        assert estadisticas.estadisticas(consulta, ahora=AHORA).por_tipo == esperados, consulta


def test_an_answer_is_cached_for_seconds(
    connect: Callable[[], PostgresDatabase], eventos: PostgresEventoRepository
) -> None:
    """A cached answer shows its time; a different query is not answered from the cache."""
    estadisticas = PostgresEstadisticas(connect(), historia=timedelta(days=400))
    consulta = ConsultaEstadisticas(desde=AHORA - HORA, hasta=AHORA + HORA)
    first = estadisticas.estadisticas(consulta, ahora=AHORA)
    eventos.agregar([un_aceptado(ahora=AHORA)])
    assert estadisticas.estadisticas(consulta, ahora=AHORA + HORA) is first
    assert first.calculado_en == AHORA
    other = ConsultaEstadisticas(desde=AHORA - HORA, hasta=AHORA + HORA, id_afiliado="afiliado-001")
    assert sum(estadisticas.estadisticas(other, ahora=AHORA).por_tipo.values()) == 1


def test_a_cached_answer_expires(
    connect: Callable[[], PostgresDatabase], eventos: PostgresEventoRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The cache expires after the stated time."""
    monkeypatch.setattr(statistics_queries, "STALE_SECONDS", 0)
    estadisticas = PostgresEstadisticas(connect(), historia=timedelta(days=400))
    consulta = ConsultaEstadisticas(desde=AHORA - HORA, hasta=AHORA + HORA)
    estadisticas.estadisticas(consulta, ahora=AHORA)
    eventos.agregar([un_aceptado(ahora=AHORA)])
    assert sum(estadisticas.estadisticas(consulta, ahora=AHORA).por_tipo.values()) == 1


@pytest.mark.parametrize(
    ("desde", "hasta", "esperado"),
    [
        (None, None, (datetime(2026, 3, 8, 15, tzinfo=UTC), datetime(2026, 3, 9, 16, tzinfo=UTC))),
        (AHORA - HORA, None, (datetime(2026, 3, 9, 14, tzinfo=UTC), datetime(2026, 3, 9, 16, tzinfo=UTC))),
        (datetime.min.replace(tzinfo=UTC), None, (PRIMERA_HORA, datetime(2026, 3, 9, 16, tzinfo=UTC))),
        (
            None,
            datetime.max.replace(tzinfo=UTC),
            (datetime(2026, 3, 8, 16, tzinfo=UTC), datetime(2026, 3, 9, 17, tzinfo=UTC)),
        ),
        (None, datetime.min.replace(tzinfo=UTC), (PRIMERA_HORA, PRIMERA_HORA + 24 * HORA)),
    ],
    ids=["a day", "an hour", "open beginning", "far future", "before any event"],
)
def test_a_period_is_extended_to_whole_hours(
    desde: datetime | None, hasta: datetime | None, esperado: tuple[datetime, datetime]
) -> None:
    """All hours that it touches are included."""
    consulta = ConsultaEstadisticas.de(desde=desde, hasta=hasta, id_afiliado=None, tipo=None, ahora=AHORA)
    assert (consulta.desde, consulta.hasta) == esperado


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    """Such a period must be a mistake."""
    with pytest.raises(PeriodoInvertidoError):
        ConsultaEstadisticas.de(
            desde=AHORA, hasta=AHORA - timedelta.resolution, id_afiliado=None, tipo=None, ahora=AHORA
        )
