"""The publisher keeps each aggregate in order, and the trouble of one from the others."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pulsar
import pytest

from pulsar_connector.broker.pulsar_client import BrokerUnavailableError
from pulsar_connector.outbox import event_publisher
from pulsar_connector.outbox.event_publisher import EventPublisher
from pulsar_connector.outbox.outbox_session import OutboxRow
from unit.pulsar_connector.fake_pulsar import FakeProducers

ROUTES = {"PagoPendiente": "payments.evt.pending", "PagoEnProceso": None, "PagoExitoso": "payments.evt.completed"}
OCCURRED = datetime(2026, 1, 15, 10, 30, 0, 123_000, tzinfo=UTC)


@pytest.fixture
def row() -> Callable[..., OutboxRow]:
    """Makes rows with positions from 1 on; the event's id is `<aggregate><version>`."""
    positions, versions = itertools.count(1), dict[str, int]()

    def make(aggregate: str, event_type: str = "PagoPendiente", payload: str = '{"monto": 1.10}') -> OutboxRow:
        versions[aggregate] = versions.get(aggregate, 0) + 1
        return OutboxRow(
            position=next(positions),
            id=f"{aggregate}{versions[aggregate]}",
            aggregateid=aggregate,
            version=versions[aggregate],
            type=event_type,
            payload=payload,
            metadata={"correlation_id": f"c-{aggregate}"},
            occurred_at=OCCURRED,
        )

    return make


@pytest.fixture
def topics() -> FakeProducers:
    """What is sent."""
    return FakeProducers()


@pytest.fixture
def publisher(topics: FakeProducers) -> EventPublisher:
    """Of payments."""
    return EventPublisher(context="pagos", routes=ROUTES, producers=topics)  # type: ignore[arg-type] # a fake


def published(publisher: EventPublisher) -> list[int]:
    """The positions that the broker has acknowledged since the last time."""
    return [row.position for row in publisher.wait(0).published]


def test_a_row_becomes_a_message(
    publisher: EventPublisher, topics: FakeProducers, row: Callable[..., OutboxRow]
) -> None:
    """On the topic of its type, with its aggregate as key and what is needed to trace it as properties."""
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
    """A position is reported after its acknowledgement, once."""
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
    """Per aggregate, also across topics; other aggregates do not wait."""
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
    """It is sent nowhere, and done after what came before it."""
    publisher.accept([row("a"), row("a", "PagoEnProceso"), row("a", "PagoExitoso"), row("b", "PagoEnProceso")])
    assert published(publisher) == [4]
    topics.answer()
    assert published(publisher) == [1, 2]
    assert topics.ids == ["a1", "a3"]


def test_an_aggregate_with_an_event_on_its_way_is_busy(
    publisher: EventPublisher, topics: FakeProducers, row: Callable[..., OutboxRow]
) -> None:
    """So that no later row of it is read meanwhile."""
    publisher.accept([row("a")])
    assert (publisher.busy(), publisher.in_progress) == (["a"], 1)
    topics.answer()
    publisher.wait(0)
    assert (publisher.busy(), publisher.in_progress) == ([], 0)


@pytest.mark.parametrize("payload", ["[]", "{"], ids=["no object", "no JSON"])
def test_a_row_that_is_no_event_is_unpublishable(
    publisher: EventPublisher, topics: FakeProducers, row: Callable[..., OutboxRow], payload: str
) -> None:
    """Its successors are not sent, others go on, and the reason is said once."""
    publisher.accept([row("a", payload=payload), row("a"), row("b")])
    topics.answer()
    outcome = publisher.wait(0)
    assert [row.id for row in outcome.published] == topics.ids == ["b1"]
    assert [(found.row.id, found.reason[:14]) for found in outcome.unpublishable] == [("a1", "no valid event")]
    assert (publisher.busy(), publisher.wait(0).unpublishable, outcome.failed) == ([], [], 0)


def test_a_row_with_a_flaw_is_unpublishable(
    publisher: EventPublisher, topics: FakeProducers, row: Callable[..., OutboxRow]
) -> None:
    """For the reason that was found when it was read."""
    publisher.accept([replace(row("a"), flaw="its payload has 9 GB"), row("a"), row("b")])
    assert [(found.row.id, found.reason) for found in publisher.wait(0).unpublishable] == [
        ("a1", "its payload has 9 GB")
    ]
    assert topics.ids == ["b1"]


