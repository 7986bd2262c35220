"""A received message with its record in the function's event."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from pulsar_connector.mapping.sqs_event import FRAME_BYTES, message_id, sqs_record
from seedwork.infraestructura.events.envelope import Envelope

if TYPE_CHECKING:
    import pulsar

    from pulsar_connector.mapping.sqs_event import EventSource

MAX_EVENT_BYTES: Final = 6 * 1024 * 1024  # Lambda's limit for a synchronous invocation


class UndeliverableError(ValueError):
    """No function can ever be given this message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One receipt of a message, with its record in the event."""

    message: pulsar.Message
    id: str
    event_type: str
    time: datetime
    receive_count: int
    record: bytes

    @classmethod
    def of(cls, message: pulsar.Message, source: EventSource) -> Delivery:
        """Read a message; raises UndeliverableError if it is not an envelope, not text, or too large for any event."""
        receive_count = message.redelivery_count() + 1
        try:
            envelope = Envelope.from_json(message.data())
        except ValueError as error:
            raise UndeliverableError(f"malformed envelope: {error}") from error
        body = message.data().decode()
        try:
            record = sqs_record(message, body=body, receive_count=receive_count, source=source)
        except ValueError as error:
            raise UndeliverableError(f"its properties are not text: {error}") from error
        if FRAME_BYTES + len(record) > MAX_EVENT_BYTES:
            raise UndeliverableError(f"its event would have {FRAME_BYTES + len(record)} bytes")
        return cls(
            message=message,
            id=message_id(message),
            event_type=envelope.type,
            time=envelope.time,
            receive_count=receive_count,
            record=record,
        )
