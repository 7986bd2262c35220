"""After any projections, concurrent ones too, rows equal the events and totals equal the rows."""

from __future__ import annotations

from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from random import Random
from typing import TYPE_CHECKING, Final

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reportes.dominio.pago_reportado import EstadoReportado
from reportes.infraestructura.postgres.unit_of_work import PostgresProyeccionUnitOfWork
from support.reportes.builders import luego, proyectados, un_pago
from support.reportes.fakes import FakeProyeccionUnitOfWork
from support.reportes.read_model import assert_totals_match, pagos_de
from support.reportes.some_events import unos_datos

if TYPE_CHECKING:
    from seedwork.infraestructura.postgres.database import PostgresDatabase
    from support.postgres.database import TestDatabase
    from support.reportes.builders import Dato

THREADS: Final = 6


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(random=st.randoms(use_true_random=False), sizes=st.lists(st.integers(1, 12), max_size=8))
def test_totals_equal_a_count_over_rows(
    random: Random, sizes: list[int], uow: PostgresProyeccionUnitOfWork, database: TestDatabase
) -> None:
    """This holds after any batches of some payments' events, in any order, with repetitions and rollbacks."""
    database.empty()
    on_memory, datos = FakeProyeccionUnitOfWork(), unos_datos(random, pagos=6, eventos=6)
    for size in sizes:
        batch = random.choices(datos, k=size)
        if random.random() < 0.2:
            roll_back(uow, batch)
        else:
            proyectados(uow, *batch)
            proyectados(on_memory, *batch)
    assert pagos_de(database) == on_memory.committed.pagos
    assert_totals_match(database)


def roll_back(uow: PostgresProyeccionUnitOfWork, batch: Collection[Dato]) -> None:
    """Project the batch without its commit."""

    class Interrupted(PostgresProyeccionUnitOfWork):
        def commit(self) -> None:
            """Skip the commit."""

    proyectados(Interrupted(uow._database), *batch)


def test_amounts_stay_right_when_one_payment_replaces_another(
    uow: PostgresProyeccionUnitOfWork, database: TestDatabase
) -> None:
    """The count of COMPLETED stays, and the amount changes: one payment is reversed while another one succeeds."""
    uno, otro = un_pago("10", estado=EstadoReportado.COMPLETED), un_pago("25")
    proyectados(uow, uno, otro)
    proyectados(
        uow,
        luego(uno, EstadoReportado.REVERSED, version=6),
        luego(otro, EstadoReportado.COMPLETED, version=3),
    )
    assert_totals_match(database)


def test_concurrent_projections_neither_deadlock_nor_lose_events(
    connect: Callable[[], PostgresDatabase], database: TestDatabase
) -> None:
    """Each batch inserts rows that another one updates and the reverse, for payments of the same days."""
    datos = unos_datos(Random(1), pagos=600, eventos=100)

    def project(thread: int) -> Collection[Dato]:
        random, uow = Random(thread), PostgresProyeccionUnitOfWork(connect())
        mine = random.sample(datos, len(datos) // 3)
        for first in range(0, len(mine), 20):
            proyectados(uow, *mine[first : first + 20])
        return mine

    with ThreadPoolExecutor(THREADS) as pool:
        delivered = [dato for mine in pool.map(project, range(THREADS)) for dato in mine]
    on_memory = FakeProyeccionUnitOfWork()
    proyectados(on_memory, *delivered)
    assert pagos_de(database) == on_memory.committed.pagos
    assert_totals_match(database)
