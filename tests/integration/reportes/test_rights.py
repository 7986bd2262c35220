"""The roles of functions have only the rights that they need in the schema of reports."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from pg8000.exceptions import DatabaseError

from reportes.infraestructura.postgres.unit_of_work import PostgresProyeccionUnitOfWork
from seedwork.infraestructura.postgres.database import PostgresDatabase
from seedwork.infraestructura.postgres.sqlstates import sqlstate
from support.postgres.database import TestDatabase
from support.reportes.builders import proyectados, un_evento, un_pago, una_campana

if TYPE_CHECKING:
    from aero.platform.database import Database

INSUFFICIENT_PRIVILEGE = "42501"

TABLES = ("pagos", "seguimiento", "campanas", "totales", "generaciones", "avance", "version_conocida")
FORBIDDEN = {
    "reportes": [
        *(f"{verb} reportes.{table}" for verb in ("delete from", "truncate") for table in TABLES),
        "insert into reportes.totales select * from reportes.totales",
        "update reportes.totales set pendientes = 0",
        "select reportes.sumar('{}')",
        "update reportes.seguimiento set tipo = 'CLICK'",
        "insert into reportes.generaciones values (2, 'en-construccion')",
        "update reportes.generaciones set numero = 2",
        "select reportes.crear_generacion('en-construccion')",
        "call reportes.retirar_generacion(1)",
        "insert into reportes.pagos_1 select * from reportes.pagos",
        "update reportes.totales_1 set pendientes = 0",
        "alter table reportes.pagos disable trigger sumar_cambios",
        "create table reportes.otra ()",
        "select from pagos.pagos",
        "select from pagos.outbox",
        "select from campanas.campanas",
        "select from campanas.outbox",
    ],
    **{
        role: [f"select from reportes.{table}" for table in TABLES] + ["select reportes.sumar('{}')"]
        for role in ("pagos", "campanas", "connector")
    },
}
ALLOWED = {"reportes": [f"select from reportes.{table}" for table in TABLES]}


def each(statements: dict[str, list[str]]) -> list[tuple[str, str]]:
    """Return each statement with its role."""
    return [(role, statement) for role, all_of_it in statements.items() for statement in all_of_it]


@pytest.fixture(scope="module")
def seeded(postgres: Database) -> TestDatabase:
    """A database with rows of every kind."""
    database = TestDatabase(administered=postgres)
    database.empty()
    with closing(PostgresDatabase(lambda _fresh: database.secret("reportes"))) as connection:
        proyectados(PostgresProyeccionUnitOfWork(connection), un_pago(), un_evento(), una_campana())
    return database


@pytest.fixture
def session(request: pytest.FixtureRequest, seeded: TestDatabase) -> Iterator[PostgresDatabase]:
    """A session of the role."""
    with closing(PostgresDatabase(lambda _fresh: seeded.secret(request.param))) as session:
        yield session


@pytest.mark.parametrize(("session", "statement"), each(FORBIDDEN), indirect=["session"])
def test_a_role_may_not(session: PostgresDatabase, statement: str) -> None:
    """Statements outside of its work are refused."""
    with pytest.raises(DatabaseError) as error:
        session.run(statement)
    assert sqlstate(error.value) == INSUFFICIENT_PRIVILEGE


@pytest.mark.parametrize(("session", "statement"), each(ALLOWED), indirect=["session"])
def test_a_role_may(session: PostgresDatabase, statement: str) -> None:
    """Statements of its work are allowed; the projection's own tests cover its writes."""
    session.run(statement)


@pytest.mark.parametrize("function", ["sumar_pagos", "sumar_seguimiento"])
@pytest.mark.parametrize("session", ["reportes", "connector"], indirect=True)
def test_totals_cannot_be_written_through_their_trigger_functions(session: PostgresDatabase, function: str) -> None:
    """The functions that keep them run with their owner's rights, and refuse to serve triggers on foreign tables."""
    session.run("create temp table falsas (estado text, moneda text)")
    with pytest.raises(DatabaseError) as error:
        session.run(
            "create trigger t after insert on falsas referencing new table as nuevos"
            f" for each statement execute function reportes.{function}()"
        )
    assert sqlstate(error.value) == INSUFFICIENT_PRIVILEGE
