"""A read model is rebuilt beside the serving one, and then replaces it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from random import Random
from typing import TYPE_CHECKING

import pytest
from psycopg.errors import UniqueViolation

from aero.operate.reports.generations import Generations
from aero.platform.errors import AeroError
from reportes.infraestructura.postgres.informe_queries import PostgresInformes
from reportes.infraestructura.postgres.unit_of_work import PostgresProyeccionUnitOfWork
from support.reportes.builders import proyectados, un_evento, un_pago, una_campana, una_consulta, utc
from support.reportes.read_model import assert_totals_match, pagos_de
from support.reportes.some_events import unos_datos

if TYPE_CHECKING:
    from seedwork.infraestructura.postgres.database import PostgresDatabase
    from support.postgres.database import TestDatabase


# The period has parts of days, so that single payments are read too.
CONSULTA = una_consulta(utc(2020, 1, 1, 1), utc(2030, 1, 1, 1))


def deadlocks_of(database: TestDatabase) -> int:
    """Return how many deadlocks there have been."""
    [(deadlocks,)] = database.query("select deadlocks from pg_stat_database where datname = current_database()")
    return int(deadlocks)


def test_events_are_projected_into_both_generations(
    uow: PostgresProyeccionUnitOfWork, segunda: int, database: TestDatabase
) -> None:
    """Every kind of data is written once in each generation."""
    pago = un_pago()
    for _ in range(2):
        proyectados(uow, pago, un_evento(id="el mismo"), una_campana())
    for numero in (1, segunda):
        assert pagos_de(database, numero) == {pago.id: pago}
        for table, expected in (("seguimiento", 1), ("campanas", 2)):
            query = f"select count(*) from reportes.{table} where generacion = %s"
            assert database.query(query, numero) == [(expected,)]
    assert_totals_match(database)


@pytest.mark.parametrize("numero", [1, 2])
def test_a_projector_of_one_generation_writes_only_there(
    connect: Callable[[], PostgresDatabase], segunda: int, database: TestDatabase, numero: int
) -> None:
    """A rebuild writes this way."""
    assert segunda == 2
    pago = un_pago()
    proyectados(PostgresProyeccionUnitOfWork(connect(), generacion=numero), pago, un_evento(), una_campana())
    assert pagos_de(database, numero) == {pago.id: pago}
    for table in ("pagos", "seguimiento", "campanas", "totales"):
        assert database.query(f"select distinct generacion from reportes.{table}") == [(numero,)]


def test_reports_show_the_serving_generation(
    connect: Callable[[], PostgresDatabase], informes: PostgresInformes, segunda: int, generations: Generations
) -> None:
    """Totals, single payments, names and tracking counts all switch, also for sessions with earlier queries."""
    # Given two payments in the first, and one of them in the second
    viejo, nuevo, campana = un_pago("10"), un_pago("5"), una_campana("Antes")
    proyectados(PostgresProyeccionUnitOfWork(connect(), generacion=1), viejo, nuevo, campana)
    nuevo, despues = un_pago("5", id_campana=campana.id), una_campana("Después", id=campana.id)
    visto = un_evento(id_campana=campana.id)
    proyectados(PostgresProyeccionUnitOfWork(connect(), generacion=segunda), nuevo, despues, visto)
    estado = informes.estado()
    assert (estado.vigente, estado.en_construccion) == (1, segunda)
    assert (generations.serving(), generations.abandoned()) == (1, [segunda])
    assert [informes.resumen(consulta).total.pagos for consulta in (CONSULTA, una_consulta())] == [2, 2]
    assert [fila.nombre for fila in informes.tabla(CONSULTA).filas] == [None]
    # When the second takes the first one's place
    generations.switch(old=1, new=segunda)
    # Then reports are of it
    estado = informes.estado()
    assert (estado.vigente, estado.en_construccion) == (segunda, None)
    for consulta in (CONSULTA, una_consulta()):
        assert informes.resumen(consulta).total.pagos == 1
        assert informes.detalle(consulta).por_campana.keys() == {campana.id}
        [fila] = informes.tabla(consulta).filas
        assert (fila.nombre, fila.cuenta.pagos, fila.clicks) == ("Después", 1, 1)


def test_a_retired_generation_is_deleted_completely(
    uow: PostgresProyeccionUnitOfWork,
    informes: PostgresInformes,
    segunda: int,
    generations: Generations,
    database: TestDatabase,
) -> None:
    """The new generation keeps serving."""
    proyectados(uow, un_pago(), un_evento(), una_campana())
    generations.switch(old=1, new=segunda)
    generations.retire(1)
    proyectados(uow, un_pago())
    assert informes.resumen(CONSULTA).total.pagos == 2
    tables = database.query("select relname from pg_class where relnamespace = 'reportes'::regnamespace")
    assert not [name for (name,) in tables if name.endswith("_1")]
    assert_totals_match(database)


def test_a_half_dropped_generation_is_found_and_not_written(
    uow: PostgresProyeccionUnitOfWork, segunda: int, generations: Generations, database: TestDatabase
) -> None:
    """This happens if a rebuild is killed; its number is not reused until the rest is dropped."""
    generations.switch(old=1, new=segunda)
    database.execute("drop table reportes.pagos_1")
    proyectados(uow, un_pago(), un_evento(), una_campana())
    assert generations.abandoned() == [1]
    assert database.query("select distinct generacion from reportes.totales") == [(segunda,)]
    # When
    generations.retire(1)
    # Then
    assert generations.abandoned() == []
    assert generations.begin() == segunda + 1


@pytest.mark.usefixtures("segunda")
@pytest.mark.parametrize("estado", ["vigente", "en-construccion"])
def test_there_is_one_generation_of_each_state(database: TestDatabase, estado: str) -> None:
    """A third one is refused and leaves nothing behind."""
    with pytest.raises(UniqueViolation):
        database.execute("select reportes.crear_generacion(%s)", estado)
    assert database.query("select to_regclass('reportes.pagos_3')") == [(None,)]


def test_one_rebuild_runs_at_a_time(generations: Generations, database: TestDatabase) -> None:
    """The lock lasts until its session ends."""
    del generations
    with database.administered.connect() as another, pytest.raises(AeroError, match="is being rebuilt already"):
        Generations(another)


def test_a_generation_is_rebuilt_while_events_arrive(
    connect: Callable[[], PostgresDatabase], segunda: int, database: TestDatabase
) -> None:
    """Old events are projected into it alone, new ones into both; in the end both are equal."""
    datos = unos_datos(Random(1), pagos=500, eventos=200)
    antes, ahora = datos[::2], datos[1::2]
    proyectados(PostgresProyeccionUnitOfWork(connect(), generacion=1), *antes)

    def project(generacion: int | None, thread: int) -> None:
        uow = PostgresProyeccionUnitOfWork(connect(), generacion=generacion)
        mine = (ahora if generacion is None else antes)[thread::3]
        for first in range(0, len(mine), 20):
            proyectados(uow, *mine[first : first + 20])

    with ThreadPoolExecutor(6) as pool:
        for done in [pool.submit(project, generacion, thread) for thread in range(3) for generacion in (None, segunda)]:
            done.result()
    assert pagos_de(database, segunda) == pagos_de(database, 1)
    assert_totals_match(database)


def test_reports_and_projections_continue_during_rebuilds(
    connect: Callable[[], PostgresDatabase], segunda: int, generations: Generations, database: TestDatabase
) -> None:
    """Reports and projections run all the while, without deadlocks."""
    datos, over = unos_datos(Random(1), pagos=200, eventos=100), threading.Event()
    proyectados(PostgresProyeccionUnitOfWork(connect()), *datos)
    deadlocks = deadlocks_of(database)

    def project(seed: int) -> int:
        random, uow, batches = Random(seed), PostgresProyeccionUnitOfWork(connect()), 0
        while not over.is_set():
            proyectados(uow, *random.choices(datos, k=20))
            batches += 1
        return batches

    def report(kind: Callable[[PostgresInformes], set[int]]) -> set[int]:
        informes, found = PostgresInformes(connect()), set[int]()
        while not over.is_set():
            found |= kind(informes)
        return found

    def rebuild() -> None:
        old, new = 1, segunda
        for _ in range(5):
            generations.switch(old=old, new=new)
            generations.retire(old)
            old, new = new, generations.begin()
            proyectados(PostgresProyeccionUnitOfWork(connect(), generacion=new), *datos)

    with ThreadPoolExecutor(5) as pool:
        projectors = [pool.submit(project, seed) for seed in range(2)]
        reporters = [
            pool.submit(report, lambda informes: {informes.resumen(una_consulta(estado=None)).total.pagos}),
            pool.submit(report, lambda informes: {len(informes.tabla(CONSULTA).filas)}),
        ]
        try:
            pool.submit(rebuild).result()
        finally:
            over.set()
    assert all(projector.result() for projector in projectors)
    assert all(len(reporter.result()) == 1 for reporter in reporters)
    assert deadlocks_of(database) == deadlocks
    assert_totals_match(database)
