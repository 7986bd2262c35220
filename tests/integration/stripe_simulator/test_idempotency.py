"""One key is one payment: https://docs.stripe.com/api/idempotent_requests."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
import stripe

from support.stripe_simulator.simulator_process import headers

if TYPE_CHECKING:
    from support.stripe_simulator.simulator_process import Affiliate


@pytest.fixture
def key() -> str:
    """A new key."""
    return str(uuid4())


def test_a_repeated_request_gets_the_first_answer(affiliate: Affiliate, key: str) -> None:
    """A header says so, another names the first request, and nothing is paid."""
    first = affiliate.pay(key=key)
    again = affiliate.pay(key=key)
    assert again.to_dict() == first.to_dict()
    assert "Idempotent-Replayed" not in headers(first)
    assert headers(again)["Idempotent-Replayed"] == "true"
    assert headers(again)["Original-Request"] == headers(first)["Request-Id"]
    assert headers(again)["Request-Id"] != headers(first)["Request-Id"]
    assert [transfer.id for transfer in affiliate.paid()] == [first.id]


def test_a_replay_is_the_first_answer_even_if_the_transfer_changed(affiliate: Affiliate, key: str) -> None:
    """A transfer reversed meanwhile is replayed with its first answer."""
    transfer = affiliate.pay(key=key)
    affiliate.simulator.sdk().v1.transfers.reversals.create(transfer.id)
    assert affiliate.pay(key=key).to_dict() == transfer.to_dict()


@pytest.mark.parametrize("change", [{"amount": 1}, {"currency": "usd"}, {"metadata": {}}, {"amount": -1}, {"x": "y"}])
def test_another_request_under_the_key_is_refused(affiliate: Affiliate, key: str, change: dict[str, Any]) -> None:
    """Other parameters, valid or not, are Stripe's idempotency_error; the first answer stays."""
    first = affiliate.pay(key=key)
    with pytest.raises(stripe.IdempotencyError, match="with the same parameters they were first used with") as raised:
        affiliate.pay(key=key, **change)
    assert raised.value.http_status == 400
    assert affiliate.pay(key=key).id == first.id
    assert len(affiliate.paid()) == 1


def test_a_key_belongs_to_one_endpoint(affiliate: Affiliate, key: str) -> None:
    """A reversal cannot use the key of a transfer."""
    transfer = affiliate.pay(key=key)
    with pytest.raises(stripe.IdempotencyError, match="same endpoint"):
        affiliate.simulator.sdk().v1.transfers.reversals.create(transfer.id, {}, {"idempotency_key": key})
    assert affiliate.paid()[0].amount_reversed == 0


def test_two_at_once_conflict(affiliate: Affiliate, key: str) -> None:
    """While the first is in progress the second gets 409, not stored; afterwards the key answers with the transfer."""
    affiliate.simulator.set_faults(latency_ms=600)
    together = Barrier(2)

    def pay() -> tuple[int | None, str | None]:
        together.wait(timeout=10)
        try:
            affiliate.pay(key=key)
        except stripe.APIError as error:
            return error.http_status, error.error.code if error.error else None
        return 200, None

    with ThreadPoolExecutor(2) as pool:
        outcomes = [pool.submit(pay) for _ in range(2)]
    assert sorted(outcome.result()[0] or 0 for outcome in outcomes) == [200, 409]
    assert {outcome.result()[1] for outcome in outcomes} == {None, "idempotency_key_in_use"}
    affiliate.simulator.set_faults(latency_ms=0)
    assert affiliate.pay(key=key).id == affiliate.paid()[0].id


def test_twenty_at_once_pay_once(affiliate: Affiliate, key: str) -> None:
    """In any order there is one transfer, and every answer is this transfer."""
    affiliate.simulator.set_faults(latency_ms=20)
    together = Barrier(20)

    def pay() -> str | int | None:
        together.wait(timeout=10)
        try:
            return affiliate.pay(key=key).id
        except stripe.APIError as error:
            return error.http_status

    with ThreadPoolExecutor(20) as pool:
        answers = {future.result() for future in [pool.submit(pay) for _ in range(20)]}
    [transfer] = affiliate.paid()
    assert answers - {409} == {transfer.id}


def test_the_sdk_retries_a_key_in_progress(affiliate: Affiliate, key: str) -> None:
    """With its retries on, all callers get the transfer."""
    affiliate.simulator.set_faults(latency_ms=50)
    with ThreadPoolExecutor(3) as pool:
        ids = {future.result().id for future in [pool.submit(affiliate.pay, key=key, retries=4) for _ in range(3)]}
    assert ids == {affiliate.paid()[0].id}
    assert len(affiliate.paid()) == 1


def test_a_request_that_fails_validation_does_not_use_up_its_key(affiliate: Affiliate, key: str) -> None:
    """It was never executed, so it can be corrected under the same key."""
    with pytest.raises(stripe.InvalidRequestError):
        affiliate.pay(key=key, amount=0)
    assert affiliate.pay(key=key).amount == 10_050


def test_a_refusal_is_final(affiliate: Affiliate, key: str) -> None:
    """A reversal refused when it was executed stays refused under its key, even if it were possible now."""
    api = affiliate.simulator.sdk().v1.transfers
    transfer = affiliate.pay(amount=100)
    for _ in range(2):
        with pytest.raises(stripe.InvalidRequestError, match=r"\(101\) is greater than .* \(100\)") as raised:
            api.reversals.create(transfer.id, {"amount": 101}, {"idempotency_key": key})
    assert (raised.value.headers or {})["Idempotent-Replayed"] == "true"


def test_without_a_key_each_request_pays(affiliate: Affiliate) -> None:
    """As at Stripe, only the key makes a request repeatable."""
    form = {"amount": "1", "currency": "cop", "destination": affiliate.id}
    answers = [affiliate.simulator.send("POST", "/v1/transfers", data=form) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert "Idempotency-Key" not in answers[0].headers
    assert len(affiliate.paid()) == 2
