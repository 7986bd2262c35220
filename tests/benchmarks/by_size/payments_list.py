"""The cost of lists and counts of payments by the number of payments, which should not matter.

    python tests/benchmarks/by_size/payments_list.py --payments 100000 1000000 10000000

It starts a PostgreSQL of its own, with a database for each size; ten million payments take 7 GB and some minutes. Times
include Python and the server. `--write` measures accepting and paying a payment instead, with the indexes of lists and
without them.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

sys.path.insert(0, str(Path(__file__).parents[2]))

from benchmarks.by_size.sizes import compare_sizes, pages
from pagos.aplicacion.listar_pagos import Busqueda, Cursor
from pagos.dominio.estado_pago import EstadoPago
from pagos.dominio.pago import Pago
from pagos.dominio.pasarela_de_pagos import Hecho
from pagos.infraestructura.postgres.pago_lists import PostgresPagoListas
from pagos.infraestructura.postgres.recent_payments import PostgresPagosRecientes
from pagos.infraestructura.postgres.unit_of_work import PostgresPagosUnitOfWork
from seedwork.infraestructura.postgres.database import PostgresDatabase
from support.builders import una_traza
from support.lambda_events import PROJECT
from support.pagos.builders import resuelto, unos_datos
from support.pagos.many_payments import FREQUENT, seed
from support.postgres.database import TestDatabase
from support.postgres.servers import paths_and_ports, start_postgres

if TYPE_CHECKING:
    from aero.platform.database import Database

AFILIADOS: Final = 1_000
_NUMBERS: Final = count()
_WITHOUT: Final = (
    "drop index pagos.pagos_por_fecha, pagos.pagos_por_estado, pagos.pagos_por_afiliado",
    """
    create index pagos_sin_resultado on pagos.pagos (estado, fecha_creacion)
     where estado in ('PENDIENTE', 'PROCESANDO')
    """,
)


class Payments:
    """A database with `size` payments, accessed as a function does."""

    def __init__(self, server: Database, size: int, *, name: str = "payments") -> None:
        """Make and fill the database."""
        self.administered = TestDatabase(administered=replace(server, name=f"{name}_{size}"))
        self.administered.administered.create_if_missing()
        self.administered.administered.migrate(PROJECT / "infra/migrations")
        seed(self.administered, size=size, afiliados=AFILIADOS)
        self.database = PostgresDatabase(lambda _fresh: self.administered.secret("pagos"))
        self.listas = PostgresPagoListas(self.database)
        self.uow = PostgresPagosUnitOfWork(self.database)
        [(middle,)] = self.administered.query(
            "select min(fecha_creacion) + (max(fecha_creacion) - min(fecha_creacion)) / 2 from pagos.pagos"
        )
        self._middle = Cursor(fecha_creacion=middle, id=uuid4())

    def page(self, *, deep: bool = False, limite: int = 50, **fields: Any) -> None:
        """Read a page, the newest or from the middle."""
        self.listas.pagina(Busqueda(limite=limite, cursor=self._middle if deep else None, **fields))

    def period(self, **fields: Any) -> None:
        """Read a page of the older half."""
        self.listas.pagina(Busqueda(limite=50, hasta=self._middle.fecha_creacion, **fields))

    def recent(self) -> None:
        """Count the last minutes as a new process does."""
        PostgresPagosRecientes(self.database).contar(minutos=1, ahora=datetime.now(UTC))

    def pay(self) -> None:
        """Accept a payment and pay it."""
        ahora = datetime.now(UTC)
        pago = Pago.crear(uuid4(), unos_datos(), ahora=ahora)
        with self.uow as uow:
            uow.pagos.agregar(pago, clave=None, traza=una_traza())
            uow.commit()
        pago.procesar(ahora=ahora)
        self._save(pago)
        self._save(resuelto(pago, Hecho(referencia_pasarela=f"tr-{next(_NUMBERS)}-{pago.id}"), ahora=ahora))

    def _save(self, pago: Pago) -> None:
        with self.uow as uow:
            uow.pagos.guardar([(pago, una_traza())])
            uow.commit()


QUESTIONS: Final[Mapping[str, Callable[[Payments], object]]] = {
    **pages(),
    **pages(estado=EstadoPago.EXITOSO),
    **pages(estado=EstadoPago.FALLIDO),
    **pages(estado=EstadoPago.PENDIENTE),
    **pages(id_afiliado=FREQUENT),
    **pages(id_afiliado="afiliado-7"),
    **pages(id_afiliado=FREQUENT, estado=EstadoPago.REVERSADO),
    **pages(id_afiliado="afiliado-7", estado=EstadoPago.EXITOSO),
    "page of 200": lambda payments: payments.page(limite=200),
    "the last minute, open ones": lambda payments: payments.recent(),
}


def main() -> None:
    """Fill the databases, measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--payments", type=int, nargs="+", default=[100_000, 1_000_000])
    arguments.add_argument("--turns", type=int, default=9)
    arguments.add_argument("--calls", type=int, default=9, help="in each turn")
    arguments.add_argument("--write", action="store_true", help="measure writing, with the indexes and without")
    arguments.add_argument("--folder", type=Path, help="where the temporary database is made")
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="aero-bench-", ignore_cleanup_errors=True, dir=options.folder) as home:
        server, database = start_postgres(*paths_and_ports(Path(home)))
        with closing(server):
            if options.write:
                _compare_writing(database, max(options.payments), turns=options.turns, calls=options.calls)
                return
            sizes = {size: Payments(database, size) for size in sorted(options.payments)}
            compare_sizes(QUESTIONS, sizes, what="payments", turns=options.turns, calls=options.calls)


def _compare_writing(server: Database, size: int, *, turns: int, calls: int) -> None:
    """Compare by turns; a size of one more stands for the database with the indexes."""
    without, with_them = Payments(server, size, name="without"), Payments(server, size, name="with")
    for statement in _WITHOUT:
        without.administered.execute(statement)
    print("the larger size has the indexes of lists")
    compare_sizes(
        {"accept and pay": Payments.pay},
        {size: without, size + 1: with_them},
        what="payments",
        turns=turns,
        calls=calls,
    )
    for name, payments in (("without", without), ("with", with_them)):
        [(table, indexes)] = payments.administered.query(
            "select pg_size_pretty(pg_table_size('pagos.pagos')), pg_size_pretty(pg_indexes_size('pagos.pagos'))"
        )
        print(f"{name}: table {table}, indexes {indexes}")


if __name__ == "__main__":
    main()
