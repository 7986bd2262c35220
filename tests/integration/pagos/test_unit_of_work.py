"""Payments on a real PostgreSQL keep the contract, also where a fake cannot show it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from pagos.aplicacion.crear_pago import crear_pago
from pagos.dominio.errores import PagoNoEncontradoError
from pagos.infraestructura.postgres.pago_queries import PostgresPagoConsultas
from pagos.infraestructura.postgres.unit_of_work import PostgresPagosUnitOfWork
from seedwork.infraestructura.dependency_unavailable import DependencyUnavailableError
from seedwork.infraestructura.postgres.database import PostgresDatabase
from support.builders import AHORA, una_traza
from support.pagos.builders import crear, un_pago, una_clave, unos_datos
from support.pagos.contract import PagoRepositoryContract

if TYPE_CHECKING:
    from seedwork.infraestructura.postgres.database_secret import DatabaseSecret
    from support.postgres.database import TestDatabase


class TestPostgresPagosUnitOfWork(PagoRepositoryContract):
    """The contract of the repository, on PostgreSQL."""

    @pytest.fixture
    def uow(self, connect: Callable[[], PostgresDatabase]) -> PostgresPagosUnitOfWork:
        """Return a unit of work on a connection of its own."""
        return PostgresPagosUnitOfWork(connect())


def test_twenty_equal_commands_at_once_make_one_payment(connect: Callable[[], PostgresDatabase]) -> None:
    """The constraints decide, without any help from DynamoDB."""
    comando = crear()
    ids: list[str] = []

    def enviar(uow: PostgresPagosUnitOfWork) -> None:
        ids.append(str(crear_pago(comando, uow=uow, ahora=AHORA).pago.id))

    threads = [threading.Thread(target=enviar, args=(PostgresPagosUnitOfWork(connect()),)) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(ids), len(set(ids))) == (20, 1)
    assert connect().read("select count(*) from pagos.outbox") == [[1]]


def test_the_view_is_the_payment(connect: Callable[[], PostgresDatabase]) -> None:
    """The query returns the stored payment, to the last decimal."""
    database = connect()
    pago = crear_pago(
        crear(unos_datos(monto="999999999999.99")), uow=PostgresPagosUnitOfWork(database), ahora=AHORA
    ).pago
    vista = PostgresPagoConsultas(database).por_id(pago.id)
    assert (vista.id, vista.monto, vista.estado, vista.fecha_creacion) == (
        pago.id,
        pago.datos.monto,
        pago.estado,
        AHORA,
    )
    with pytest.raises(PagoNoEncontradoError):
        PostgresPagoConsultas(database).por_id(un_pago().id)


def test_an_event_is_stored_with_its_trace(connect: Callable[[], PostgresDatabase]) -> None:
    """Correlation and causation are in its metadata, and it waits to be published."""
    database, comando = connect(), crear()
    crear_pago(comando, uow=PostgresPagosUnitOfWork(database), ahora=AHORA)
    [[event_type, correlation_id, published_at]] = database.read(
        "select type, metadata->>'correlation_id', published_at from pagos.outbox"
    )
    assert (event_type, correlation_id, published_at) == ("PagoPendiente", comando.traza.correlation_id, None)
    assert PostgresPagoConsultas(database).estadisticas().eventos_pendientes == 1


def test_history_cannot_be_changed(connect: Callable[[], PostgresDatabase]) -> None:
    """The context's own role may neither update nor delete an event."""
    database = connect()
    crear_pago(crear(), uow=PostgresPagosUnitOfWork(database), ahora=AHORA)
    for statement in ("update pagos.outbox set payload = '{}'", "delete from pagos.outbox"):
        with pytest.raises(Exception, match="permission denied"):
            database.run(statement)


def test_a_locked_payment_waits_for_its_transaction(connect: Callable[[], PostgresDatabase]) -> None:
    """A second unit of work waits for the first, and then reads its changes."""
    pago, first, second = un_pago(), PostgresPagosUnitOfWork(connect()), PostgresPagosUnitOfWork(connect())
    with first:
        first.pagos.agregar(pago, clave=una_clave(), traza=una_traza())
        first.commit()
    versions: list[int] = []

    def wait_and_look() -> None:
        with second:
            versions.append(second.pagos.bloquear([pago.id])[pago.id].version)

    with first:
        [mine] = first.pagos.bloquear([pago.id]).values()
        thread = threading.Thread(target=wait_and_look)
        thread.start()
        mine.procesar(ahora=AHORA)
        first.pagos.guardar([(mine, una_traza())])
        first.commit()
    thread.join(5)
    assert versions == [2]


def test_a_lost_idle_connection_is_replaced(connect: Callable[[], PostgresDatabase], database: TestDatabase) -> None:
    """Neither a read nor a command fails because the server was restarted in an idle moment."""
    connection = connect()
    connection.read("select 1")
    database.cut_connections("pagos")
    assert connection.read("select 1") == [[1]]
    database.cut_connections("pagos")
    assert not crear_pago(crear(), uow=PostgresPagosUnitOfWork(connection), ahora=AHORA).repetido


def test_a_connection_lost_in_a_transaction_is_an_error(
    connect: Callable[[], PostgresDatabase], database: TestDatabase
) -> None:
    """The transaction is rolled back, the caller gets the error, and the next attempt works."""
    uow, pago = PostgresPagosUnitOfWork(connect()), un_pago()
    with pytest.raises(DependencyUnavailableError), uow:
        uow.pagos.agregar(pago, clave=una_clave(), traza=una_traza())
        database.cut_connections("pagos")
        uow.commit()
    with uow:
        assert uow.pagos.agregar(pago, clave=una_clave(), traza=una_traza())


def test_a_rollback_does_not_connect_again(database: TestDatabase) -> None:
    """The caller would otherwise wait twice for a silent server."""
    connections: list[DatabaseSecret] = []

    def secret(_fresh: bool) -> DatabaseSecret:
        connections.append(database.secret("pagos"))
        return connections[-1]

    with closing(PostgresDatabase(secret)) as connection:
        with pytest.raises(DependencyUnavailableError), PostgresPagosUnitOfWork(connection) as uow:
            database.cut_connections("pagos")
            uow.commit()
        assert len(connections) == 1
