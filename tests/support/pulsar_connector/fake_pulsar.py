"""The part of pulsar-client that the connector uses, in memory."""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pulsar

from pulsar_connector.broker.pulsar_client import full_topic
from seedwork.infraestructura.events.envelope import Envelope
from support.builders import AHORA

if TYPE_CHECKING:
    from pulsar_connector.outbox.event_publisher import EventPublisher

_entries = itertools.count()


def un_sobre(**attributes: Any) -> Envelope:
    """Make an envelope."""
    values: dict[str, Any] = {
        "id": "evento-1",
        "source": "/aeropartners/pagos",
        "type": "PagoPendiente",
        "subject": "pago-1",
        "time": AHORA,
        "dataschema": "urn:aeropartners:contracts:pagos:PagoPendiente",
        "correlation_id": "correlacion-1",
        "causation_id": None,
        "sequence": 1,
        "data": {"monto": 1},
    }
    return Envelope(**values | attributes)


@dataclass(frozen=True)
class FakeMessageId:
    """A position in a topic."""

    entry: int

    def ledger_id(self) -> int:
        """Return always the same ledger."""
        return 7

    def entry_id(self) -> int:
        """Return the position."""
        return self.entry

    def batch_index(self) -> int:
        """Return -1: the message is not part of a producer's batch."""
        return -1

    def serialize(self) -> bytes:
        """Return some bytes."""
        return b"%d" % self.entry


@dataclass
class FakeMessage:
    """A message as a consumer sees it."""

    content: bytes = field(default_factory=lambda: un_sobre().to_json())
    received_before: int = 0
    topic: str = "payments.evt.pending"
    attributes: dict[str, str] = field(default_factory=lambda: {"id": "evento-1", "type": "PagoPendiente"})
    identifier: FakeMessageId = field(default_factory=lambda: FakeMessageId(next(_entries)))

    def data(self) -> bytes:
        """Return the bytes."""
        return self.content

    def redelivery_count(self) -> int:
        """Return 0 the first time."""
        return self.received_before

    def topic_name(self) -> str:
        """Return the full name."""
        return full_topic(self.topic)

    def properties(self) -> dict[str, str]:
        """Return a copy, as the real client does."""
        return dict(self.attributes)

    def message_id(self) -> FakeMessageId:
        """Return the position."""
        return self.identifier

    def partition_key(self) -> str:
        """Return the aggregate."""
        return "pago-1"

    def publish_timestamp(self) -> int:
        """Return a time in milliseconds."""
        return 1_768_473_000_000

    def event_timestamp(self) -> int:
        """Return a time in milliseconds."""
        return 1_768_472_999_000

    def producer_name(self) -> str:
        """Return the relay's name."""
        return "standalone-0-1"


@dataclass
class FakeConsumer:
    """A consumer that gives its messages out and remembers how each was settled."""

    messages: deque[FakeMessage] = field(default_factory=deque)
    acknowledged: list[FakeMessage] = field(default_factory=list)
    returned: list[FakeMessage] = field(default_factory=list)
    timeouts_ms: list[int] = field(default_factory=list)

    def receive(self, timeout_millis: int) -> FakeMessage:
        """Return the next message, or raise Timeout at once."""
        self.timeouts_ms.append(timeout_millis)
        if not self.messages:
            raise pulsar.Timeout
        return self.messages.popleft()

    def acknowledge(self, message: FakeMessage) -> None:
        """Remember the message."""
        self.acknowledged.append(message)

    def negative_acknowledge(self, message: FakeMessage) -> None:
        """Remember the message."""
        self.returned.append(message)


@dataclass
class FakeProducers:
    """Topics that acknowledge when the test says so; with `refuse`, opening a producer fails."""

    sent: list[tuple[str, Envelope]] = field(default_factory=list)
    options: list[dict[str, Any]] = field(default_factory=list)
    refuse: Exception | None = None
    _unanswered: deque[tuple[str, Callable[[Any, Any], None]]] = field(default_factory=deque)
    _topic: str = ""

    def get(self, topic: str) -> FakeProducers:
        """Return the producer of the topic: this object."""
        if self.refuse is not None:
            raise self.refuse
        self._topic = topic
        return self

    def send_async(self, content: bytes, callback: Callable[[Any, Any], None], **options: Any) -> None:
        """Take a message."""
        envelope = Envelope.from_json(content)
        self.sent.append((self._topic, envelope))
        self.options.append(options)
        self._unanswered.append((envelope.id, callback))

    def answer(self, result: pulsar.Result = pulsar.Result.Ok, *, only: str | None = None) -> None:
        """Acknowledge what is unanswered: all of it, or only one event."""
        waiting, self._unanswered = self._unanswered, deque()
        for event_id, callback in waiting:
            if only in {None, event_id}:
                callback(result, None)
            else:
                self._unanswered.append((event_id, callback))

    @property
    def ids(self) -> list[str]:
        """The ids of the sent events, in order."""
        return [envelope.id for _, envelope in self.sent]


def published(publisher: EventPublisher) -> list[int]:
    """List the positions acknowledged since the last call."""
    return [row.position for row in publisher.wait(0).published]
