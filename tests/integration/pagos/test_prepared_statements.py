"""Statements stay prepared while they are useful."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from pagos.dominio.errores import PagoNoEncontradoError
from pagos.infraestructura.postgres.pago_queries import PostgresPagoConsultas
from seedwork.infraestructura.dependency_unavailable import DependencyUnavailableError
from seedwork.infraestructura.postgres.database import MAX_STATEMENTS, PostgresDatabase
from support.pagos.builders import un_pago

if TYPE_CHECKING:
    from support.postgres.database import TestDatabase


@pytest.fixture
def connection(database: TestDatabase) -> Iterator[PostgresDatabase]:
    """Yield a connection as the role `pagos`."""
    with closing(PostgresDatabase(lambda _fresh: database.secret("pagos"))) as connection:
        yield connection


def prepared(connection: PostgresDatabase) -> int:
    """Return the number of prepared statements that the server holds for the connection."""
    [[count]] = connection.run("select count(*) from pg_prepared_statements")
    return int(count)


def test_a_statement_is_prepared_once(connection: PostgresDatabase) -> None:
    """It is prepared once for all parameters."""
    for number in range(3):
        assert connection.run("select cast(:n as int)", n=number) == [[number]]
    assert prepared(connection) == 1


def test_the_number_of_prepared_statements_is_limited(connection: PostgresDatabase) -> None:
    """Ever-changing statement texts fill neither our memory nor the server's."""
    for number in range(MAX_STATEMENTS + 3):
        assert connection.run(f"select cast(:n as int) + {number}", n=1) == [[1 + number]]
    assert prepared(connection) == MAX_STATEMENTS


@pytest.fixture
def migrated(connection: PostgresDatabase, database: TestDatabase) -> Iterator[PostgresPagoConsultas]:
    """Yield queries prepared before a migration changed the type of one of their columns."""
    consultas = PostgresPagoConsultas(connection)
    with pytest.raises(PagoNoEncontradoError):
        consultas.por_id(un_pago().id)
    database.execute("alter table pagos.pagos alter column mensaje_error type varchar(500)")
    yield consultas
    database.execute("alter table pagos.pagos alter column mensaje_error type text")


def test_a_query_survives_a_migration(migrated: PostgresPagoConsultas) -> None:
    """A statement prepared for the old columns is prepared again."""
    with pytest.raises(PagoNoEncontradoError):
        migrated.por_id(un_pago().id)


def test_a_migration_fails_one_transaction(migrated: PostgresPagoConsultas, connection: PostgresDatabase) -> None:
    """The transaction is rolled back, the caller may try again, and the next attempt works."""
    connection.begin()
    connection.run("select 1")
    with pytest.raises(DependencyUnavailableError):
        connection.run(*outdated(connection), id=un_pago().id)
    connection.rollback()
    with pytest.raises(PagoNoEncontradoError):
        migrated.por_id(un_pago().id)


def outdated(connection: PostgresDatabase) -> list[str]:
    """Return the one prepared statement of the connection."""
    return list(connection._statements)


def test_instants_are_exact_and_other_values_keep_the_connection(connection: PostgresDatabase) -> None:
    """Instants have microseconds in any zone; infinity and years before Christ come as pg8000 gives them."""
    instant = datetime(2026, 1, 15, 10, 30, 0, 123456, tzinfo=UTC)
    query = (
        "select cast(:i as timestamptz), cast('infinity' as timestamptz), cast('0044-03-15 12:00 BC' as timestamptz)"
    )
    for zone in ("UTC", "Asia/Kolkata", "Pacific/Marquesas"):
        connection.run(f"set time zone '{zone}'")
        [[same, infinity, _]] = connection.run(query, i=instant)
        assert (same, infinity) == (instant, "infinity")
    assert connection.run("select 1") == [[1]]
