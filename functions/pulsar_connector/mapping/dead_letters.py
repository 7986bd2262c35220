"""Publishes dead letters: a message as it was, with properties that say why, where and how often it failed.

`settlement.py` decides which message becomes one.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import pulsar

from pulsar_connector.broker.message_text import readable_key, readable_properties, without_halves
from pulsar_connector.broker.pulsar_client import full_topic, short_topic
from pulsar_connector.mapping.event_source_mapping import DEAD_LETTER_SUBSCRIPTION

if TYPE_CHECKING:
    from pulsar_connector.broker.pulsar_client import Producers
    from pulsar_connector.mapping.event_source_mapping import EventSourceMapping

MAX_REASON_CHARACTERS: Final = 1_000
# A redriven letter is only for the mapping that failed; the topic's other mappings have processed the message.
REDRIVEN_FOR: Final = "redriven-for"


class DeadLetters:
    """Publishes to a mapping's dead letter topic, if it has one; for one thread."""

    def __init__(self, name: str, mapping: EventSourceMapping, *, client: pulsar.Client, producers: Producers) -> None:
        self._name = name
        self._topic = mapping.dlq_topic
        self._mapping = mapping
        self._client = client
        self._producers = producers
        self._kept = False

    def publish(self, message: pulsar.Message, *, reason: str) -> None:
        """Return once the broker has the letter; after a PulsarException the broker may or may not have it.

        The properties make a message larger. If it no longer fits because of its own properties, these are left out;
        the bytes never are.
        """
        if self._topic is None:
            return
        self._keep(self._topic)
        story = {
            "dlq-reason": without_halves(reason[:MAX_REASON_CHARACTERS]).replace("\0", "\ufffd"),
            "dlq-mapping": self._name,
            "dlq-topic": short_topic(message.topic_name()),
            "dlq-subscription": self._mapping.subscription,
            "dlq-function": self._mapping.function,
            "dlq-receive-count": str(message.redelivery_count() + 1),
            "dlq-message-id": str(message.message_id()),
            "dlq-time": datetime.now(UTC).isoformat(),
        }
        try:
            self._send(message, key=readable_key(message), properties=readable_properties(message) | story)
        except pulsar.MessageTooBig:
            self._send(message, key=None, properties=story)

    def _send(self, message: pulsar.Message, *, key: str | None, properties: dict[str, str]) -> None:
        assert self._topic is not None  # noqa: S101 - narrows the type
        self._producers.get(self._topic).send(
            message.data(),
            properties=properties,
            partition_key=key,
            event_timestamp=message.event_timestamp() or None,
        )

    def _keep(self, topic: str) -> None:
        """Create the subscription once, so that the broker keeps the letters."""
        if not self._kept:
            self._client.subscribe(
                full_topic(topic),
                DEAD_LETTER_SUBSCRIPTION,
                pulsar.ConsumerType.Shared,
                initial_position=pulsar.InitialPosition.Earliest,
                receiver_queue_size=1,
            ).close()
            self._kept = True