def test_an_error_that_was_not_expected_rests_one_aggregate(
    publisher: EventPublisher, topics: FakeProducers, row: Callable[..., OutboxRow]
) -> None:
    """It is tried again later; the others do not wait."""
    topics.refuse = ZeroDivisionError("why ever")
    publisher.accept([row("a")])
    topics.refuse = None
    publisher.accept([row("b")])
    topics.answer()
    outcome = publisher.wait(0)
    assert ([row.id for row in outcome.published], outcome.failed, publisher.busy()) == (["b1"], 1, ["a"])
    publisher.raise_if_broker_unavailable()


def test_what_is_on_its_way_is_measured_by_its_payloads(
    publisher: EventPublisher, topics: FakeProducers, row: Callable[..., OutboxRow]
) -> None:
    """So that no more is read than there is room for."""
    publisher.accept([row("a", payload='{"x": "12345"}'), row("a", payload="{}"), row("b", payload="{}")])
    assert publisher.bytes_in_progress == 14 + 2 + 2
    topics.answer(only="a1")
    publisher.wait(0)
    assert publisher.bytes_in_progress == 2 + 2
    topics.answer()
    publisher.wait(0)
    assert publisher.bytes_in_progress == 0


def test_a_message_that_no_broker_takes_is_unpublishable(
    publisher: EventPublisher, topics: FakeProducers, row: Callable[..., OutboxRow]
) -> None:
    """Whether the client refuses it at once or the broker later."""
    publisher.accept([row("a"), row("a")])
    topics.answer(pulsar.Result.MessageTooBig)
    topics.refuse = pulsar.MessageTooBig()
    publisher.accept([row("b")])
    assert {found.row.id for found in publisher.wait(0).unpublishable} == {"a1", "b1"}
    assert topics.ids == ["a1"]


def test_a_type_without_a_route_rests_alone(
    publisher: EventPublisher, topics: FakeProducers, row: Callable[..., OutboxRow], caplog: pytest.LogCaptureFixture
) -> None:
    """A deploy mends it: it is neither dropped nor done, its successors wait, others go on, the log has the cause."""
    publisher.accept([row("a", "PagoImaginario"), row("a"), row("b")])
    topics.answer()
    outcome = publisher.wait(0)
    assert ([row.id for row in outcome.published], outcome.unpublishable, outcome.failed) == (["b1"], [], 1)
    assert publisher.busy() == ["a"]
    publisher.raise_if_broker_unavailable()
    assert [record.__dict__["event_id"] for record in caplog.records] == ["a1"]


def test_a_refused_message_rests_longer_each_time(
    publisher: EventPublisher,
    topics: FakeProducers,
    row: Callable[..., OutboxRow],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Half a second, one, two, … thirty; a success forgets it."""
    now, refused, rests = 0.0, row("a"), []
    monkeypatch.setattr(event_publisher, "monotonic", lambda: now)
    for _ in range(8):
        publisher.accept([refused])
        topics.answer(pulsar.Result.TopicTerminated)
        publisher.wait(0)
        began = now
        while publisher.busy():
            now += 0.25
        rests.append(now - began)
    assert rests == [0.5, 1, 2, 4, 8, 16, 30, 30]
    publisher.accept([refused])
    topics.answer()
    assert published(publisher) == [1]
    publisher.accept([row("a")])
    topics.answer(pulsar.Result.TopicTerminated)
    publisher.wait(0)
    now += 0.5
    assert publisher.busy() == []


@pytest.mark.parametrize("result", [pulsar.Result.Timeout, pulsar.Result.NotConnected, pulsar.Result.AlreadyClosed])
def test_a_broker_that_fails_is_not_the_events_fault(
    publisher: EventPublisher, topics: FakeProducers, row: Callable[..., OutboxRow], result: pulsar.Result
) -> None:
    """What it did acknowledge is done; then everything starts again."""
    publisher.accept([row("a"), row("b")])
    topics.answer(only="a1")
    topics.answer(result)
    assert published(publisher) == [1]
    with pytest.raises(BrokerUnavailableError):
        publisher.raise_if_broker_unavailable()


def test_a_producer_that_cannot_be_opened(
    publisher: EventPublisher, topics: FakeProducers, row: Callable[..., OutboxRow]
) -> None:
    """Because of the broker: start again. Because of the topic: only what goes there rests."""
    topics.refuse = pulsar.AuthorizationError()
    publisher.accept([row("a")])
    publisher.raise_if_broker_unavailable()
    assert publisher.busy() == ["a"]
    topics.refuse = pulsar.ConnectError()
    publisher.accept([row("b")])
    with pytest.raises(BrokerUnavailableError):
        publisher.raise_if_broker_unavailable()
