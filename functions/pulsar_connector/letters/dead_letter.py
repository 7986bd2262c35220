"""A dead letter as its row: everything of the message, and the story that the bridge wrote into its properties."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from pulsar_connector.broker.message_text import readable_key, readable_properties
from pulsar_connector.broker.pulsar_client import short_topic
from pulsar_connector.mapping.sqs_event import message_id
from seedwork.infraestructura.events.envelope import Envelope

if TYPE_CHECKING:
    import pulsar

STORY: Final = "dlq-"
MAX_NAME: Final = 200  # characters, as in the connector's configuration; an index entry has a limit too
MAX_REASON: Final = 2_000
MAX_BIGINT: Final = 2**63 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """The columns of `connector.dead_letters`; the story's fields are empty for a message of another program."""

    position: str
    published_ms: int
    dlq_topic: str
    mapping: str
    function: str
    topic: str
    subscription: str
    reason: str
    message_id: str
    receives: int | None
    failed_at: datetime
    event_time: datetime | None
    event_timestamp: int | None
    key: bytes | None
    properties: str
    content: bytes

    @classmethod
    def of(cls, message: pulsar.Message) -> DeadLetter:
        """Read a message of any program; whatever its properties hold, PostgreSQL accepts the result."""
        properties = readable_properties(message)
        key = readable_key(message)
        published_ms = min(message.publish_timestamp(), MAX_BIGINT)

        def told(name: str, length: int = MAX_NAME) -> str:
            return storable(properties.get(STORY + name, ""))[:length]

        return cls(
            position=message_id(message),
            published_ms=published_ms,
            dlq_topic=short_topic(message.topic_name()),
            mapping=told("mapping"),
            function=told("function"),
            topic=told("topic"),
            subscription=told("subscription"),
            reason=told("reason", MAX_REASON),
            message_id=told("message-id"),
            receives=_count(told("receive-count")),
            failed_at=_instant(told("time")) or _instant_of(published_ms),
            event_time=_event_time(message.data()),
            event_timestamp=min(message.event_timestamp(), MAX_BIGINT) or None,
            key=key.encode() if key is not None else None,
            properties=json.dumps({name: text for name, text in properties.items() if not name.startswith(STORY)}),
            content=message.data(),
        )


def storable(text: str) -> str:
    """Return a text that PostgreSQL can store: without NUL and unpaired surrogates."""
    return text.replace("\0", "\ufffd").encode(errors="replace").decode()


def _count(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None  # noqa: PLR2004 - fits an int


def _instant(text: str) -> datetime | None:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return None
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def _instant_of(milliseconds: int) -> datetime:
    try:
        return datetime.fromtimestamp(milliseconds / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return datetime.now(UTC)


def _event_time(content: bytes) -> datetime | None:
    try:
        return Envelope.from_json(content).time
    except Exception:  # noqa: BLE001 - whatever is wrong with one letter must not hold up the others
        return None
