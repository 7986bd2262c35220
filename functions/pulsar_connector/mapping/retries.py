"""Delivers failed messages again, later each time."""

from __future__ import annotations

import heapq
import itertools
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pulsar

    from pulsar_connector.mapping.delivery import Delivery
    from pulsar_connector.mapping.event_source_mapping import EventSourceMapping


class Retries:
    """Negative-acknowledges failed messages; for one thread.

    The client delays each of them by the mapping's retry delay. A message that failed before waits longer: it spends
    the rest of its delay here, unacknowledged. If this process dies, the broker delivers the message at once.
    """

    def __init__(self, consumer: pulsar.Consumer, mapping: EventSourceMapping) -> None:
        self._consumer = consumer
        self._mapping = mapping
        self._waiting: list[tuple[float, int, pulsar.Message]] = []
        self._order = itertools.count()

    def later(self, delivery: Delivery) -> None:
        """Deliver the message again, after the delay for its number of receipts."""
        extra = self._mapping.retry_delay_seconds(delivery.receive_count) - self._mapping.retry_delay_ms / 1000
        if extra <= 0:
            self._consumer.negative_acknowledge(delivery.message)
        else:
            heapq.heappush(self._waiting, (monotonic() + extra, next(self._order), delivery.message))

    def release_due(self) -> None:
        """Hand messages back to the client whose extra delay is over."""
        while self._waiting and self._waiting[0][0] <= monotonic():
            self._consumer.negative_acknowledge(heapq.heappop(self._waiting)[2])

    def __bool__(self) -> bool:
        """Return whether a message waits here."""
        return bool(self._waiting)

    def seconds_to_next(self, longest: float) -> float:
        """Return the time until `release_due` has something to do, at most `longest`."""
        return max(0.0, min(longest, self._waiting[0][0] - monotonic())) if self._waiting else longest
