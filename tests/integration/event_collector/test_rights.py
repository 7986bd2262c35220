"""The roles of functions have only the rights that they need in the event collector's schema."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from pg8000.exceptions import DatabaseError

from seedwork.infraestructura.postgres.database import PostgresDatabase
from seedwork.infraestructura.postgres.sqlstates import sqlstate
from support.event_collector.builders import un_aceptado

if TYPE_CHECKING:
    from event_collector.infraestructura.postgres.evento_repository import PostgresEventoRepository
    from support.postgres.database import TestDatabase

INSUFFICIENT_PRIVILEGE = "42501"
FORBIDDEN = {
    "event_collector": [
        "update event_collector.outbox set payload = '{}'",
        "delete from event_collector.outbox",
        "insert into event_collector.afiliados (id) values ('a')",
        "update event_collector.afiliados set secreto_webhook = null",
        "insert into event_collector.llaves_api values (sha256('k'), 'a')",
        "delete from event_collector.llaves_api",
        "update event_collector.totales set eventos = 0",
        "delete from event_collector.reintentos",
        "alter table event_collector.outbox disable trigger contar",
        "create table event_collector.otra ()",
        "select from pagos.pagos",
        "select from reportes.seguimiento",
    ],
    "connector": [
        "select from event_collector.afiliados",
        "select from event_collector.llaves_api",
        "select from event_collector.deduplicacion",
        "update event_collector.outbox set payload = '{}'",
        "delete from event_collector.outbox",
    ],
    "pagos": ["select from event_collector.outbox", "select from event_collector.afiliados"],
}
ALLOWED = {
    "event_collector": [
        "select from event_collector.afiliados",
        "update event_collector.outbox set published_at = null",
        "delete from event_collector.deduplicacion",
    ],
    "connector": [
        "select from event_collector.outbox",
        "update event_collector.outbox set published_at = now()",
        "update event_collector.outbox_totals set published = published + 1",
    ],
}


def each(statements: dict[str, list[str]]) -> list[tuple[str, str]]:
    """Return each statement with its role."""
    return [(role, statement) for role, all_of_it in statements.items() for statement in all_of_it]


@pytest.mark.parametrize(("role", "statement"), each(FORBIDDEN))
def test_a_role_may_not(eventos: PostgresEventoRepository, database: TestDatabase, role: str, statement: str) -> None:
    """Statements outside of its work are refused."""
    eventos.agregar([un_aceptado()])
    with (
        closing(PostgresDatabase(lambda _fresh: database.secret(role))) as session,
        pytest.raises(DatabaseError) as error,
    ):
        session.run(statement)
    assert sqlstate(error.value) == INSUFFICIENT_PRIVILEGE


@pytest.mark.parametrize(("role", "statement"), each(ALLOWED))
def test_a_role_may(eventos: PostgresEventoRepository, database: TestDatabase, role: str, statement: str) -> None:
    """Statements of its work are allowed."""
    eventos.agregar([un_aceptado()])
    with closing(PostgresDatabase(lambda _fresh: database.secret(role))) as session:
        session.run(statement)


@pytest.mark.parametrize("role", ["event_collector", "connector"])
def test_totals_cannot_be_written_through_their_trigger_functions(database: TestDatabase, role: str) -> None:
    """The function that keeps them runs with its owner's rights, and refuses to serve triggers on foreign tables."""
    with closing(PostgresDatabase(lambda _fresh: database.secret(role))) as session:
        session.run("create temp table falsa (payload jsonb, occurred_at timestamptz)")
        with pytest.raises(DatabaseError) as error:
            session.run(
                "create trigger t after insert on falsa referencing new table as nuevos"
                " for each statement execute function event_collector.contar()"
            )
    assert sqlstate(error.value) == INSUFFICIENT_PRIVILEGE
