"""Overlapping attempts at one payment have one effect; the second starts after two seconds of silence."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from moto import mock_aws

from pagos.aplicacion.crear_pago import crear_pago
from pagos.infraestructura.http.models import solicitud_de
from pagos.infraestructura.http.views import pago_aceptado
from pagos.infraestructura.postgres.unit_of_work import PostgresPagosUnitOfWork
from seedwork.infraestructura.dependency_unavailable import DependencyUnavailableError
from seedwork.infraestructura.idempotency.answer import IdempotentAnswer
from seedwork.infraestructura.idempotency.operation import Idempotency
from seedwork.infraestructura.text import decimal_json
from support.builders import AHORA
from support.lambda_events import FakeContext
from support.pagos.builders import crear
from support.seedwork.idempotency_table import NAME, IdempotencyTable

if TYPE_CHECKING:
    from seedwork.infraestructura.postgres.database import PostgresDatabase
    from support.postgres.database import TestDatabase

COMANDO = crear()


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> Iterator[IdempotencyTable]:
    """Yield the idempotency table on moto."""
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "POWERTOOLS_METRICS_NAMESPACE"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        yield IdempotencyTable()


class HungBeforeCommit(PostgresPagosUnitOfWork):
    """Hangs with all rows written and not committed, until the test lets it go on."""

    def __init__(self, database: PostgresDatabase) -> None:
        super().__init__(database)
        self.stands, self.go_on = threading.Event(), threading.Event()

    def commit(self) -> None:
        """Wait until the test lets it go on, then commit."""
        self.stands.set()
        assert self.go_on.wait(30)
        super().commit()


def attempt(uow: PostgresPagosUnitOfWork) -> IdempotentAnswer:
    """Send `POST /pagos` as from an execution environment of its own."""

    def operation() -> IdempotentAnswer:
        aceptado = crear_pago(COMANDO, uow=uow, ahora=AHORA)
        return IdempotentAnswer(body=decimal_json.dumps(pago_aceptado(aceptado.pago)), replayed=aceptado.repetido)

    return Idempotency(table=NAME, prefix="pagos").run(
        operation, solicitud_de(COMANDO), named="referencia_pago", context=FakeContext(milliseconds=20_000)
    )


def waits_for_a_lock(database: TestDatabase) -> bool:
    """Return whether a session of payments waits for another transaction."""
    return bool(database.query("select 1 from pg_stat_activity where usename = 'pagos' and wait_event_type = 'Lock'"))


@pytest.mark.parametrize("fate", ["goes on", "dies"])
def test_a_second_attempt_beside_a_hung_one_makes_no_second_payment(
    fate: str, table: IdempotencyTable, connect: Callable[[], PostgresDatabase], database: TestDatabase
) -> None:
    """It waits for the first transaction, then repeats its answer, or makes the payment if the first died."""
    connections = [connect(), connect()]
    for connection in connections:  # the test ends the session, not PostgreSQL
        connection.run("set idle_in_transaction_session_timeout = 0")
        connection.run("set statement_timeout = 0")
    first = HungBeforeCommit(connections[0])
    with ThreadPoolExecutor(2) as pool:
        primera = pool.submit(attempt, first)
        assert first.stands.wait(30)
        table.let_pass(2.001)
        segunda = pool.submit(attempt, PostgresPagosUnitOfWork(connections[1]))
        while not waits_for_a_lock(database):
            assert not segunda.done(), segunda.result(0)
        if fate == "dies":
            database.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where usename = 'pagos' and state = 'idle in transaction'"
            )
        first.go_on.set()
        answer = segunda.result(30)
        if fate == "dies":
            with pytest.raises(DependencyUnavailableError):
                primera.result(30)
        else:
            assert primera.result(30).body == answer.body
    assert answer.replayed == (fate == "goes on")
    assert database.query("select count(*) from pagos.pagos") == [(1,)]
    assert database.query("select type from pagos.outbox") == [("PagoPendiente",)]


def test_an_attempt_killed_after_its_commit_is_repeated_two_seconds_later(
    table: IdempotencyTable, connect: Callable[[], PostgresDatabase], database: TestDatabase
) -> None:
    """The repetition gets the same answer, marked as a replay."""

    class Killed(PostgresPagosUnitOfWork):
        def commit(self) -> None:
            super().commit()
            raise SystemExit

    with pytest.raises(SystemExit):
        attempt(Killed(connect()))
    table.let_pass(2.001)
    answer = attempt(PostgresPagosUnitOfWork(connect()))
    [(id_pago,)] = database.query("select id::text from pagos.pagos")
    assert (answer.replayed, decimal_json.loads(answer.body)["id_pago"]) == (True, id_pago)
