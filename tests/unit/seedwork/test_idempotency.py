"""The idempotency table answers repetitions, and payments go on without it."""

from __future__ import annotations

import json
import socket
import threading
from typing import TYPE_CHECKING

import pytest

from seedwork.dominio.domain_error import DomainError
from seedwork.infraestructura.idempotency import PAUSE_SECONDS, Idempotency
from seedwork.infraestructura.idempotent_answer import IdempotentAnswer
from seedwork.infraestructura.problem_details import RequestError
from support.lambda_events import FakeContext

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from support.idempotency_table import IdempotencyTable


class Operation:
    """Counts how often it runs."""

    def __init__(self, *, replayed: bool = False) -> None:
        self.runs = 0
        self._replayed = replayed

    def __call__(self) -> IdempotentAnswer:
        """Run once more."""
        self.runs += 1
        return IdempotentAnswer(body=f'{{"run":{self.runs}}}', replayed=self._replayed)


def run(
    idempotency: Idempotency, operation: Callable[[], IdempotentAnswer], *, key: str = "k", payload: str = "p"
) -> IdempotentAnswer:
    """One request."""
    return idempotency.run(operation, key=key, payload={"value": payload}, context=FakeContext())


def test_a_repetition_gets_the_first_answer(idempotency: Idempotency) -> None:
    """The operation runs once; the second answer is the same text, marked as a replay."""
    operation = Operation()
    assert run(idempotency, operation) == IdempotentAnswer(body='{"run":1}', replayed=False)
    assert run(idempotency, operation) == IdempotentAnswer(body='{"run":1}', replayed=True)
    assert operation.runs == 1


def test_other_keys_are_other_requests(idempotency: Idempotency) -> None:
    """Only equal keys are repetitions."""
    operation = Operation()
    run(idempotency, operation, key="a")
    assert not run(idempotency, operation, key="b").replayed


def test_what_the_operation_itself_recognises_is_a_replay(idempotency: Idempotency) -> None:
    """When the table has forgotten, the database has not."""
    assert run(idempotency, Operation(replayed=True)).replayed


def test_the_same_key_with_other_data_is_422(idempotency: Idempotency) -> None:
    """A key that is used for something else is a mistake of the caller."""
    run(idempotency, Operation(), payload="one")
    with pytest.raises(RequestError) as refused:
        run(idempotency, Operation(), payload="two")
    assert refused.value.problem.status == 422


def test_a_repetition_while_the_first_is_in_progress_is_409(idempotency: Idempotency) -> None:
    """Two equal requests never run at the same time; the second is told when to come back."""
    inside, release = threading.Event(), threading.Event()

    def slow() -> IdempotentAnswer:
        inside.set()
        assert release.wait(5)
        return IdempotentAnswer(body="{}", replayed=False)

    first = threading.Thread(target=run, args=(idempotency, slow))
    first.start()
    assert inside.wait(5)
    try:
        with pytest.raises(RequestError) as refused:
            run(idempotency, Operation())
    finally:
        release.set()
        first.join()
    assert refused.value.problem.status == 409
    assert refused.value.problem.headers["Retry-After"] == "1"


def test_a_refused_request_may_be_corrected(idempotency: Idempotency) -> None:
    """An error of the domain passes through, and its key is free again."""

    def refuse() -> IdempotentAnswer:
        raise DomainError("no")

    with pytest.raises(DomainError):
        run(idempotency, refuse)
    assert not run(idempotency, Operation()).replayed


def test_without_the_table_the_operation_decides_alone(
    idempotency: Idempotency, idempotency_table: IdempotencyTable
) -> None:
    """A dead DynamoDB does not stop payments; the operation's own uniqueness is enough."""
    idempotency_table.drop()
    operation = Operation()
    assert run(idempotency, operation).body == '{"run":1}'
    assert operation.runs == 1


def test_a_table_that_fails_after_the_operation_does_not_run_it_again(
    idempotency: Idempotency, idempotency_table: IdempotencyTable
) -> None:
    """The answer that it has already given is the answer, with what it says of itself."""
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
    """The operation's own error is the answer, not the table's."""
    runs = []

    def refuse_and_drop() -> IdempotentAnswer:
        runs.append(1)
        idempotency_table.drop()
        raise DomainError("no")

    with pytest.raises(DomainError):
        run(idempotency, refuse_and_drop)
    assert len(runs) == 1


def test_a_table_that_failed_is_left_alone_for_a_while(
    idempotency: Idempotency, idempotency_table: IdempotencyTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database decides meanwhile; then the table is asked again, and answers repetitions."""
    now = 1_000.0
    monkeypatch.setattr("seedwork.infraestructura.idempotency.monotonic", lambda: now)
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


def test_a_failure_is_told_once(
    idempotency: Idempotency,
    idempotency_table: IdempotencyTable,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """By one warning and one count of CloudWatch's, however many requests go without the table."""
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
        monkeypatch.setattr("seedwork.infraestructura.idempotency.TIMEOUT_SECONDS", 0.2)
        yield server


def test_a_table_that_never_answers_holds_up_one_request_alone(silent_dynamodb: socket.socket) -> None:
    """It is asked once, without a second attempt; the next requests do not ask."""
    idempotency, operation = Idempotency(table="t", prefix="test"), Operation()
    for number in range(1, 4):
        assert run(idempotency, operation).body == f'{{"run":{number}}}'
    silent_dynamodb.accept()[0].close()
    silent_dynamodb.settimeout(0)
    with pytest.raises(BlockingIOError):
        silent_dynamodb.accept()
