"""Keeps the messages published on topics while a scenario runs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, Final

import pulsar

from pulsar_connector.broker.pulsar_client import full_topic
from seedwork.infraestructura.text import decimal_json

SILENCE_MS: Final = 10_000


class TopicMemory:
    """The messages of these topics, kept by a subscription of its own."""

    def __init__(self, client: pulsar.Client, topics: Sequence[str], subscription: str) -> None:
        self._client = client
        self._topics = topics
        self._subscription = subscription

    @contextmanager
    def remembering(self) -> Iterator[None]:
        """Keep every message published until the context is left."""
        self._subscribe().close()
        try:
            yield
        finally:
            with suppress(pulsar.PulsarException):  # without a broker the subscription stays
                self._subscribe().unsubscribe()

    def recall(self, expected: Collection[str]) -> dict[str, list[tuple[int, dict[str, Any]]]]:
        """Return the kept messages by event id: publication time (ms) and envelope of each copy."""
        found: dict[str, list[tuple[int, dict[str, Any]]]] = defaultdict(list)
        missing = set(expected)
        consumer = self._subscribe()
        while True:
            try:
                # Repetitions may come after every event has come once.
                message = consumer.receive(SILENCE_MS if missing else SILENCE_MS // 10)
            except pulsar.Timeout:
                break
            envelope = decimal_json.loads(message.data())
            found[envelope["id"]].append((message.publish_timestamp(), envelope))
            missing.discard(envelope["id"])
            consumer.acknowledge(message)
        consumer.close()
        return dict(found)

    def _subscribe(self) -> pulsar.Consumer:
        return self._client.subscribe(
            [full_topic(name) for name in self._topics],
            self._subscription,
            consumer_type=pulsar.ConsumerType.Shared,
            initial_position=pulsar.InitialPosition.Latest,
        )
