"""The size of the tables used by every request, and the time of requests, by the number of past payments and events.

    python tests/benchmarks/by_size/growth.py --payments 10000 1000000

It starts a PostgreSQL of its own, with a database for each size: that many payments and as many tracking events, two
fifths of them conversions, at the pace of a million a year until now. SQL writes them, ten thousand at a time. After
each chunk the clean-ups of all contexts run like their functions, and a vacuum runs as autovacuum would. Ratios are to
the smallest size in the same run.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final
from uuid import UUID

from uuid6 import uuid7

sys.path.insert(0, str(Path(__file__).parents[2]))

from benchmarks.by_size.sizes import compare_sizes
from campanas.aplicacion.crear_campana import crear_campana
from campanas.aplicacion.registrar_metricas import registrar_metricas
from campanas.infraestructura.postgres.unit_of_work import PostgresCampanasUnitOfWork
from event_collector.aplicacion.consultar_estadisticas import ConsultaEstadisticas
from event_collector.dominio.tipo_evento import TipoEvento
from event_collector.infraestructura.postgres.evento_queries import PostgresEventoConsultas
from event_collector.infraestructura.postgres.evento_repository import PostgresEventoRepository
from event_collector.infraestructura.postgres.statistics_queries import PostgresEstadisticas
from pagos.aplicacion.crear_pago import crear_pago
from pagos.aplicacion.procesar_pagos import PagoPorProcesar, procesar_pagos
from pagos.infraestructura.postgres.pago_queries import PostgresPagoConsultas
from pagos.infraestructura.postgres.unit_of_work import PostgresPagosUnitOfWork
from pulsar_connector.outbox.outbox_session import OutboxSession
from seedwork.infraestructura.postgres.database import PostgresDatabase
from support.campanas.builders import crear as crear_una_campana
from support.campanas.builders import una_medicion
from support.event_collector.builders import un_aceptado
from support.lambda_events import PROJECT
from support.pagos.builders import crear
from support.pagos.fake_pasarela import FakePasarela
from support.postgres.clean_up import clean_ups
from support.postgres.database import TestDatabase
from support.postgres.many_years import AFILIADOS, live
from support.postgres.servers import paths_and_ports, start_postgres

if TYPE_CHECKING:
    from aero.platform.database import Database

CHUNK: Final = 10_000
YEAR: Final = timedelta(days=365)
PER_YEAR: Final = 1_000_000
BATCH: Final = 100
HOT: Final = (
    "pagos.outbox", "pagos.inbox", "campanas.outbox", "campanas.inbox",
    "event_collector.outbox", "event_collector.deduplicacion", "event_collector.totales",
)  # fmt: skip
BESIDE: Final = (
    "pagos.pagos", "pagos.outbox_archive", "pagos.inbox_archive", "campanas.inbox_archive",
    "event_collector.outbox_archive", "event_collector.deduplicacion_archive", "event_collector.totales_archive",
    "event_collector.comisiones",
)  # fmt: skip


class Grown:
    """A database with `size` payments and events, accessed as functions do."""

    def __init__(self, server: Database, size: int) -> None:
        """Make the database, and let it grow."""
        self.administered = TestDatabase(administered=replace(server, name=f"growth_{size}"))
        self.administered.administered.create_if_missing()
        self.administered.administered.migrate(PROJECT / "infra/migrations")
        self._grow(size)
        pagos, campanas, eventos = map(self._session, ("pagos", "campanas", "event_collector"))
        self.pagos, self.pasarela = PostgresPagosUnitOfWork(pagos), FakePasarela()
        self.consultas = PostgresPagoConsultas(pagos)
        self.campanas = PostgresCampanasUnitOfWork(campanas)
        self.campana = crear_campana(crear_una_campana(), uow=self.campanas, ahora=datetime.now(UTC)).campana.id
        self.eventos = PostgresEventoRepository(eventos)
        self.evento_consultas = PostgresEventoConsultas(eventos)
        self.collector = eventos
        self.relay = OutboxSession(self.administered.secret("connector"), schema="pagos")
        self._pagos = self._some("select id from pagos.pagos order by random() limit 3000")
        self._eventos = self._some("select id_evento from event_collector.comisiones order by random() limit 3000")

    def _session(self, role: str) -> PostgresDatabase:
        return PostgresDatabase(lambda _fresh: self.administered.secret(role))

    def _some(self, query: str) -> list[UUID]:
        return [found for (found,) in self.administered.query(query)]

    def _grow(self, size: int) -> None:
        every = YEAR / PER_YEAR
        began = datetime.now(UTC) - size * every
        with self.administered.administered.connect() as connection, clean_ups(self.administered) as clean_up:
            for first in range(0, size, CHUNK):
                last = min(first + CHUNK, size) - 1
                live(connection, first=first, last=last, began=began, every=every)
                clean_up()
                connection.execute(f"vacuum (analyze) {', '.join(HOT)}".encode())
            connection.execute("vacuum (analyze)")
            connection.execute("checkpoint")  # the bulk's pages are not written to disk during the measurement

    def bytes_of(self, table: str) -> int:
        """Return a table's size with its indexes."""
        [(size,)] = self.administered.query("select pg_total_relation_size(%s::regclass)", table)
        return int(size)

    def rows_of(self, table: str) -> int:
        """Return a table's number of rows."""
        [(rows,)] = self.administered.query(f"select count(*) from {table}")
        return int(rows)

    def a_payment(self) -> UUID:
        """Choose a payment of any age."""
        return random.choice(self._pagos)

    def an_event(self) -> UUID:
        """Choose a conversion of any age."""
        return random.choice(self._eventos)

    def pay(self) -> None:
        """Accept a payment and process it to its outcome."""
        comando = crear()
        pago = crear_pago(comando, uow=self.pagos, ahora=datetime.now(UTC)).pago
        mensaje = PagoPorProcesar(event_id=str(uuid7()), id_pago=pago.id, traza=comando.traza)
        procesar_pagos([mensaje], uow=self.pagos, pasarela=self.pasarela, reloj=lambda: datetime.now(UTC))

    def rehydrate(self) -> None:
        """Rebuild a payment of any age from its events."""
        with self.pagos:
            self.pagos.pagos.bloquear([self.a_payment()])

    def count(self) -> None:
        """Count a batch of events."""
        mediciones = [una_medicion(self.campana, event_id=str(uuid7()), ahora=datetime.now(UTC)) for _ in range(BATCH)]
        registrar_metricas(mediciones, uow=self.campanas)

    def accept(self, number: int) -> None:
        """Accept `number` events, half of them conversions with their senders' ids."""
        ahora, tipos = datetime.now(UTC), (TipoEvento.CLICK, TipoEvento.CONVERSION)
        self.eventos.agregar(
            [un_aceptado(tipo=tipos[n % 2], id_cliente=str(uuid7()), ahora=ahora) for n in range(number)]
        )

    def add_up(self) -> None:
        """Read the statistics of one affiliate over a year and some hours."""
        hasta = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
        desde, afiliado = hasta - timedelta(days=364, hours=5), f"afiliado-{random.randrange(AFILIADOS)}"
        consulta = ConsultaEstadisticas(desde=desde, hasta=hasta, id_afiliado=afiliado)
        PostgresEstadisticas(self.collector, historia=timedelta(days=400)).estadisticas(consulta, ahora=hasta)


