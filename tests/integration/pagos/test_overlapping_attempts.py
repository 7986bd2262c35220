"""Attempts at one payment that run side by side, once the first has been silent for two seconds, have one effect."""

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
    """On moto."""
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "POWERTOOLS_METRICS_NAMESPACE"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        yield IdempotencyTable()


class HungBeforeCommit(PostgresPagosUnitOfWork):
    """Stands still with all written and nothing committed, until it is told to go on."""

    def __init__(self, database: PostgresDatabase) -> None:
        super().__init__(database)
        self.stands, self.go_on = threading.Event(), threading.Event()

    def commit(self) -> None:
        """When it may."""
        self.stands.set()
        assert self.go_on.wait(30)
        super().commit()


def attempt(uow: PostgresPagosUnitOfWork) -> IdempotentAnswer:
    """`POST /pagos` by an environment of its own."""

    def operation() -> IdempotentAnswer:
        aceptado = crear_pago(COMANDO, uow=uow, ahora=AHORA)
        return IdempotentAnswer(body=decimal_json.dumps(pago_aceptado(aceptado.pago)), replayed=aceptado.repetido)

    return Idempotency(table=NAME, prefix="pagos").run(
        operation, solicitud_de(COMANDO), named="referencia_pago", context=FakeContext(milliseconds=20_000)
    )


def waits_for_a_lock(database: TestDatabase) -> bool:
    """Whether a session of payments waits for another's transaction."""
    return bool(database.query("select 1 from pg_stat_activity where usename = 'pagos' and wait_event_type = 'Lock'"))


@pytest.mark.parametrize("fate", ["goes on", "dies"])
def test_a_second_attempt_beside_a_hung_one_makes_no_second_payment(
    fate: str, table: IdempotencyTable, connect: Callable[[], PostgresDatabase], database: TestDatabase
) -> None:
    """It waits for the first one's transaction, and repeats its answer, or makes the payment that the first did not."""
    connections = [connect(), connect()]
    for connection in connections:  # the test says when, not PostgreSQL
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


def test_an_attempt_that_was_killed_after_its_commit_is_repeated_two_seconds_later(
    table: IdempotencyTable, connect: Callable[[], PostgresDatabase], database: TestDatabase
) -> None:
    """With the same answer, marked as a replay."""

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
