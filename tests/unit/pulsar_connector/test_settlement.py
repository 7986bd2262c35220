"""Every message is acknowledged, delivered again, or dead-lettered: always exactly one of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pulsar
import pytest

from pulsar_connector.mapping import retries as retries_module
from pulsar_connector.mapping.delivery import Delivery
from pulsar_connector.mapping.event_source_mapping import EventSourceMapping
from pulsar_connector.mapping.retries import Retries
from pulsar_connector.mapping.settlement import Settlement
from pulsar_connector.mapping.sqs_event import EventSource
from pulsar_connector.run.meter import Meter
from support.pulsar_connector.fake_pulsar import FakeConsumer, FakeMessage

MAPPING = EventSourceMapping(
    topics=["t"],
    subscription="s",
    function="f",
    dlq_topic="d",
    max_receive_count=4,
    retry_delay_ms=1_000,
    max_retry_delay_ms=3_000,
)
SOURCE = EventSource.of_function("arn:aws:lambda:us-east-1:000000000000:function:bridge")


@dataclass
class FakeLetters:
    """A dead letter topic, which may be unreachable."""

    letters: list[tuple[FakeMessage, str]] = field(default_factory=list)
    error: Exception | None = None

    def publish(self, message: FakeMessage, *, reason: str) -> None:
        """Keep the letter."""
        if self.error is not None:
            raise self.error
        self.letters.append((message, reason))


class Desk:
    """A settlement with everything that it works on."""

    def __init__(self) -> None:
        self.consumer = FakeConsumer()
        self.retries = Retries(self.consumer, MAPPING)
        self.letters = FakeLetters()
        self.meter = Meter("mapping", "m", totals=())
        self.settlement = Settlement("m", MAPPING, self.consumer, self.retries, self.letters, self.meter)  # type: ignore[arg-type] # fakes

    def settle(self, *messages: FakeMessage, failed: tuple[FakeMessage, ...] = ()) -> None:
        """Settle a batch."""
        batch = {id(message): Delivery.of(message, SOURCE) for message in messages}
        self.settlement.settle(
            list(batch.values()), failed={batch[id(message)].id for message in failed}, reason="because"
        )


@pytest.fixture
def desk() -> Desk:
    """A new case for each test."""
    return Desk()


def test_only_failed_messages_are_delivered_again(desk: Desk) -> None:
    """The other messages are acknowledged."""
    good, bad = FakeMessage(), FakeMessage()
    desk.settle(good, bad, failed=(bad,))
    assert (desk.consumer.acknowledged, desk.consumer.returned) == ([good], [bad])
    assert desk.meter.totals == {"Delivered": 1, "Failed": 1}


def test_the_last_receipt_ends_in_a_dead_letter(desk: Desk) -> None:
    """The letter is published before the message is acknowledged."""
    last = FakeMessage(received_before=3)
    desk.settle(last, failed=(last,))
    assert desk.letters.letters == [(last, "because")]
    assert (desk.consumer.acknowledged, desk.consumer.returned) == ([last], [])
    assert desk.meter.totals == {"DeadLettered": 1}


def test_success_at_the_last_receipt_is_no_dead_letter(desk: Desk) -> None:
    """The number of receipts does not matter for a success."""
    late = FakeMessage(received_before=30)
    desk.settle(late)
    assert (desk.consumer.acknowledged, desk.letters.letters) == ([late], [])


def test_a_dead_letter_that_cannot_be_published_is_not_lost(desk: Desk) -> None:
    """The message stays and is delivered again."""
    desk.letters.error = pulsar.Timeout()
    last = FakeMessage(received_before=3)
    desk.settle(last, failed=(last,))
    assert (desk.consumer.acknowledged, desk.consumer.returned) == ([], [last])


def test_an_undeliverable_message_is_a_dead_letter_at_once(desk: Desk) -> None:
    """Another attempt would change nothing."""
    broken = FakeMessage(b"{")
    desk.settlement.undeliverable(broken, "malformed")
    assert desk.letters.letters == [(broken, "malformed")]
    assert desk.consumer.acknowledged == [broken]


def test_repeated_failures_wait_longer(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The client waits the retry delay; the rest of a longer delay is spent here."""
    now = 100.0
    monkeypatch.setattr(retries_module, "monotonic", lambda: now)
    first, second, third = (FakeMessage(received_before=count) for count in range(3))
    desk.settle(third, second, first, failed=(first, second, third))

    def returned_at(moment: float) -> list[Any]:
        nonlocal now
        now = moment
        desk.retries.release_due()
        return desk.consumer.returned

    assert desk.retries.seconds_to_next(0.5) == 0.5
    assert returned_at(100.9) == [first]
    assert desk.retries.seconds_to_next(0.5) == pytest.approx(0.1)
    assert returned_at(101.0) == [first, second]
    assert returned_at(102.0) == [first, second, third]
    assert desk.retries.seconds_to_next(0.5) == 0.5
