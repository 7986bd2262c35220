"""Faults are drawn with the requested probabilities, repeatably."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from stripe_simulator.faults import Fault, Faults, FaultSource


def draws(source: FaultSource, times: int) -> list[Fault | None]:
    """Draw this many faults."""
    return [source.draw() for _ in range(times)]


def test_without_rates_nothing_fails() -> None:
    """Without settings, the simulator works as Stripe does."""
    assert set(draws(FaultSource(Faults()), 1000)) == {None}


@pytest.mark.parametrize(
    ("rate", "faults"),
    [
        ("decline_rate", {Fault.DECLINE}),
        ("error_rate", {Fault.INTERNAL_ERROR, Fault.UNAVAILABLE}),
        ("timeout_rate", {Fault.TIMEOUT}),
        ("lost_answer_rate", {Fault.LOST_ANSWER}),
    ],
)
def test_a_rate_of_one_hits_every_request(rate: str, faults: set[Fault]) -> None:
    """Every request meets the fault."""
    source = FaultSource(Faults())
    source.change({rate: 1})
    assert set(draws(source, 1000)) == faults


def test_rates_are_shares_of_the_requests() -> None:
    """Of ten thousand requests, each fault gets its share within a percentage point or two."""
    counts = Counter(
        draws(FaultSource(Faults(decline_rate=0.4, error_rate=0.2, timeout_rate=0.1, seed=7)), times=10_000)
    )
    assert counts[Fault.DECLINE] == pytest.approx(4000, abs=200)
    assert counts[Fault.INTERNAL_ERROR] == pytest.approx(1000, abs=150)
    assert counts[Fault.UNAVAILABLE] == pytest.approx(1000, abs=150)
    assert counts[Fault.TIMEOUT] == pytest.approx(1000, abs=150)
    assert counts[Fault.LOST_ANSWER] == 0
    assert counts[None] == pytest.approx(3000, abs=200)


def test_the_seed_makes_the_sequence() -> None:
    """The same seed draws the same faults, another seed differs, and naming the seed again starts anew."""
    source = FaultSource(Faults(decline_rate=0.5, seed=1))
    first = draws(source, 50)
    assert draws(FaultSource(Faults(decline_rate=0.5, seed=1)), 50) == first
    assert draws(FaultSource(Faults(decline_rate=0.5, seed=2)), 50) != first
    assert draws(source, 50) != first
    source.change({"seed": 1})
    assert draws(source, 50) == first


def test_delays_do_not_disturb_the_sequence() -> None:
    """The number of random delays does not change which request fails."""
    calm, jittery = (FaultSource(Faults(decline_rate=0.5, jitter_ms=jitter, seed=1)) for jitter in (0, 1))
    first = draws(calm, 50)

    async def delay_and_draw() -> Fault | None:
        await jittery.delay()
        return jittery.draw()

    async def run() -> list[Fault | None]:
        return [await delay_and_draw() for _ in range(50)]

    assert asyncio.run(run()) == first


@given(rates=st.lists(st.floats(min_value=0, max_value=1), min_size=4, max_size=4))
def test_the_sum_of_the_rates_is_at_most_one(rates: list[float]) -> None:
    """Every accepted combination is a distribution."""
    names = ("decline_rate", "error_rate", "timeout_rate", "lost_answer_rate")
    try:
        faults = Faults.model_validate(dict(zip(names, rates, strict=True)))
    except ValidationError:
        assert sum(rates) > 1
    else:
        assert sum(faults.weights().values()) == pytest.approx(1)
        assert min(faults.weights().values()) >= 0


def test_thirds_add_up_to_one() -> None:
    """Decimal fractions whose sum a computer rounds upwards are accepted."""
    Faults(decline_rate=0.1, error_rate=0.2, timeout_rate=0.3, lost_answer_rate=0.4)
    Faults(decline_rate=0.7, error_rate=0.1, timeout_rate=0.1, lost_answer_rate=0.1)
