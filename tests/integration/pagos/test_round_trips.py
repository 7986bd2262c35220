"""A GET costs the database one round trip, a POST one transaction of one statement."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pg8000.core
import pytest

import pagos.api
from pagos.composition_root import ApiDependencies
from pagos.infraestructura.postgres.pago_lists import PostgresPagoListas
from pagos.infraestructura.postgres.pago_queries import PostgresPagoConsultas
from pagos.infraestructura.postgres.recent_payments import PostgresPagosRecientes
from pagos.infraestructura.postgres.unit_of_work import PostgresPagosUnitOfWork
from seedwork.infraestructura.postgres.database import PostgresDatabase, connect
from support.lambda_events import FakeContext, proxy_event

if TYPE_CHECKING:
    from seedwork.infraestructura.idempotency.answer import IdempotentAnswer
    from support.postgres.database import TestDatabase


class NoIdempotency:
    """Leaves every decision to the operation."""

    def run(self, operation: Callable[[], IdempotentAnswer], _solicitud: object, **_: object) -> IdempotentAnswer:
        """Run the operation."""
        return operation()


@pytest.fixture
def sent(database: TestDatabase, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[bytes]]:
    """Run the API on PostgreSQL and yield the data it sends: one element for each wait for an answer."""
    packets: list[bytes] = []
    written: list[bytes] = []
    write, flush = pg8000.core._write, pg8000.core._flush

    def note_write(sock: Any, data: bytes) -> None:
        written.append(bytes(data))
        write(sock, data)

    def note_flush(sock: Any) -> None:
        packets.append(b"".join(written))
        written.clear()
        flush(sock)

    monkeypatch.setattr(pg8000.core, "_write", note_write)
    monkeypatch.setattr(pg8000.core, "_flush", note_flush)
    with closing(PostgresDatabase(lambda _fresh: database.secret("pagos"))) as connection:
        consultas = PostgresPagoConsultas(connection)
        dependencies = ApiDependencies(
            uow=PostgresPagosUnitOfWork(connection),
            consultas=consultas,
            trazas=consultas,
            listas=PostgresPagoListas(connection),
            recientes=PostgresPagosRecientes(connection),
            outbox=consultas,
            idempotency=NoIdempotency(),  # type: ignore[arg-type] # as much of it as the API calls
        )
        monkeypatch.setattr(pagos.api, "api_dependencies", lambda: dependencies)
        yield packets


def post(referencia: str) -> dict[str, Any]:
    """Accept a payment."""
    body = {"id_afiliado": "afiliado-001", "monto": 7, "moneda": "COP", "referencia_pago": referencia}
    return answer(proxy_event("POST", "/pagos", body=json.dumps(body)))


def get(id_pago: str) -> dict[str, Any]:
    """Read a payment."""
    event = proxy_event("GET", f"/pagos/{id_pago}", resource="/pagos/{id_pago}", path_parameters={"id_pago": id_pago})
    return answer(event)


def answer(event: dict[str, Any]) -> dict[str, Any]:
    """Return the document of an answer, which must be 200."""
    answered = pagos.api.app(event, FakeContext())
    assert answered["statusCode"] == 200, answered["body"]
    document: dict[str, Any] = json.loads(answered["body"])
    return document


def test_a_get_is_one_round_trip(sent: list[bytes]) -> None:
    """This holds from the second GET on; the first connects and prepares the statement."""
    id_pago = post("r-1")["id_pago"]
    get(id_pago)
    sent.clear()
    assert get(id_pago)["id"] == id_pago
    assert len(sent) == 1


def test_a_post_is_one_transaction_of_one_statement(sent: list[bytes]) -> None:
    """The same statement stores payment and event."""
    post("r-1")
    sent.clear()
    post("r-2")
    begin, insert, commit = sent
    assert b"BEGIN" in begin
    assert b"PagoPendiente" in insert
    assert b"COMMIT" in commit


def test_a_long_statement_is_sent_at_once(database: TestDatabase) -> None:
    """No part of it waits until the server acknowledges the part before."""
    with closing(connect(database.secret("pagos"))) as connection:
        assert connection._usock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
