"""Each fault has exactly its documented effect on the caller and on the ledger."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import aiohttp
import pytest
import stripe

from support.stripe_simulator.simulator_process import headers

if TYPE_CHECKING:
    from support.stripe_simulator.simulator_process import Affiliate, SimulatorProcess


@pytest.fixture
def key() -> str:
    """A new key."""
    return str(uuid4())


def test_a_decline_is_final(affiliate: Affiliate, key: str) -> None:
    """It is Stripe's balance_insufficient: nothing is paid, and the key answers the same after the fault."""
    before = affiliate.simulator.summary()["declines"]
    affiliate.simulator.set_faults(decline_rate=1)
    with pytest.raises(stripe.InvalidRequestError, match="insufficient available funds") as declined:
        affiliate.pay(key=key)
    assert (declined.value.http_status, declined.value.code) == (400, "balance_insufficient")

    affiliate.simulator.set_faults(decline_rate=0)
    with pytest.raises(stripe.InvalidRequestError, match="insufficient available funds") as replayed:
        affiliate.pay(key=key)
    assert (replayed.value.headers or {})["Idempotent-Replayed"] == "true"
    assert affiliate.paid() == []
    assert affiliate.simulator.summary()["declines"] == before + 1


def test_a_decline_cannot_undo_a_payment(affiliate: Affiliate, key: str) -> None:
    """A paid key is replayed as paid, whatever is drawn for the repetition."""
    transfer = affiliate.pay(key=key)
    affiliate.simulator.set_faults(decline_rate=1)
    assert affiliate.pay(key=key).id == transfer.id


def test_an_error_executes_and_stores_nothing(affiliate: Affiliate, key: str) -> None:
    """Both 500 and 503 occur, as api_error; the same key pays afterwards, once."""
    affiliate.simulator.set_faults(error_rate=1, seed=1)
    statuses = set()
    for _ in range(10):
        with pytest.raises(stripe.APIError) as raised:
            affiliate.pay(key=key)
        assert raised.value.error is not None
        assert raised.value.error.type == "api_error"
        statuses.add(raised.value.http_status)
    assert statuses == {500, 503}
    assert affiliate.paid() == []

    affiliate.simulator.set_faults(error_rate=0)
    assert "Idempotent-Replayed" not in headers(affiliate.pay(key=key))
    assert len(affiliate.paid()) == 1


def test_a_timeout_holds_the_connection_and_executes_nothing(affiliate: Affiliate, key: str) -> None:
    """The client gives up by its own timeout; the key is free at once."""
    affiliate.simulator.set_faults(timeout_rate=1)
    with pytest.raises(stripe.APIConnectionError, match="Read timed out"):
        affiliate.pay(key=key, timeout=0.3)
    assert affiliate.paid() == []

    affiliate.simulator.set_faults(timeout_rate=0)
    assert affiliate.pay(key=key).amount == 10_050


def test_a_timeout_ends_at_its_cap(affiliate: Affiliate) -> None:
    """A client without a timeout is not held for ever: the connection closes without an answer."""
    affiliate.simulator.set_faults(timeout_rate=1, timeout_cap_ms=100)
    with pytest.raises(stripe.APIConnectionError, match="closed connection without response"):
        affiliate.pay(timeout=30)
    assert affiliate.paid() == []


def test_a_lost_answer_has_paid(affiliate: Affiliate, key: str) -> None:
    """The connection closes, but the transfer is in the ledger, and the key answers with it."""
    affiliate.simulator.set_faults(lost_answer_rate=1)
    with pytest.raises(stripe.APIConnectionError, match="closed connection without response"):
        affiliate.pay(key=key)
    [transfer] = affiliate.paid()

    affiliate.simulator.set_faults(lost_answer_rate=0)
    assert affiliate.pay(key=key).id == transfer.id
    assert len(affiliate.paid()) == 1


def test_every_fault_together_pays_each_key_at_most_once(affiliate: Affiliate) -> None:
    """A client that repeats under the same key until it gets an answer has one transfer, or one decline."""
    affiliate.simulator.set_faults(
        decline_rate=0.2, error_rate=0.2, timeout_rate=0.2, lost_answer_rate=0.2, timeout_cap_ms=5, seed=3
    )
    settled: dict[str, str | None] = {}
    for number in range(40):
        while str(number) not in settled:
            try:
                transfer = affiliate.pay(key=f"{affiliate.id}-{number}", metadata={"id_pago": str(number)})
                settled[str(number)] = transfer.id
            except stripe.InvalidRequestError:
                settled[str(number)] = None
            except stripe.StripeError:
                continue
    in_ledger = {transfer.metadata["id_pago"]: transfer.id for transfer in affiliate.paid()}
    assert len(affiliate.paid()) == len(in_ledger)
    assert in_ledger == {number: id_ for number, id_ in settled.items() if id_ is not None}
    assert 0 < len(in_ledger) < 40, "the seed draws both outcomes"


