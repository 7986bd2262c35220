"""A standby after a failover, or a server set to read-only, answers reads and refuses writes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from pagos.aplicacion.crear_pago import crear_pago
from pagos.dominio.errores import PagoNoEncontradoError
from pagos.infraestructura.postgres.pago_queries import PostgresPagoConsultas
from pagos.infraestructura.postgres.unit_of_work import PostgresPagosUnitOfWork
from seedwork.infraestructura.dependency_unavailable import DependencyUnavailableError
from seedwork.infraestructura.events.batch_consumer import consume_batch
from seedwork.infraestructura.postgres.database import PostgresDatabase, ReadOnlySessionError
from support.builders import AHORA, una_traza
from support.lambda_events import FakeContext, sample
from support.pagos.builders import crear, un_pago, una_clave

if TYPE_CHECKING:
    from seedwork.infraestructura.events.envelope import Envelope
    from support.postgres.database import TestDatabase


@pytest.fixture
def connection(database: TestDatabase) -> Iterator[PostgresDatabase]:
    """Yield a connection as the role `pagos`."""
    with database.connections("pagos") as connect:
        yield connect()


@contextmanager
def read_only(database: TestDatabase) -> Iterator[None]:
    """Make new sessions of the role read-only."""
    database.execute("alter role pagos set default_transaction_read_only = on")
    try:
        yield
    finally:
        database.execute("alter role pagos reset default_transaction_read_only")


def demote(connection: PostgresDatabase) -> None:
    """Make the server of this connection read-only, as after a failover."""
    connection.run("set default_transaction_read_only = on")


def backend(connection: PostgresDatabase) -> int:
    """Return the id of the server's process for this connection."""
    [[pid]] = connection.read("select pg_backend_pid()")
    return int(pid)


def test_a_connection_to_a_demoted_server_is_thrown_away(connection: PostgresDatabase) -> None:
    """The failed write must be repeated, and then finds the new writer."""
    before, comando = backend(connection), crear()
    demote(connection)
    with pytest.raises(DependencyUnavailableError):
        crear_pago(comando, uow=PostgresPagosUnitOfWork(connection), ahora=AHORA)
    assert not crear_pago(comando, uow=PostgresPagosUnitOfWork(connection), ahora=AHORA).repetido
    assert backend(connection) != before


def test_a_demoted_server_is_still_read(connection: PostgresDatabase) -> None:
    """A read does not replace the connection."""
    before = backend(connection)
    demote(connection)
    with pytest.raises(PagoNoEncontradoError):
        PostgresPagoConsultas(connection).por_id(un_pago().id)
    assert backend(connection) == before


def test_readiness_to_write_is_tried_in_a_new_session(database: TestDatabase, connection: PostgresDatabase) -> None:
    """Readiness to read needs less."""
    connection.require_ready(to_write=True)
    with read_only(database):
        connection.require_ready(to_write=False)
        with pytest.raises(DependencyUnavailableError) as error:
            connection.require_ready(to_write=True)
    assert isinstance(error.value.__cause__, ReadOnlySessionError)
    connection.require_ready(to_write=True)


def test_an_unwritable_batch_is_redelivered_as_a_whole(database: TestDatabase, connection: PostgresDatabase) -> None:
    """No message is tried alone, reported as failed or taken for done."""
    uow, tries = PostgresPagosUnitOfWork(connection), defaultdict[int, int](int)

    def process(messages: Sequence[_Told]) -> Mapping[str, Exception]:
        tries[len(messages)] += 1
        with uow:
            for _ in messages:
                uow.pagos.agregar(un_pago(), clave=una_clave(), traza=una_traza())
            uow.commit()
        return {}

    [record] = sample("procesar-pagos/pago-pendiente")["Records"]
    batch: dict[str, Any] = {"Records": [record | {"messageId": name} for name in ("one", "two")]}
    with read_only(database), pytest.raises(DependencyUnavailableError):
        consume_batch(batch, FakeContext(milliseconds=60_000), parse=_Told, process=process)
    assert tries == {2: 1}
    assert database.query("select count(*) from pagos.outbox") == [(0,)]


def test_a_refused_session_is_an_unavailable_database(database: TestDatabase) -> None:
    """No statement of ours was run, whatever the error code (3D000: the database does not exist)."""
    elsewhere = replace(database.secret("pagos"), dbname="missing")
    with closing(PostgresDatabase(lambda _fresh: elsewhere)) as connection, pytest.raises(DependencyUnavailableError):
        connection.read("select 1")


class _Told:
    """A message."""

    def __init__(self, envelope: Envelope) -> None:
        self.event_id = envelope.id
