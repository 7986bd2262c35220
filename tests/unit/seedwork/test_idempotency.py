"""The idempotency table answers repetitions, and payments go on without it."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
from aws_lambda_powertools.utilities.idempotency import DynamoDBPersistenceLayer
from aws_lambda_powertools.utilities.idempotency.exceptions import (
    IdempotencyInconsistentStateError,
    IdempotencyItemAlreadyExistsError,
)

from seedwork.dominio.domain_error import DomainError
from seedwork.dominio.solicitud import Solicitud
from seedwork.infraestructura.http.problem_details import RequestError
from seedwork.infraestructura.idempotency.answer import IdempotentAnswer
from seedwork.infraestructura.idempotency.operation import PAUSE_SECONDS, Idempotency
from support.lambda_events import FakeContext

if TYPE_CHECKING:
    from support.idempotency_table import IdempotencyTable


UNA = Solicitud(clave="k", huella="p")


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
    return idempotency.run(operation, Solicitud(clave=key, huella=payload), named="La clave", context=FakeContext())


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
    assert refused.value.problem.detail.startswith("La clave ")


def test_a_repetition_while_the_first_is_in_progress_is_409(
    idempotency: Idempotency, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second of two equal requests is told when to come back."""
    monkeypatch.setattr("seedwork.infraestructura.idempotency.operation.LEASE_MS", 600_000)  # however slow the machine
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


def kill(idempotency: Idempotency, operation: Callable[[], IdempotentAnswer]) -> None:
    """An attempt whose process dies when its operation is done, between the two writes to the table."""

    def die() -> IdempotentAnswer:
        operation()
        raise SystemExit

    with pytest.raises(SystemExit):
        idempotency.run(die, UNA, named="La clave", context=FakeContext(milliseconds=20_000))


def test_a_killed_attempt_holds_its_key_for_two_seconds(
    idempotency: Idempotency, idempotency_table: IdempotencyTable
) -> None:
    """Not until the function's time-out: then the operation runs, and tells that it had taken effect."""
    kill(idempotency, Operation())
    idempotency_table.let_pass(2.001)
    assert run(idempotency, Operation(replayed=True)) == IdempotentAnswer(body='{"run":1}', replayed=True)


def test_an_attempt_holds_its_key_for_no_longer_than_its_function_has_time(
    idempotency: Idempotency, idempotency_table: IdempotencyTable
) -> None:
    """What is left of its time-out may be less than two seconds."""
    with pytest.raises(SystemExit):
        idempotency.run(_die, UNA, named="La clave", context=FakeContext(milliseconds=500))
    idempotency_table.let_pass(0.501)
    assert run(idempotency, Operation()).body == '{"run":1}'


@pytest.mark.parametrize("late", ["answer", "refusal"])
def test_an_attempt_that_goes_on_after_its_lease_does_no_harm(
    idempotency: Idempotency, idempotency_table: IdempotencyTable, late: str
) -> None:
    """A second attempt has run beside it: each tells its own outcome, and repetitions are answered as before."""
    operation = Operation(replayed=True)

    def slow() -> IdempotentAnswer:
        idempotency_table.let_pass(2.001)
        assert run(idempotency, operation).body == '{"run":1}'
        if late == "refusal":
            raise DomainError("no")
        return IdempotentAnswer(body='{"run":1}', replayed=False)

    if late == "refusal":
        with pytest.raises(DomainError):
            run(idempotency, slow)
    else:
        assert run(idempotency, slow).body == '{"run":1}'
    assert run(idempotency, Operation(replayed=True)) == IdempotentAnswer(body='{"run":1}', replayed=True)


def test_a_key_whose_lease_ends_while_it_is_looked_at_is_decided_by_the_operation(
    idempotency: Idempotency, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Powertools gives up when others were faster each time; nobody is answered 500 for it."""

    def inconsistent(*_args: object, **_kwargs: object) -> None:
        raise IdempotencyInconsistentStateError("the record expired just now")

    monkeypatch.setattr(DynamoDBPersistenceLayer, "save_inprogress", _raising_exists)
    monkeypatch.setattr(DynamoDBPersistenceLayer, "get_record", inconsistent)
    assert run(idempotency, Operation()).body == '{"run":1}'


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


def _die() -> IdempotentAnswer:
    raise SystemExit


def _raising_exists(*_args: object, **_kwargs: object) -> None:
    raise IdempotencyItemAlreadyExistsError


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


def test_a_table_that_never_answers_holds_up_one_request_alone(silent_dynamodb: socket.socket) -> None:
    """It is asked once, without a second attempt; the next requests do not ask."""
    idempotency, operation = Idempotency(table="t", prefix="test"), Operation()
    for number in range(1, 4):
        assert run(idempotency, operation).body == f'{{"run":{number}}}'
    silent_dynamodb.accept()[0].close()
    silent_dynamodb.settimeout(0)
    with pytest.raises(BlockingIOError):
        silent_dynamodb.accept()
