"""The idempotency table answers repetitions, and the operation decides without it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from aws_lambda_powertools.utilities.idempotency import DynamoDBPersistenceLayer
from aws_lambda_powertools.utilities.idempotency.exceptions import (
    IdempotencyInconsistentStateError,
    IdempotencyItemAlreadyExistsError,
)

from seedwork.dominio.domain_error import DomainError
from seedwork.infraestructura.http.problem_details import RequestError
from seedwork.infraestructura.idempotency.answer import IdempotentAnswer
from support.lambda_events import FakeContext

if TYPE_CHECKING:
    from seedwork.infraestructura.idempotency.operation import Idempotency
    from support.seedwork.idempotency_table import IdempotencyTable
from support.seedwork.idempotent_operation import UNA, Operation, run


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


def test_a_repetition_recognised_by_the_operation_is_a_replay(idempotency: Idempotency) -> None:
    """The table has forgotten it, the database has not."""
    assert run(idempotency, Operation(replayed=True)).replayed


def test_the_same_key_with_other_data_is_422(idempotency: Idempotency) -> None:
    """A key used for other data is a mistake of the caller."""
    run(idempotency, Operation(), payload="one")
    with pytest.raises(RequestError) as refused:
        run(idempotency, Operation(), payload="two")
    assert refused.value.problem.status == 422
    assert refused.value.problem.detail.startswith("La clave ")


def test_a_repetition_while_the_first_is_in_progress_is_409(
    idempotency: Idempotency, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second of two equal requests learns when to retry."""
    monkeypatch.setattr("seedwork.infraestructura.idempotency.operation.LEASE_MS", 600_000)  # on any machine
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
    """Simulate an attempt whose process dies after its operation, between the two writes to the table."""

    def die() -> IdempotentAnswer:
        operation()
        raise SystemExit

    with pytest.raises(SystemExit):
        idempotency.run(die, UNA, named="La clave", context=FakeContext(milliseconds=20_000))


def test_a_killed_attempt_holds_its_key_for_two_seconds(
    idempotency: Idempotency, idempotency_table: IdempotencyTable
) -> None:
    """It does not last until the function's timeout: the operation then runs again, and recognises its effect."""
    kill(idempotency, Operation())
    idempotency_table.let_pass(2.001)
    assert run(idempotency, Operation(replayed=True)) == IdempotentAnswer(body='{"run":1}', replayed=True)


def test_an_attempt_holds_its_key_at_most_for_its_remaining_time(
    idempotency: Idempotency, idempotency_table: IdempotencyTable
) -> None:
    """The remaining time may be less than two seconds."""
    with pytest.raises(SystemExit):
        idempotency.run(_die, UNA, named="La clave", context=FakeContext(milliseconds=500))
    idempotency_table.let_pass(0.501)
    assert run(idempotency, Operation()).body == '{"run":1}'


@pytest.mark.parametrize("late", ["answer", "refusal"])
def test_an_attempt_running_beyond_its_lease_does_no_harm(
    idempotency: Idempotency, idempotency_table: IdempotencyTable, late: str
) -> None:
    """A second attempt ran beside it: each reports its own outcome, and repetitions are answered as before."""
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


def test_the_operation_decides_if_the_lease_ends_during_the_check(
    idempotency: Idempotency, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Powertools gives up if other requests were faster each time; no caller gets a 500 for it."""

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


def _die() -> IdempotentAnswer:
    raise SystemExit


def _raising_exists(*_args: object, **_kwargs: object) -> None:
    raise IdempotencyItemAlreadyExistsError
