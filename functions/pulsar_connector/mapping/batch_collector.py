"""Collects received messages into batches; messages that belong in no batch go to the settlement."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pulsar

from pulsar_connector.broker.message_text import readable_properties
from pulsar_connector.mapping.dead_letters import REDRIVEN_FOR
from pulsar_connector.mapping.delivery import MAX_EVENT_BYTES, Delivery, UndeliverableError
from pulsar_connector.mapping.sqs_event import FRAME_BYTES

if TYPE_CHECKING:
    from pulsar_connector.mapping.event_source_mapping import EventSourceMapping
    from pulsar_connector.mapping.settlement import Settlement
    from pulsar_connector.mapping.sqs_event import EventSource


class BatchCollector:
    """Fills batches from a consumer; after the first message, the others have the batching window to arrive."""

    def __init__(
        self,
        name: str,
        mapping: EventSourceMapping,
        consumer: pulsar.Consumer,
        source: EventSource,
        settlement: Settlement,
    ) -> None:
        """`settlement` is given every message that belongs in no batch."""
        self._name = name
        self._mapping = mapping
        self._consumer = consumer
        self._source = source
        self._settlement = settlement
        self._next: Delivery | None = None

    def collect(self, first_wait_seconds: float) -> list[Delivery]:
        """Return the next batch within its limits, or an empty one if no message came in time."""
        # Not batch_receive: with fewer messages than its limit, it waits for its whole timeout.
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
            # After the end of the window, messages that have already arrived are still taken.
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
        except Exception as error:  # noqa: BLE001 - an error about one message must not end the worker
            self._settlement.undeliverable(message, f"it could not be read: {type(error).__name__}: {error}")
            return None
        if not self._mapping.wants(delivery.event_type):
            self._settlement.unwanted(message)
            return None
        if reason := self._mapping.too_old(delivery.time, now=datetime.now(UTC)):
            self._settlement.undeliverable(message, reason)
            return None
        return delivery
