"""The cost of the campaigns API's queries by the number of campaigns, which should not matter.

    python tests/benchmarks/by_size/campaigns_list.py --campaigns 1000 100000 1000000

It starts a PostgreSQL of its own, with a database for each size. Times include Python and the server.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid4

sys.path.insert(0, str(Path(__file__).parents[2]))

from benchmarks.by_size.sizes import compare_sizes, median_ms
from campanas.aplicacion.cambiar_campana import cambiar_campana
from campanas.aplicacion.consultar_campanas import Busqueda, Cursor
from campanas.aplicacion.crear_campana import crear_campana
from campanas.aplicacion.registrar_metricas import registrar_metricas
from campanas.dominio.estado_campana import EstadoCampana
from campanas.dominio.metricas import Correccion
from campanas.infraestructura.postgres.campana_queries import PostgresCampanaConsultas
from campanas.infraestructura.postgres.unit_of_work import PostgresCampanasUnitOfWork
from seedwork.infraestructura.postgres.database import PostgresDatabase
from support.builders import AHORA
from support.campanas.builders import cambiar, crear, una_medicion
from support.campanas.many_campaigns import seed
from support.lambda_events import PROJECT
from support.postgres.database import TestDatabase
from support.postgres.servers import paths_and_ports, start_postgres

if TYPE_CHECKING:
    from aero.platform.database import Database

CHUNK: Final = 100_000
BATCH: Final = 100
FINISHED: Final = EstadoCampana.COMPLETED  # the state of all old campaigns
HISTORIES: Final = (1, 100, 10_000)


class Campaigns:
    """A database with `size` campaigns, accessed as a function does."""

    def __init__(self, server: Database, size: int) -> None:
        """Make and fill the database."""
        self.administered = TestDatabase(administered=replace(server, name=f"campaigns_{size}"))
        self.administered.administered.create_if_missing()
        self.administered.administered.migrate(PROJECT / "infra/migrations")
        for first in range(0, size, CHUNK):
            seed(self.administered, first=first, last=min(first + CHUNK, size) - 1)
        self.database = PostgresDatabase(lambda _fresh: self.administered.secret("campanas"))
        self.consultas = PostgresCampanaConsultas(self.database)
        self.uow = PostgresCampanasUnitOfWork(self.database)
        rows = self.administered.query("select id from campanas.campanas order by random() limit 5000")
        self._ids: list[UUID] = [id_campana for (id_campana,) in rows]
        [(middle,)] = self.administered.query(
            "select fecha_creacion from campanas.campanas order by fecha_creacion limit 1 offset %s", size // 2
        )
        self._middle = Cursor(fecha_creacion=middle, id=uuid4())

    def any(self) -> UUID:
        """Choose a campaign."""
        return random.choice(self._ids)

    def page(self, *, deep: bool = False, **fields: Any) -> None:
        """Read a page of ten campaigns, the newest or from the middle."""
        self.consultas.buscar(Busqueda(limit=10, cursor=self._middle if deep else None, **fields))

    def correct(self, id_campana: UUID) -> None:
        """Change a campaign."""
        correccion = Correccion(gasto=Decimal(random.randrange(100)))
        cambio = cambiar(id_campana, lambda campana: campana.corregir_metricas(correccion, ahora=AHORA))
        cambiar_campana(cambio, uow=self.uow)

    def count(self) -> None:
        """Count a batch of events of different campaigns."""
        registrar_metricas([una_medicion(self.any()) for _ in range(BATCH)], uow=self.uow)


AFILIADO: Final[dict[str, Any]] = {"id_afiliado": "afiliado-7"}
QUESTIONS: Final[dict[str, Callable[[Campaigns], object]]] = {
    "first page": lambda campaigns: campaigns.page(),
    "  of an affiliate": lambda campaigns: campaigns.page(**AFILIADO),
    "  of a state": lambda campaigns: campaigns.page(estado=FINISHED),
    "  of both": lambda campaigns: campaigns.page(**AFILIADO, estado=FINISHED),
    "page from the middle": lambda campaigns: campaigns.page(deep=True),
    "  and an affiliate": lambda campaigns: campaigns.page(deep=True, **AFILIADO),
    "  and a state": lambda campaigns: campaigns.page(deep=True, estado=EstadoCampana.ACTIVE),
    "  and both": lambda campaigns: campaigns.page(deep=True, **AFILIADO, estado=EstadoCampana.ACTIVE),
    "page of 1,000": lambda campaigns: campaigns.consultas.buscar(Busqueda(limit=1_000)),
    "one": lambda campaigns: campaigns.consultas.por_id(campaigns.any()),
    "statistics": lambda campaigns: campaigns.consultas.estadisticas(),
    "creation": lambda campaigns: crear_campana(crear(), uow=campaigns.uow, ahora=AHORA),
    "change": lambda campaigns: campaigns.correct(campaigns.any()),
    f"{BATCH} events": lambda campaigns: campaigns.count(),
}


def main() -> None:
    """Fill the databases, measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--campaigns", type=int, nargs="+", default=[1_000, 100_000, 1_000_000])
    arguments.add_argument("--turns", type=int, default=15)
    arguments.add_argument("--calls", type=int, default=15, help="in each turn")
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="aero-bench-", ignore_cleanup_errors=True) as home:
        server, database = start_postgres(*paths_and_ports(Path(home)))
        with closing(server):
            sizes = {size: Campaigns(database, size) for size in sorted(options.campaigns)}
            compare_sizes(QUESTIONS, sizes, what="campaigns", turns=options.turns, calls=options.calls)
            _print_offsets(sizes)
            _print_histories(sizes[min(sizes)])


def _print_offsets(sizes: Mapping[int, Campaigns]) -> None:
    print(f"\n{'ms, page after offset:':22}" + "".join(f"{size:>18,}" for size in sizes))
    offsets = [0, *(10**power for power in range(2, 7) if 10**power < max(sizes)), max(sizes) - 10]
    for offset in offsets:
        page = partial(Campaigns.page, offset=offset)
        cells = [
            f"{median_ms(page, campaigns, calls=7):18.2f}" if offset < size else " " * 18
            for size, campaigns in sizes.items()
        ]
        print(f"{offset:22,}" + "".join(cells))


def _print_histories(campaigns: Campaigns) -> None:
    """Print the cost of a change by the number of the campaign's earlier changes."""
    line = "\nms, change after events:  "
    for events in HISTORIES:
        id_campana = crear_campana(crear(), uow=campaigns.uow, ahora=AHORA).campana.id
        campaigns.correct(id_campana)
        campaigns.administered.execute(
            """
            insert into campanas.outbox (id, aggregatetype, aggregateid, version, type, payload, metadata, occurred_at,
                                         published_at)
            select gen_random_uuid(), aggregatetype, aggregateid, n, type, payload, '{}', occurred_at, now()
              from campanas.outbox, generate_series(3, %s) as n
             where aggregateid = %s and version = 2
            """,
            events,
            id_campana,
        )
        campaigns.administered.execute(
            "update campanas.campanas set version = %s where id = %s", max(events, 2), id_campana
        )
        took = median_ms(partial(Campaigns.correct, id_campana=id_campana), campaigns, calls=7)
        line += f"{took:10.2f} after {events:,}"
    print(line)


if __name__ == "__main__":
    main()