def test_the_same_seed_repeats_the_same_faults(affiliate: Affiliate) -> None:
    """A run can be repeated."""

    def run() -> list[int | None]:
        affiliate.simulator.set_faults(decline_rate=0.3, error_rate=0.3, seed=42)
        outcomes: list[int | None] = []
        for _ in range(15):
            try:
                affiliate.pay()
            except stripe.StripeError as error:
                outcomes.append(error.http_status)
            else:
                outcomes.append(200)
        return outcomes

    first = run()
    assert run() == first
    assert {200, 400} < set(first)


def test_latency_delays_every_request(affiliate: Affiliate) -> None:
    """Payments and lists are delayed alike."""
    affiliate.simulator.set_faults(latency_ms=150)
    for call in (affiliate.pay, affiliate.paid):
        start = time.perf_counter()
        call()
        assert time.perf_counter() - start >= 0.15


def test_latency_does_not_queue(affiliate: Affiliate) -> None:
    """Three hundred payments at 300 ms each are served side by side, not one after another (90 s)."""
    affiliate.simulator.set_faults(latency_ms=300)

    async def pay_all() -> list[int]:
        async with aiohttp.ClientSession(
            affiliate.simulator.url,
            connector=aiohttp.TCPConnector(limit=0),
            headers={"Authorization": "Bearer sk_test_many"},
        ) as session:

            async def pay() -> int:
                form = {"amount": "1", "currency": "cop", "destination": affiliate.id}
                async with session.post("/v1/transfers", data=form) as answer:
                    return answer.status

            return await asyncio.gather(*(pay() for _ in range(300)))

    start = time.perf_counter()
    assert set(asyncio.run(pay_all())) == {200}
    assert time.perf_counter() - start < 10
    affiliate.simulator.set_faults(latency_ms=0)
    assert len(affiliate.paid()) == 300


def test_a_client_that_gives_up_has_still_paid(affiliate: Affiliate, key: str) -> None:
    """The request goes on without the client; under the same key it learns the outcome, once that is final."""
    affiliate.simulator.set_faults(latency_ms=400)
    with pytest.raises(stripe.APIConnectionError, match="Read timed out"):
        affiliate.pay(key=key, timeout=0.1)
    affiliate.simulator.set_faults(latency_ms=0)
    transfer = affiliate.pay(key=key, retries=5)
    assert headers(transfer)["Idempotent-Replayed"] == "true"
    assert [paid.id for paid in affiliate.paid()] == [transfer.id]


def test_faults_can_be_changed_one_by_one(simulator: SimulatorProcess) -> None:
    """Settings that are not named stay."""
    simulator.set_faults(latency_ms=5, error_rate=0.5)
    changed = simulator.set_faults(error_rate=0.25)
    assert (changed["latency_ms"], changed["error_rate"]) == (5, 0.25)
    assert simulator.send("GET", "/_simulator/faults", auth=None).json() == changed


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ('{"decline_rate": 1.5}', "decline_rate"),
        ('{"decline_rate": -0.1}', "decline_rate"),
        ('{"decline_rate": "0.5"}', "decline_rate"),
        ('{"decline_rate": true}', "decline_rate"),
        ('{"decline_rate": null}', "decline_rate"),
        ('{"latency_ms": -1}', "latency_ms"),
        ('{"latency_ms": 0.5}', "latency_ms"),
        ('{"latency_ms": 600001}', "latency_ms"),
        ('{"latency": 10}', "latency"),
        ('{"decline_rate": 0.6, "error_rate": 0.6}', None),
        ('{"decline_rate": NaN}', None),
        ('{"decline_rate": 0.1', None),
        ("[]", None),
        ("", None),
        (b"\xff", None),
    ],
)
def test_a_wrong_fault_changes_nothing(simulator: SimulatorProcess, body: Any, param: str | None) -> None:
    """The answer is 400 and names the member, and nothing changes."""
    simulator.set_faults(latency_ms=1, lost_answer_rate=0.25)
    before = simulator.send("GET", "/_simulator/faults").json()
    answer = simulator.send("PATCH", "/_simulator/faults", data=body)
    assert answer.status_code == 400, answer.text
    assert answer.json()["error"].get("param") == param
    assert answer.json()["error"]["message"]
    assert simulator.send("GET", "/_simulator/faults").json() == before
