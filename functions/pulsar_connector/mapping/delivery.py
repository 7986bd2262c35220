"""A message that was received, and collecting several of them into a batch."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import pulsar

from pulsar_connector.broker.message_text import readable_properties
from pulsar_connector.mapping.dead_letters import REDRIVEN_FOR
from pulsar_connector.mapping.sqs_event import FRAME_BYTES, message_id, sqs_record
from seedwork.infraestructura.envelope import Envelope

if TYPE_CHECKING:
    from pulsar_connector.mapping.settlement import Settlement
    from pulsar_connector.mapping.sqs_event import EventSource
    from pulsar_connector.run.configuration import Mapping

MAX_EVENT_BYTES: Final = 6 * 1024 * 1024  # of a synchronous invocation


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
        """Raises UndeliverableError if the message is not an envelope, is no text, or is too large for any event."""
        receive_count = message.redelivery_count() + 1
        try:
            envelope = Envelope.from_json(message.data())
        except ValueError as error:
            raise UndeliverableError(f"malformed envelope: {error}") from error
        body = message.data().decode()
        try:
            record = sqs_record(message, body=body, receive_count=receive_count, source=source)
        except ValueError as error:
            raise UndeliverableError(f"its properties are no text: {error}") from error
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


class BatchCollector:
    """Fills batches from a consumer: the first message may take its time, the others have the batching window."""

    def __init__(
        self, name: str, mapping: Mapping, consumer: pulsar.Consumer, source: EventSource, settlement: Settlement
    ) -> None:
        """`settlement` is given every message that belongs in no batch."""
        self._name = name
        self._mapping = mapping
        self._consumer = consumer
        self._source = source
        self._settlement = settlement
        self._next: Delivery | None = None

    def collect(self, first_wait_seconds: float) -> list[Delivery]:
        """The next batch, never larger than its limits; empty if no message came in time."""
        # Not batch_receive: it waits for its whole timeout when there are fewer messages than it may take.
        batch: list[Delivery] = []
        size = FRAME_BYTES
        until = time.monotonic() + first_wait_seconds
        while len(batch) < self._mapping.batch_size:
            delivery, self._next = self._next or self._receive(until), None
            if delivery is None:
                break
            size += len(delivery.record) + 1
            if size > MAX_EVENT_BYTES and batch:
                self._next = delivery  # opens the next batch
                break
            if not batch:
                until = time.monotonic() + self._mapping.batching_window_ms / 1000
            batch.append(delivery)
        return batch

    def _receive(self, until: float) -> Delivery | None:
        while True:
            # A window that is over still takes what has arrived already.
            timeout_ms = max(1, round((until - time.monotonic()) * 1000))
            try:
                message = self._consumer.receive(timeout_ms)
            except pulsar.Timeout:
                return None
            if delivery := self._deliverable(message):
                return delivery
            if time.monotonic() >= until:
                return None

    def _deliverable(self, message: pulsar.Message) -> Delivery | None:
        if readable_properties(message).get(REDRIVEN_FOR, self._name) != self._name:
            self._settlement.unwanted(message)
            return None
        try:
            delivery = Delivery.of(message, self._source)
        except UndeliverableError as error:
            self._settlement.undeliverable(message, str(error))
            return None
        except Exception as error:  # noqa: BLE001 - an error that reading one message meets must not end the worker
            self._settlement.undeliverable(message, f"it could not be read: {type(error).__name__}: {error}")
            return None
        if not self._mapping.wants(delivery.event_type):
            self._settlement.unwanted(message)
            return None
        if reason := self._mapping.too_old(delivery.time, now=datetime.now(UTC)):
            self._settlement.undeliverable(message, reason)
            return None
        return delivery
