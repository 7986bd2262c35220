"""The publisher keeps the events of an aggregate in order."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from support.pulsar_connector.fake_pulsar import FakeProducers, published

if TYPE_CHECKING:
    from pulsar_connector.outbox.event_publisher import EventPublisher
    from pulsar_connector.outbox.outbox_session import OutboxRow


def test_a_row_becomes_a_message(
    publisher: EventPublisher, topics: FakeProducers, row: Callable[..., OutboxRow]
) -> None:
    """It goes to the topic of its type, with its aggregate as key, and with properties to trace it by."""
    publisher.accept([row("a")])
    [(topic, envelope)] = topics.sent
    assert (topic, envelope.id, envelope.subject, envelope.sequence) == ("payments.evt.pending", "a1", "a", 1)
    assert topics.options == [
        {
            "partition_key": "a",
            "event_timestamp": 1_768_473_000_123,
            "properties": {"id": "a1", "type": "PagoPendiente", "correlationid": "c-a"},
        }
    ]


def test_nothing_is_done_before_the_broker_has_it(
    publisher: EventPublisher, topics: FakeProducers, row: Callable[..., OutboxRow]
) -> None:
    """A position is reported once, after the acknowledgement."""
    publisher.accept([row("a"), row("b")])
    assert published(publisher) == []
    topics.answer(only="b1")
    assert published(publisher) == [2]
    topics.answer()
    assert published(publisher) == [1]
    assert published(publisher) == []


def test_a_later_event_waits_for_the_earlier_one(
    publisher: EventPublisher, topics: FakeProducers, row: Callable[..., OutboxRow]
) -> None:
    """This holds per aggregate, also across topics; other aggregates do not wait."""
    publisher.accept([row("a"), row("b"), row("a", "PagoExitoso"), row("b", "PagoExitoso")])
    assert topics.ids == ["a1", "b1"]
    topics.answer(only="b1")
    publisher.wait(0)
    assert topics.ids == ["a1", "b1", "b2"]
    topics.answer()
    publisher.wait(0)
    assert topics.ids == ["a1", "b1", "b2", "a2"]


def test_an_event_that_stays_inside_is_done_at_its_turn(
    publisher: EventPublisher, topics: FakeProducers, row: Callable[..., OutboxRow]
) -> None:
    """It is sent nowhere, and done after its predecessors."""
    publisher.accept([row("a"), row("a", "PagoEnProceso"), row("a", "PagoExitoso"), row("b", "PagoEnProceso")])
    assert published(publisher) == [4]
    topics.answer()
    assert published(publisher) == [1, 2]
    assert topics.ids == ["a1", "a3"]


def test_an_aggregate_with_an_event_on_its_way_is_busy(
    publisher: EventPublisher, topics: FakeProducers, row: Callable[..., OutboxRow]
) -> None:
    """No later row of a busy aggregate is read meanwhile."""
    publisher.accept([row("a")])
    assert (publisher.busy(), publisher.in_progress) == (["a"], 1)
    topics.answer()
    publisher.wait(0)
    assert (publisher.busy(), publisher.in_progress) == ([], 0)


def test_unacknowledged_events_are_measured_by_their_payloads(
    publisher: EventPublisher, topics: FakeProducers, row: Callable[..., OutboxRow]
) -> None:
    """The sum of the payloads limits how much more is read."""
    publisher.accept([row("a", payload='{"x": "12345"}'), row("a", payload="{}"), row("b", payload="{}")])
    assert publisher.bytes_in_progress == 14 + 2 + 2
    topics.answer(only="a1")
    publisher.wait(0)
    assert publisher.bytes_in_progress == 2 + 2
    topics.answer()
    publisher.wait(0)
    assert publisher.bytes_in_progress == 0
