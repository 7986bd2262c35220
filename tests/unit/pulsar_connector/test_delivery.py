"""Messages become batches in the shape of SQS."""

from __future__ import annotations

import hashlib
import json
from collections import deque
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aws_lambda_powertools.utilities.data_classes import SQSEvent
from aws_lambda_powertools.utilities.parser.models import SqsModel

from pulsar_connector.mapping.batch_collector import BatchCollector
from pulsar_connector.mapping.delivery import MAX_EVENT_BYTES, Delivery
from pulsar_connector.mapping.event_source_mapping import EventSourceMapping
from pulsar_connector.mapping.sqs_event import EventSource, sqs_event
from support.pulsar_connector.fake_pulsar import FakeConsumer, FakeMessage, FakeMessageId, un_sobre

SOURCE = EventSource.of_function("arn:aws:lambda:eu-west-1:123456789012:function:bridge")


class Batches:
    """A collector over fake messages, and a settlement that remembers the messages that are in no batch."""

    def __init__(self, *messages: FakeMessage, **mapping: Any) -> None:
        values = {"topics": ["t"], "subscription": "s", "function": "f", "dlq_topic": "d", "batching_window_ms": 40}
        self.consumer = FakeConsumer(deque(messages))
        self.left_out: list[tuple[FakeMessage, str]] = []
        self._mapping = EventSourceMapping.model_validate(values | mapping)
        self._collector = BatchCollector("m", self._mapping, self.consumer, SOURCE, self)  # type: ignore[arg-type] # itself

    def undeliverable(self, message: FakeMessage, reason: str) -> None:
        """Remember the message, as the settlement would bury it."""
        self.left_out.append((message, reason))

    def unwanted(self, message: FakeMessage) -> None:
        """Remember the message, as the settlement would acknowledge it."""
        self.left_out.append((message, "unwanted"))

    def collect(self, wait_seconds: float = 0.5) -> list[FakeMessage]:
        """Return the messages of the next batch."""
        return [delivery.message for delivery in self._collector.collect(wait_seconds)]


def test_a_batch_is_an_event_of_sqs() -> None:
    """Both of Powertools' parsers accept it."""
    message = FakeMessage(un_sobre(data={"nombre": 'ñ "€"'}).to_json(), received_before=2)
    event = json.loads(sqs_event([Delivery.of(message, SOURCE).record] * 2))
    assert len(SqsModel.model_validate(event).Records) == 2
    record = next(SQSEvent(event).records)
    assert record.body.encode() == message.content
    assert record.md5_of_body == hashlib.md5(message.content, usedforsecurity=False).hexdigest()
    assert record.attributes.approximate_receive_count == "3"
    assert record.attributes.sent_timestamp == "1768473000000"
    assert record.raw_event["messageAttributes"]["type"]["stringValue"] == "PagoPendiente"
    assert record.event_source_arn == "arn:aws:sqs:eu-west-1:123456789012:payments.evt.pending"
    assert record.aws_region == "eu-west-1"


def test_message_ids_of_several_topics_differ() -> None:
    """Brokers count each topic and each partition separately."""
    topics = ["a", "b", "a-partition-0", "a-partition-1"]
    ids = {Delivery.of(FakeMessage(topic=topic, identifier=FakeMessageId(1)), SOURCE).id for topic in topics}
    assert len(ids) == 4


def test_a_partition_is_its_topic_for_the_function() -> None:
    """A function sees the topic's name without the partition."""
    record = json.loads(Delivery.of(FakeMessage(topic="a-partition-1"), SOURCE).record)
    assert record["eventSourceARN"].endswith(":a")


def test_a_batch_has_at_most_its_size() -> None:
    """The remaining messages form the next batch."""
    messages = [FakeMessage() for _ in range(5)]
    batches = Batches(*messages, batch_size=3)
    assert [batches.collect(), batches.collect(), batches.collect()] == [messages[:3], messages[3:], []]


def test_only_the_first_message_is_waited_for() -> None:
    """The other messages have the batching window to arrive."""
    batches = Batches(FakeMessage(), FakeMessage())
    batches.collect()
    first, *rest = batches.consumer.timeouts_ms
    assert first > 400
    assert all(timeout <= 40 for timeout in rest)
    assert len(rest) == 2


def test_a_batch_fits_into_an_invocation() -> None:
    """A message that does not fit opens the next batch, and none is lost between them."""
    messages = [FakeMessage(un_sobre(data={"x": "y" * 2_500_000}).to_json()) for _ in range(5)]
    batches = Batches(*messages)
    collected = [batches.collect(), batches.collect(), batches.collect()]
    assert collected == [messages[:2], messages[2:4], messages[4:]]
    for batch in collected:
        records = [Delivery.of(message, SOURCE).record for message in batch]
        assert len(sqs_event(records)) <= MAX_EVENT_BYTES


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"not json", "malformed envelope: envelope"),
        (b"\xff\xfe", "malformed envelope: envelope"),
        (b"{}", "malformed envelope: specversion"),
        (un_sobre(data={"x": '"' * 4_000_000}).to_json(), "its event would have"),
    ],
    ids=["no json", "no text", "no envelope", "too large once escaped"],
)
def test_an_undeliverable_message_is_set_aside(content: bytes, reason: str) -> None:
    """The settlement gets it with the reason; the good messages around it form their batch."""
    bad, good = FakeMessage(content), [FakeMessage(), FakeMessage()]
    batches = Batches(good[0], bad, good[1], batching_window_ms=5_000)
    assert batches.collect() == good
    [(message, why)] = batches.left_out
    assert message is bad
    assert why.startswith(reason)


def test_a_filter_lets_its_event_types_through() -> None:
    """Unwanted messages are left out, and later ones fill the batch."""
    wanted = [FakeMessage(un_sobre(type="PagoExitoso").to_json()) for _ in range(3)]
    other = FakeMessage(un_sobre(type="PagoFallido").to_json())
    batches = Batches(wanted[0], other, *wanted[1:], event_types=["PagoExitoso"])
    assert batches.collect() == wanted
    assert batches.left_out == [(other, "unwanted")]


def test_a_redriven_letter_is_for_the_mapping_that_failed() -> None:
    """The topic's other mappings have processed the message already."""
    own, others = FakeMessage(attributes={"redriven-for": "m"}), FakeMessage(attributes={"redriven-for": "another"})
    batches = Batches(others, own)
    assert batches.collect() == [own]
    assert batches.left_out == [(others, "unwanted")]


def test_a_flood_of_unwanted_messages_does_not_hold_the_worker_up() -> None:
    """When its time is over, the worker gets back to its retries and its deadline."""
    flood = [FakeMessage(un_sobre(type="PagoFallido").to_json()) for _ in range(100)]
    batches = Batches(*flood, event_types=["PagoExitoso"])
    assert batches.collect(wait_seconds=0) == []
    assert len(batches.left_out) == 1


def test_too_old_an_event_is_not_delivered() -> None:
    """The event's own time counts, not the publishing; without a limit every event is delivered."""
    now = datetime.now(UTC)
    old, young = (
        FakeMessage(un_sobre(time=now - timedelta(days=90) + late).to_json())
        for late in (-timedelta(minutes=1), timedelta(minutes=1))
    )
    batches = Batches(old, young, max_age_days=90)
    assert batches.collect() == [young]
    [(message, reason)] = batches.left_out
    assert message is old
    assert reason.startswith("too old: ")
    assert "more than 90 days ago" in reason
    assert Batches(old, young).collect() == [old, young]
