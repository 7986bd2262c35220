"""The cost of the list of events by the number of events, which should not matter.

    python tests/benchmarks/by_size/events_list.py --events 100000 1000000 10000000

It starts a PostgreSQL of its own, with a database for each size from 20,000 on. SQL writes the events, a second apart,
the older half into the archive; the newest 7,000 are in all states. Times include Python and the server. `--plans`
prints the blocks that each question reads, and the indexes.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

sys.path.insert(0, str(Path(__file__).parents[2]))

from benchmarks.by_size.sizes import compare_sizes, pages
from event_collector.aplicacion.consultar_eventos import BusquedaDeEventos
from event_collector.dominio.estado_evento import EstadoEvento
from event_collector.dominio.tipo_evento import TipoEvento
from event_collector.infraestructura.postgres.event_ids import first_id
from event_collector.infraestructura.postgres.evento_lists import PostgresEventoListas
from seedwork.infraestructura.postgres.database import PostgresDatabase
from support.event_collector.many_events import seed
from support.lambda_events import PROJECT
from support.postgres.database import TestDatabase
from support.postgres.plan_recorder import PlanRecorder
from support.postgres.servers import paths_and_ports, start_postgres

if TYPE_CHECKING:
    from aero.platform.database import Database

NEW: Final = 7_000
AFILIADO: Final = "afiliado-1"


class Events:
    """A database with `size` events, accessed as a function does."""

    def __init__(self, server: Database, size: int) -> None:
        """Make and fill the database."""
        self.administered = TestDatabase(administered=replace(server, name=f"events_{size}"))
        self.administered.administered.create_if_missing()
        self.administered.administered.migrate(PROJECT / "infra/migrations")
        seed(self.administered, size=size, new=NEW)
        self.listas = PostgresEventoListas(PostgresDatabase(self.secret))
        self._middle = datetime.now(UTC) - timedelta(seconds=size / 2)

    def secret(self, _fresh: bool) -> Any:
        """Return the secret of the function's role."""
        return self.administered.secret("event_collector")

    def page(self, *, deep: bool = False, limite: int = 50, **fields: Any) -> None:
        """Read a page, the newest or from the middle."""
        cursor = first_id(self._middle) if deep else None
        self.listas.pagina(BusquedaDeEventos(limite=limite, cursor=cursor, **fields))

    def period(self, **fields: Any) -> None:
        """Read a page of the older half, which is archived."""
        self.listas.pagina(BusquedaDeEventos(limite=50, hasta=self._middle, **fields))


QUESTIONS: Final[Mapping[str, Callable[[Events], object]]] = {
    **pages(),
    **pages(tipo=TipoEvento.CLICK),
    **pages(id_afiliado=AFILIADO),
    **pages(id_afiliado=AFILIADO, tipo=TipoEvento.CONVERSION),
    **pages(estado=EstadoEvento.PROCESADO),
    **pages(estado=EstadoEvento.FALLIDO),
    **pages(estado=EstadoEvento.RECIBIDO),
    "page of 200": lambda events: events.page(limite=200),
}


def main() -> None:
    """Fill the databases, measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--events", type=int, nargs="+", default=[100_000, 1_000_000])
    arguments.add_argument("--turns", type=int, default=9)
    arguments.add_argument("--calls", type=int, default=9, help="in each turn")
    arguments.add_argument("--plans", action="store_true", help="print the plans too")
    arguments.add_argument("--folder", type=Path, help="where the temporary database is made")
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="aero-bench-", ignore_cleanup_errors=True, dir=options.folder) as home:
        server, database = start_postgres(*paths_and_ports(Path(home)))
        with closing(server):
            sizes = {size: Events(database, size) for size in sorted(options.events)}
            if options.plans:
                _print_plans(sizes)
            compare_sizes(QUESTIONS, sizes, what="events", turns=options.turns, calls=options.calls)


def _print_plans(sizes: Mapping[int, Events]) -> None:
    """Print how many blocks each question reads at each size, and the indexes that it reads at the largest."""
    print(f"{'blocks, events:':30}" + "".join(f"{size:>12,}" for size in sizes))
    for name, question in QUESTIONS.items():
        blocks = []
        for events in sizes.values():
            with closing(PlanRecorder(events.secret)) as recorder:
                usual, events.listas = events.listas, PostgresEventoListas(recorder)
                question(events)
                events.listas = usual
                blocks.append(recorder.blocks)
        indexes = ", ".join(
            sorted(f"{name} ({'/'.join(sorted(kinds))})" for name, kinds in recorder.scans.items() if name)
        )
        print(f"{name:30}" + "".join(f"{number:12,}" for number in blocks) + f"   {indexes}")


if __name__ == "__main__":
    main()
