"""The roles of functions have no more rights in the schema of campaigns than they need."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from pg8000.exceptions import DatabaseError

from seedwork.infraestructura.postgres.database import PostgresDatabase
from seedwork.infraestructura.postgres.sqlstates import sqlstate
from support.campanas.builders import una_campana
from support.campanas.steps import agregar

if TYPE_CHECKING:
    from campanas.infraestructura.postgres.unit_of_work import PostgresCampanasUnitOfWork
    from support.postgres.database import TestDatabase

INSUFFICIENT_PRIVILEGE = "42501"

FORBIDDEN = {
    "campanas": [
        "update campanas.outbox set payload = '{}'",
        "update campanas.outbox set published_at = now()",
        "delete from campanas.outbox",
        "truncate campanas.outbox",
        "update campanas.inbox set event_id = 'x'",
        "delete from campanas.inbox",
        "delete from campanas.campanas",
        "truncate campanas.campanas",
        "insert into campanas.totales values ('ACTIVE', 'USD', 0, 1, 1, 1, 1, 1, 1, 1, 1)",
        "update campanas.totales set campanas = 0",
        "delete from campanas.totales",
        "insert into campanas.totales_por_afiliado values ('a', 'ACTIVE', 1)",
        "update campanas.totales_por_afiliado set campanas = 0",
        "delete from campanas.totales_por_afiliado",
        "update campanas.outbox_totals set published = 0",
        "alter table campanas.campanas disable trigger contar_cambios",
        "create table campanas.otra ()",
        "select from pagos.pagos",
        "select from pagos.outbox",
    ],
    "connector": [
        "select from campanas.campanas",
        "select from campanas.inbox",
        "select from campanas.totales",
        "select from campanas.totales_por_afiliado",
        "update campanas.campanas set estado = 'ACTIVE'",
        "update campanas.outbox set payload = '{}'",
        "insert into campanas.outbox_totals values (default, 1)",
        "delete from campanas.outbox",
    ],
    "pagos": ["select from campanas.campanas", "select from campanas.outbox"],
}
ALLOWED = {
    "campanas": ["select from campanas.outbox_totals"],
    "connector": [
        "select from campanas.outbox",
        "update campanas.outbox set published_at = now()",
        "update campanas.outbox_totals set published = published + 1",
    ],
}


def each(statements: dict[str, list[str]]) -> list[tuple[str, str]]:
    """Return each statement with its role."""
    return [(role, statement) for role, all_of_it in statements.items() for statement in all_of_it]


@pytest.fixture
def role(request: pytest.FixtureRequest) -> str:
    """Return the role, which each test sets."""
    return str(request.param)


@pytest.fixture
def session(role: str, database: TestDatabase, uow: PostgresCampanasUnitOfWork) -> Iterator[PostgresDatabase]:
    """Yield a session of the role on a database with a campaign."""
    agregar(uow, una_campana())
    with closing(PostgresDatabase(lambda _fresh: database.secret(role))) as session:
        yield session


@pytest.mark.parametrize(("role", "statement"), each(FORBIDDEN), indirect=["role"])
def test_a_role_has_no_other_rights(session: PostgresDatabase, statement: str) -> None:
    """Statements outside of its work are refused."""
    with pytest.raises(DatabaseError) as error:
        session.run(statement)
    assert sqlstate(error.value) == INSUFFICIENT_PRIVILEGE


@pytest.mark.parametrize(("role", "statement"), each(ALLOWED), indirect=["role"])
def test_a_role_has_the_rights_that_it_needs(session: PostgresDatabase, statement: str) -> None:
    """Statements of its work succeed."""
    session.run(statement)


@pytest.mark.parametrize("function", ["contar_nuevas", "contar_cambios"])
@pytest.mark.parametrize("role", ["campanas", "connector"], indirect=True)
def test_totals_cannot_be_written_by_a_detour(session: PostgresDatabase, function: str) -> None:
    """The functions that maintain them, with their owner's rights, cannot be triggers on tables of other roles."""
    session.run("create temp table falsas (estado text, moneda text)")
    with pytest.raises(DatabaseError) as error:
        session.run(
            "create trigger t after insert on falsas referencing new table as nuevas"
            f" for each statement execute function campanas.{function}()"
        )
    assert sqlstate(error.value) == INSUFFICIENT_PRIVILEGE
