"""Connections as the role `reportes`, and the read model on them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from aero.operate.reports.generations import Generations
from reportes.infraestructura.postgres.informe_queries import PostgresInformes
from reportes.infraestructura.postgres.unit_of_work import PostgresProyeccionUnitOfWork

if TYPE_CHECKING:
    from seedwork.infraestructura.postgres.database import PostgresDatabase
    from support.postgres.database import TestDatabase

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seedwork.infraestructura.postgres.database import PostgresDatabase
    from support.postgres.database import TestDatabase


@pytest.fixture
def connect(database: TestDatabase) -> Iterator[Callable[[], PostgresDatabase]]:
    """Yield a function that connects to a database with empty tables."""
    with database.connections("reportes") as connect:
        yield connect


@pytest.fixture
def uow(connect: Callable[[], PostgresDatabase]) -> PostgresProyeccionUnitOfWork:
    """The consumer's unit of work."""
    return PostgresProyeccionUnitOfWork(connect())


@pytest.fixture
def informes(connect: Callable[[], PostgresDatabase]) -> PostgresInformes:
    """The API's reports."""
    return PostgresInformes(connect())


@pytest.fixture
def generations(database: TestDatabase) -> Iterator[Generations]:
    """The generations, for a rebuild; after the test only the first one is left, empty."""
    with database.administered.connect() as connection:
        generations = Generations(connection)
        yield generations
        for (table,) in database.query(
            # An already retired one goes first: there is one at a time.
            "select relname from pg_class left join reportes.generaciones on relname = 'pagos_' || numero"
            " where relname ~ '^pagos_[0-9]+$' order by estado is distinct from 'retirada'"
        ):
            generations.retire(int(table.removeprefix("pagos_")))
        database.execute("select reportes.crear_generacion('vigente')")
        assert generations.serving() == 1


@pytest.fixture
def segunda(generations: Generations) -> int:
    """A second, empty generation."""
    return generations.begin()
