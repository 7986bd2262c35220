"""Frequent queries cost the same at ten events and at ten million: no query scans history."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from unittest.mock import Mock
from uuid import UUID, uuid4

import pytest

from event_collector.aplicacion.conciliar_conversiones import Espera
from event_collector.aplicacion.consultar_estadisticas import ConsultaEstadisticas
from event_collector.aplicacion.reintentar_evento import ReintentarEvento
from event_collector.aplicacion.seguir_comisiones import EN_CONFLICTO
from event_collector.infraestructura.availability import DependenciasDisponibles
from event_collector.infraestructura.postgres.afiliado_queries import PostgresAfiliados
from event_collector.infraestructura.postgres.evento_queries import PostgresEventoConsultas
from event_collector.infraestructura.postgres.evento_repository import PostgresEventoRepository
from event_collector.infraestructura.postgres.follow_up import PostgresComisiones, PostgresFallos
from event_collector.infraestructura.postgres.open_conversions import PostgresConversionesAbiertas
from event_collector.infraestructura.postgres.statistics_queries import PostgresEstadisticas
from support.event_collector.builders import un_aceptado, un_probado, un_recibido
from support.event_collector.follow_up import un_pago, una_carta, una_negada
from support.postgres.database import TestDatabase
from support.postgres.plan_recorder import PlanRecorder

if TYPE_CHECKING:
    from aero.platform.database import Database

AHORA: Final = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
TABLES: Final = {
    "outbox", "outbox_archive", "deduplicacion", "deduplicacion_archive", "afiliados", "llaves_api", "comisiones",
    "fallos", "reintentos", "totales", "totales_archive", "sin_comision", "conversiones_abiertas",
}  # fmt: skip
# Months of events of many affiliates, all published; each has failed once, was retried, and has a payment.
HISTORY: Final = """
    with nuevo as (
        insert into event_collector.outbox (id, aggregatetype, aggregateid, version, type, payload, metadata,
                                            occurred_at, published_at)
        select id, 'Evento', id, 1, 'ClickRegistrado',
               jsonb_build_object('tipo_evento', 'CLICK', 'id_afiliado', 'a-' || n %% 500), '{"correlation_id": "c"}',
               timestamptz '2026-01-01Z' + n * interval '90 seconds', now()
          from (select n, gen_random_uuid() as id from generate_series(1, 60000) as n) as ids
        returning id, occurred_at
    ), conocido as (
        insert into event_collector.deduplicacion select sha256(id::text::bytea), '', id, occurred_at from nuevo
    ), pagado as (
        insert into event_collector.comisiones select id, id, 'EXITOSO', 3, null, occurred_at from nuevo
    ), sin_pagar as (
        insert into event_collector.sin_comision select id, 'c', 'm', occurred_at from nuevo
    ), fallado as (
        insert into event_collector.fallos select id, 'c', 'a', 'm', 't', occurred_at, now() from nuevo
    ), afiliado as (
        insert into event_collector.afiliados select 'a-' || n from generate_series(1, 5000) as n returning id
    ), abierta as (
        insert into event_collector.conversiones_abiertas
        select gen_random_uuid(), now() - interval '1 hour', now() + interval '1 hour' from generate_series(1, 20000)
         union all
        select id, now() - interval '1 hour', now() - interval '1 minute' from nuevo limit 20010
    ), llave as (
        insert into event_collector.llaves_api select sha256(id::bytea), id from afiliado
    )
    insert into event_collector.reintentos select id, occurred_at, false, 'c' from nuevo
    """

# Most of it is archived.
ARCHIVE: Final = """
    with movido as (
        delete from event_collector.outbox where position in (select position from event_collector.outbox
                                                               order by position limit 50000) returning *
    ), archivado as (
        insert into event_collector.outbox_archive
        select position, id, aggregatetype, aggregateid, version, type, payload, metadata, occurred_at, published_at
          from movido
    ), claves as (
        insert into event_collector.deduplicacion_archive select sha256(id::text::bytea), '', id from movido
    ), movidos as (
        delete from event_collector.totales where inicio < '2026-02-20Z' returning *
    )
    insert into event_collector.totales_archive
    select nivel, inicio, id_afiliado, tipo, moneda, eventos, valor from movidos
    """


@dataclass(frozen=True, slots=True)
class Collector:
    """The event collector on a connection that records plans, and an old event."""

    recorder: PlanRecorder
    viejo: UUID

    @property
    def consultas(self) -> PostgresEventoConsultas:
        """The queries for the state of events."""
        return PostgresEventoConsultas(self.recorder)

    @property
    def eventos(self) -> PostgresEventoRepository:
        """The repository of events."""
        return PostgresEventoRepository(self.recorder)

    def estadisticas(self, id_afiliado: str | None = None) -> Any:
        """Query some weeks, with hours at both ends."""
        consulta = ConsultaEstadisticas(desde=AHORA - timedelta(days=40), hasta=AHORA, id_afiliado=id_afiliado)
        return PostgresEstadisticas(self.recorder, historia=timedelta(days=400)).estadisticas(consulta, ahora=AHORA)

    def reintentar(self) -> Any:
        """Retry the old event."""
        comando = ReintentarEvento(id_evento=self.viejo, forzado=True, correlation_id="c")
        return self.consultas.publicar_de_nuevo(comando, ahora=AHORA)


@pytest.fixture(scope="module")
def collector(postgres: Database) -> Iterator[Collector]:
    """A collector with a history of 60,000 events: reading all of it would cost more than any index."""
    database = TestDatabase(administered=postgres)
    database.empty()
    database.execute(HISTORY)
    database.execute(ARCHIVE)
    database.execute(f"analyze {', '.join(f'event_collector.{table}' for table in TABLES)}")
    [(viejo,)] = database.query("select id from event_collector.outbox_archive order by position limit 1")
    with closing(PlanRecorder(lambda _fresh: database.secret("event_collector"))) as recorder:
        yield Collector(recorder, viejo)


QUESTIONS: Final[dict[str, Callable[[Collector], object]]] = {
    "an event": lambda collector: collector.eventos.agregar([un_aceptado()]),
    "many events": lambda collector: collector.eventos.agregar([un_aceptado() for _ in range(20)]),
    "a proven event": lambda collector: collector.eventos.agregar([un_aceptado(un_probado())]),
    "known": lambda collector: collector.eventos.conocidos([un_recibido() for _ in range(20)], ahora=AHORA),
    "forgetting": lambda collector: collector.eventos.olvidar(ahora=AHORA - timedelta(days=50), limite=10),
    "affiliate": lambda collector: PostgresAfiliados(collector.recorder, eventos_por_minuto=1).buscar(["a-1"]),
    "status": lambda collector: collector.consultas.por_id(collector.viejo),
    "failures": lambda collector: collector.consultas.fallidos(id_afiliado=None, limite=100),
    "failures of one": lambda collector: collector.consultas.fallidos(id_afiliado="a", limite=100),
    "retry": Collector.reintentar,
    "statistics": Collector.estadisticas,
    "statistics of one": lambda collector: collector.estadisticas("a-1"),
    "no payments": lambda collector: PostgresComisiones(collector.recorder).guardar_negadas(
        [una_negada(uuid4()), una_negada(uuid4(), codigo=EN_CONFLICTO)]
    ),
    "payments": lambda collector: PostgresComisiones(collector.recorder).guardar([un_pago(uuid4())]),
    "reconciliation": lambda collector: PostgresConversionesAbiertas(collector.recorder).revisar(
        Espera(minima=timedelta(minutes=5), edad_maxima=timedelta(days=90)), ahora=datetime.now(UTC), limite=10
    ),
    "letters": lambda collector: PostgresFallos(collector.recorder).guardar([una_carta(uuid4())]),
    "ready": lambda collector: DependenciasDisponibles(collector.recorder, Mock()).comprobar(),
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_query_uses_an_index(collector: Collector, question: str) -> None:
    """No table of the collector is read as a whole, for any parameters."""
    collector.recorder.plans.clear()
    QUESTIONS[question](collector)
    scans = collector.recorder.scans
    assert scans
    assert not {table for table in TABLES if "Seq Scan" in scans.get(table, ())}, scans
