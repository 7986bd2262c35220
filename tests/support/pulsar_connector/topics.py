"""Topics, as a client that reads and writes them."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

import pulsar

from pulsar_connector.broker.pulsar_client import Producers, full_topic
from seedwork.infraestructura.events.envelope import Envelope


class Topics:
    """The topics of one test; `name` makes their names."""

    def __init__(self, client: pulsar.Client, *, prefix: str) -> None:
        self._client = client
        self._prefix = prefix
        self._producers = {of_any_size: Producers(client, of_any_size=of_any_size) for of_any_size in (False, True)}
        self._readers: dict[str, pulsar.Consumer] = {}

    def name(self, topic: str) -> str:
        """Return the topic's name in this test."""
        return self._prefix + topic

    def read(self, *topics: str, until: Callable[[list[pulsar.Message]], bool], timeout: float = 20) -> list[Any]:
        """Read the topics' messages from the beginning, in order, until the condition holds for them."""
        key = ",".join(topics)
        if key not in self._readers:
            self._readers[key] = self._client.subscribe(
                [full_topic(self.name(topic)) for topic in topics],
                f"reader-{time.monotonic_ns()}",
                pulsar.ConsumerType.Shared,  # pulsar-lite delivers some messages twice to an exclusive consumer
                initial_position=pulsar.InitialPosition.Earliest,
            )
        messages: list[pulsar.Message] = []
        deadline = time.monotonic() + timeout
        while not until(messages):
            assert time.monotonic() < deadline, f"only {len(messages)} messages within {timeout} s"
            with suppress(pulsar.Timeout):
                messages.append(self._readers[key].receive(100))
                self._readers[key].acknowledge(messages[-1])
        return messages

    def is_empty(self, topic: str) -> bool:
        """Return whether no (further) message arrives on the topic for a while."""
        try:
            self.read(topic, until=bool, timeout=0.5)
        except AssertionError:
            return True
        return False

    def send(self, topic: str, content: bytes, *, of_any_size: bool = False, **options: Any) -> None:
        """Send a message; one of any size is compressed and sent in chunks."""
        self._producers[of_any_size].get(self.name(topic)).send(content, **options)

    def send_raw(self, topic: str, content: bytes, *, key: bytes, properties: dict[bytes, bytes]) -> None:
        """Send a message with bytes where the Python client sends text only."""
        message = pulsar._pulsar.MessageBuilder()
        message.content(content)
        message.partition_key(key)
        for name, value in properties.items():
            message.property(name, value)
        self._producers[False].get(self.name(topic))._producer.send(message.build())


def ids(messages: Sequence[Any]) -> list[str]:
    """List the events' ids, in order of arrival."""
    return [Envelope.from_json(message.data()).id for message in messages]


def sequences(messages: Sequence[Any]) -> dict[str, list[int]]:
    """List the versions of each aggregate, in order of arrival; a repeated event counts the first time."""
    found: dict[str, list[int]] = defaultdict(list)
    for message in messages:
        envelope = Envelope.from_json(message.data())
        assert message.partition_key() == envelope.subject
        if envelope.sequence not in found[envelope.subject]:
            found[envelope.subject].append(envelope.sequence)
    return dict(found)
