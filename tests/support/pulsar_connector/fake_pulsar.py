"""As much of pulsar-client as the connector touches, in memory."""

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
    """An envelope."""
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
        """Always the same ledger."""
        return 7

    def entry_id(self) -> int:
        """The position."""
        return self.entry

    def batch_index(self) -> int:
        """Not part of a producer's batch."""
        return -1

    def serialize(self) -> bytes:
        """Some bytes."""
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
        """The bytes."""
        return self.content

    def redelivery_count(self) -> int:
        """0 the first time."""
        return self.received_before

    def topic_name(self) -> str:
        """The full name."""
        return full_topic(self.topic)

    def properties(self) -> dict[str, str]:
        """A copy, as the real one gives."""
        return dict(self.attributes)

    def message_id(self) -> FakeMessageId:
        """The position."""
        return self.identifier

    def partition_key(self) -> str:
        """The aggregate."""
        return "pago-1"

    def publish_timestamp(self) -> int:
        """In milliseconds."""
        return 1_768_473_000_000

    def event_timestamp(self) -> int:
        """In milliseconds."""
        return 1_768_472_999_000

    def producer_name(self) -> str:
        """The relay's."""
        return "standalone-0-1"


@dataclass
class FakeConsumer:
    """Gives the messages that it was made with and remembers what was said about them."""

    messages: deque[FakeMessage] = field(default_factory=deque)
    acknowledged: list[FakeMessage] = field(default_factory=list)
    returned: list[FakeMessage] = field(default_factory=list)
    timeouts_ms: list[int] = field(default_factory=list)

    def receive(self, timeout_millis: int) -> FakeMessage:
        """The next message, or Timeout at once."""
        self.timeouts_ms.append(timeout_millis)
        if not self.messages:
            raise pulsar.Timeout
        return self.messages.popleft()

    def acknowledge(self, message: FakeMessage) -> None:
        """Remember."""
        self.acknowledged.append(message)

    def negative_acknowledge(self, message: FakeMessage) -> None:
        """Remember."""
        self.returned.append(message)


@dataclass
class FakeProducers:
    """Topics that acknowledge when the test says so; `refuse` makes opening a producer fail."""

    sent: list[tuple[str, Envelope]] = field(default_factory=list)
    options: list[dict[str, Any]] = field(default_factory=list)
    refuse: Exception | None = None
    _unanswered: deque[tuple[str, Callable[[Any, Any], None]]] = field(default_factory=deque)
    _topic: str = ""

    def get(self, topic: str) -> FakeProducers:
        """The producer of that topic: itself."""
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
        """Answer what was sent and not answered yet, all or only one event."""
        waiting, self._unanswered = self._unanswered, deque()
        for event_id, callback in waiting:
            if only in {None, event_id}:
                callback(result, None)
            else:
                self._unanswered.append((event_id, callback))

    @property
    def ids(self) -> list[str]:
        """What was sent, in order."""
        return [envelope.id for _, envelope in self.sent]


def published(publisher: EventPublisher) -> list[int]:
    """The positions that the broker has acknowledged since the last time."""
    return [row.position for row in publisher.wait(0).published]