QUESTIONS: Final[dict[str, Callable[[Grown], object]]] = {
    "accept a payment": lambda grown: crear_pago(crear(), uow=grown.pagos, ahora=datetime.now(UTC)),
    "accept and pay it": Grown.pay,
    "a payment": lambda grown: grown.consultas.por_id(grown.a_payment()),
    "  its trace": lambda grown: grown.consultas.pasos(grown.a_payment()),
    "  its history, to go on": Grown.rehydrate,
    "what the outbox counts": lambda grown: grown.consultas.estadisticas(),
    "the relay's poll": lambda grown: grown.relay.pending(limit=1_000, max_bytes=4_000_000, busy=[]),
    f"count {BATCH} events": Grown.count,
    "accept an event": lambda grown: grown.accept(1),
    f"accept {BATCH} events": lambda grown: grown.accept(BATCH),
    "an event's status": lambda grown: grown.evento_consultas.por_id(grown.an_event()),
    "statistics of a year": Grown.add_up,
}


def main() -> None:
    """Let the databases grow, measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--payments", type=int, nargs="+", default=[10_000, 1_000_000])
    arguments.add_argument("--turns", type=int, default=15)
    arguments.add_argument("--calls", type=int, default=15, help="in each turn")
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="aero-bench-", ignore_cleanup_errors=True) as home:
        server, database = start_postgres(*paths_and_ports(Path(home)))
        with closing(server):
            sizes = {size: Grown(database, size) for size in sorted(options.payments)}
            print_sizes("MB (ratio), where all goes through:", sizes, HOT)
            print_sizes("\nMB (ratio), beside it:", sizes, BESIDE)
            print()
            compare_sizes(QUESTIONS, sizes, what="payments, events", turns=options.turns, calls=options.calls)


def print_sizes(title: str, sizes: dict[int, Grown], tables: tuple[str, ...]) -> None:
    """Print each table's size and number of rows."""
    print(f"{title:42}" + "".join(f"{size:>32,}" for size in sizes))
    smallest = sizes[min(sizes)]
    for table in tables:
        line = f"{table:42}"
        for grown in sizes.values():
            size = grown.bytes_of(table)
            line += f"{size / 1e6:9.1f} ({size / smallest.bytes_of(table):6.2f}){grown.rows_of(table):10,} rows"
        print(line)


if __name__ == "__main__":
    main()
