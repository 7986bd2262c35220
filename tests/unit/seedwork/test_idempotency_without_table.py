"""Without the idempotency table the operation decides alone, and requests do not wait for the table."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from seedwork.dominio.domain_error import DomainError
from seedwork.infraestructura.idempotency.answer import IdempotentAnswer
from seedwork.infraestructura.idempotency.operation import PAUSE_SECONDS, Idempotency

if TYPE_CHECKING:
    from support.seedwork.idempotency_table import IdempotencyTable
from support.seedwork.idempotent_operation import Operation, run


def test_without_the_table_the_operation_decides_alone(
    idempotency: Idempotency, idempotency_table: IdempotencyTable
) -> None:
    """An outage of DynamoDB does not stop payments; the operation's own uniqueness is enough."""
    idempotency_table.drop()
    operation = Operation()
    assert run(idempotency, operation).body == '{"run":1}'
    assert operation.runs == 1


def test_a_table_that_fails_after_the_operation_does_not_run_it_again(
    idempotency: Idempotency, idempotency_table: IdempotencyTable
) -> None:
    """The answer already given is returned, with its own mark of a replay."""
    operation = Operation(replayed=True)

    def run_and_drop() -> IdempotentAnswer:
        answer = operation()
        idempotency_table.drop()
        return answer

    assert run(idempotency, run_and_drop) == IdempotentAnswer(body='{"run":1}', replayed=True)
    assert operation.runs == 1


def test_a_table_that_fails_after_a_refusal_does_not_run_it_again(
    idempotency: Idempotency, idempotency_table: IdempotencyTable
) -> None:
    """The answer is the operation's own error, not the table's."""
    runs = []

    def refuse_and_drop() -> IdempotentAnswer:
        runs.append(1)
        idempotency_table.drop()
        raise DomainError("no")

    with pytest.raises(DomainError):
        run(idempotency, refuse_and_drop)
    assert len(runs) == 1


def test_after_a_failure_the_table_is_not_asked_for_a_while(
    idempotency: Idempotency, idempotency_table: IdempotencyTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database decides meanwhile; then the table is asked again, and answers repetitions."""
    now = 1_000.0
    monkeypatch.setattr("seedwork.infraestructura.idempotency.operation.monotonic", lambda: now)
    idempotency_table.drop()
    operation = Operation()
    run(idempotency, operation)
    idempotency_table.create()
    now += PAUSE_SECONDS - 1
    assert not run(idempotency, operation).replayed
    assert not run(idempotency, operation).replayed
    now += 2
    assert not run(idempotency, operation).replayed
    assert run(idempotency, operation).replayed
    assert operation.runs == 4


def test_a_failure_is_reported_once(
    idempotency: Idempotency,
    idempotency_table: IdempotencyTable,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """There is one warning and one CloudWatch count, however many requests go without the table."""
    idempotency_table.drop()
    for _ in range(3):
        run(idempotency, Operation())
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    [metric] = map(json.loads, capsys.readouterr().out.splitlines())
    assert metric["IdempotencyDegraded"] == [1.0]
    assert metric["_aws"]["CloudWatchMetrics"][0]["Namespace"] == "test"


@pytest.fixture
def silent_dynamodb(monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """The port of a DynamoDB that accepts connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(5)
        port = server.getsockname()[1]
        for name, value in {
            "AWS_ENDPOINT_URL_DYNAMODB": f"http://127.0.0.1:{port}",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "POWERTOOLS_METRICS_NAMESPACE": "test",
        }.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr("seedwork.infraestructura.idempotency.operation.TIMEOUT_SECONDS", 0.2)
        yield server


def test_a_silent_table_delays_only_one_request(silent_dynamodb: socket.socket) -> None:
    """It is asked once, without a second attempt; the next requests do not ask."""
    idempotency, operation = Idempotency(table="t", prefix="test"), Operation()
    for number in range(1, 4):
        assert run(idempotency, operation).body == f'{{"run":{number}}}'
    silent_dynamodb.accept()[0].close()
    silent_dynamodb.settimeout(0)
    with pytest.raises(BlockingIOError):
        silent_dynamodb.accept()
