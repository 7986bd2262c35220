"""The idempotency table answers repetitions, and payments go on without it."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from seedwork.dominio.domain_error import DomainError
from seedwork.infraestructura.idempotency import Idempotency, IdempotentAnswer
from seedwork.infraestructura.problem_details import RequestError
from support.lambda_events import FakeContext

if TYPE_CHECKING:
    from collections.abc import Callable

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
