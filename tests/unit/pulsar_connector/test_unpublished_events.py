"""Events that the broker refuses or cannot take: some wait, some are parked, and the others go on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import pulsar
import pytest

from pulsar_connector.broker.pulsar_client import BrokerUnavailableError
from pulsar_connector.outbox import event_publisher
from support.pulsar_connector.fake_pulsar import FakeProducers, published

if TYPE_CHECKING:
    from pulsar_connector.outbox.event_publisher import EventPublisher
    from pulsar_connector.outbox.outbox_session import OutboxRow


@pytest.mark.parametrize("payload", ["[]", "{"], ids=["no object", "no JSON"])
def test_an_invalid_event_is_unpublishable(
    publisher: EventPublisher, topics: FakeProducers, row: Callable[..., OutboxRow], payload: str
) -> None:
    """Its successors are not sent, the other aggregates go on, and the reason is reported once."""
    publisher.accept([row("a", payload=payload), row("a"), row("b")])
    topics.answer()
    outcome = publisher.wait(0)
    assert [row.id for row in outcome.published] == topics.ids == ["b1"]
    assert [(found.row.id, found.reason[:13]) for found in outcome.unpublishable] == [("a1", "invalid event")]
    assert (publisher.busy(), publisher.wait(0).unpublishable, outcome.failed) == ([], [], 0)


def test_a_row_with_a_flaw_is_unpublishable(
    publisher: EventPublisher, topics: FakeProducers, row: Callable[..., OutboxRow]
) -> None:
    """The reason is the flaw found while the row was read."""
    publisher.accept([replace(row("a"), flaw="its payload has 9 GB"), row("a"), row("b")])
    assert [(found.row.id, found.reason) for found in publisher.wait(0).unpublishable] == [
        ("a1", "its payload has 9 GB")
    ]
    assert topics.ids == ["b1"]


def test_an_unexpected_error_rests_one_aggregate(
    publisher: EventPublisher, topics: FakeProducers, row: Callable[..., OutboxRow]
) -> None:
    """The event is tried again later; the other aggregates do not wait."""
    topics.refuse = ZeroDivisionError("why ever")
    publisher.accept([row("a")])
    topics.refuse = None
    publisher.accept([row("b")])
    topics.answer()
    outcome = publisher.wait(0)
    assert ([row.id for row in outcome.published], outcome.failed, publisher.busy()) == (["b1"], 1, ["a"])
    publisher.raise_if_broker_unavailable()


def test_a_message_that_no_broker_takes_is_unpublishable(
    publisher: EventPublisher, topics: FakeProducers, row: Callable[..., OutboxRow]
) -> None:
    """The client may refuse it at once, or the broker later."""
    publisher.accept([row("a"), row("a")])
    topics.answer(pulsar.Result.MessageTooBig)
    topics.refuse = pulsar.MessageTooBig()
    publisher.accept([row("b")])
    assert {found.row.id for found in publisher.wait(0).unpublishable} == {"a1", "b1"}
    assert topics.ids == ["a1"]


def test_a_type_without_a_route_rests_alone(
    publisher: EventPublisher, topics: FakeProducers, row: Callable[..., OutboxRow], caplog: pytest.LogCaptureFixture
) -> None:
    """A deploy brings the route: until then the aggregate waits, the others go on, and the log has the cause."""
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
    """The rests are half a second, one, two, … thirty; a success resets them."""
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
    """Acknowledged events are done; everything else starts again."""
    publisher.accept([row("a"), row("b")])
    topics.answer(only="a1")
    topics.answer(result)
    assert published(publisher) == [1]
    with pytest.raises(BrokerUnavailableError):
        publisher.raise_if_broker_unavailable()


def test_a_producer_that_cannot_be_opened_rests_its_topic_or_restarts_everything(
    publisher: EventPublisher, topics: FakeProducers, row: Callable[..., OutboxRow]
) -> None:
    """If the broker is at fault, everything starts again; if the topic is, only its events rest."""
    topics.refuse = pulsar.AuthorizationError()
    publisher.accept([row("a")])
    publisher.raise_if_broker_unavailable()
    assert publisher.busy() == ["a"]
    topics.refuse = pulsar.ConnectError()
    publisher.accept([row("b")])
    with pytest.raises(BrokerUnavailableError):
        publisher.raise_if_broker_unavailable()
