"""An inbox archives old ids, deletes those that are too old, and records until when it has forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from pg8000.exceptions import DatabaseError
from psycopg.errors import UniqueViolation

from campanas.aplicacion.registrar_metricas import registrar_metricas
from campanas.dominio.errores import EventoOlvidadoError
from campanas.infraestructura.postgres.unit_of_work import PostgresCampanasUnitOfWork
from seedwork.infraestructura.postgres.inbox import PostgresInbox
from seedwork.infraestructura.postgres.inbox_horizon import MARGIN, archive_received, forget_received
from seedwork.infraestructura.postgres.sqlstates import sqlstate
from support.campanas.builders import UN_CLICK, una_campana, una_medicion
from support.campanas.steps import agregar, buscar

if TYPE_CHECKING:
    from seedwork.infraestructura.postgres.database import PostgresDatabase
    from support.postgres.database import TestDatabase

INSUFFICIENT_PRIVILEGE = "42501"
MESSAGE_DAYS = 90
NEVER = datetime.min.replace(tzinfo=UTC)


@pytest.fixture(params=["pagos", "campanas"])
def schema(request: pytest.FixtureRequest) -> str:
    """Return the schema of each context with an inbox."""
    return str(request.param)


@pytest.fixture
def session(database: TestDatabase, schema: str) -> Iterator[PostgresDatabase]:
    """Return a connection as the context's role."""
    with database.connections(schema) as connect:
        yield connect()


def receive(database: TestDatabase, schema: str, **days_ago: float) -> None:
    """Record events by name as received so many days ago."""
    for name, days in days_ago.items():
        statement = f"insert into {schema}.inbox values ('c', %s, now() - %s * interval '1 day')"
        database.execute(statement, name, days)


def archive(session: PostgresDatabase, schema: str) -> int:
    """Archive old ids as the clean-up does."""
    return sum(archive_received(session, schema=schema)(ahora=datetime.now(UTC), limite=2))


def forget(session: PostgresDatabase, schema: str, *, message_days: int = MESSAGE_DAYS, limite: int = 2) -> list[int]:
    """Archive and forget old ids as the clean-up does, `limite` at a time."""
    archive(session, schema)
    return list(
        forget_received(session, schema=schema, message_days=message_days)(ahora=datetime.now(UTC), limite=limite)
    )


def test_an_id_without_possible_messages_is_forgotten(
    database: TestDatabase, session: PostgresDatabase, schema: str
) -> None:
    """It is forgotten a week after its messages are refused, and the horizon moves on."""
    inbox = PostgresInbox(session, schema=schema, consumer="c")
    receive(database, schema, a=400, b=300, c=98, d=96, e=1)
    assert inbox.olvidado_hasta() == NEVER
    assert forget(session, schema) == [2, 1]
    assert inbox.ya_recibidos("abcde") == {"d", "e"}
    told = datetime.now(UTC) - inbox.olvidado_hasta()
    assert timedelta(days=MESSAGE_DAYS) + MARGIN <= told < timedelta(days=98)


def test_an_archived_id_is_recognized(database: TestDatabase, session: PostgresDatabase, schema: str) -> None:
    """It takes no effect again by any method of the inbox; new ids beside it do."""
    inbox = PostgresInbox(session, schema=schema, consumer="c")
    receive(database, schema, a=2, b=1.1, c=0.9)
    assert archive(session, schema) == 2
    assert archive(session, schema) == 0
    assert inbox.ya_recibidos("abcd") == {"a", "b", "c"}
    assert inbox.recibir("abcd") == {"d"}
    inbox.registrar("abe")
    inbox_of_today = f"select event_id from {schema}.inbox order by 1"
    assert database.query(inbox_of_today) == [("c",), ("d",), ("e",)]
    assert PostgresInbox(session, schema=schema, consumer="another").recibir("ab") == {"a", "b"}
    with pytest.raises(UniqueViolation):
        receive(database, schema, a=0)


def test_a_horizon_never_goes_back(database: TestDatabase, session: PostgresDatabase, schema: str) -> None:
    """A longer memory from now on does not restore the ids forgotten before."""
    inbox = PostgresInbox(session, schema=schema, consumer="c")
    receive(database, schema, a=400, b=100)
    forget(session, schema, message_days=30)
    horizon = inbox.olvidado_hasta()
    receive(database, schema, z=500)
    assert forget(session, schema) == [1]
    assert inbox.olvidado_hasta() == horizon


def test_an_id_kept_by_topics_is_never_forgotten(
    database: TestDatabase, session: PostgresDatabase, schema: str
) -> None:
    """The clean-up cannot ask for a shorter memory."""
    receive(database, schema, a=7.9, b=8.1)
    archive(session, schema)
    session.read(f"select {schema}.olvidar_recibidos(now(), 10)")
    assert PostgresInbox(session, schema=schema, consumer="c").ya_recibidos("ab") == {"a"}


def test_a_role_forgets_by_the_policy_alone(session: PostgresDatabase, schema: str) -> None:
    """The role may neither delete ids nor move the horizon."""
    for statement in (
        "delete from {}.inbox",
        "delete from {}.inbox_archive",
        "update {}.inbox_horizon set olvidado_hasta = now()",
    ):
        with pytest.raises(DatabaseError) as error:
            session.run(statement.format(schema))
        assert sqlstate(error.value) == INSUFFICIENT_PRIVILEGE


@pytest.mark.parametrize("schema", ["campanas"])
def test_a_forgotten_event_is_not_counted_again(database: TestDatabase, session: PostgresDatabase, schema: str) -> None:
    """It is refused with the reason, while a young event beside it is counted."""
    uow = PostgresCampanasUnitOfWork(session)
    campana = agregar(uow, una_campana())
    viejo = una_medicion(campana.id, ahora=datetime.now(UTC) - timedelta(days=200))
    assert not registrar_metricas([viejo], uow=uow).rechazados
    database.execute("update campanas.inbox set received_at = now() - interval '199 days'")
    assert forget(session, schema) == [1]
    registro = registrar_metricas([viejo, una_medicion(campana.id, ahora=datetime.now(UTC))], uow=uow)
    assert registro.rechazados.keys() == {viejo.event_id}
    assert isinstance(registro.rechazados[viejo.event_id], EventoOlvidadoError)
    assert buscar(uow, campana.id).metricas == UN_CLICK + UN_CLICK
