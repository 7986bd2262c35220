"""Our ends of the topics: conversions that are sent, and everything that payments has published."""

from __future__ import annotations

import random
import time
from collections import defaultdict
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final

import pulsar

from aero.broker.dead_letters import DeadLetterOffice, printable
from aero.errors import AeroError
from pulsar_connector.pulsar_client import Producers, full_topic
from seedwork.infraestructura import decimal_json

if TYPE_CHECKING:
    import threading
    from collections.abc import Collection, Iterator, Sequence

    from aero.scenarios.exactly_once.plan import Conversion

CONVERSIONS: Final = "tracking.evt.conversion"
FACTS: Final = (
    "payments.evt.pending", "payments.evt.completed", "payments.evt.failed", "payments.evt.reversed"
)  # fmt: skip
DEAD_LETTERS: Final = ("payments.DLQ", "tracking.DLQ")
PATIENCE_SECONDS: Final = 120
SILENCE_MS: Final = 10_000


class Broker:
    """The running platform's, on a subscription of this run."""

    def __init__(self, client: pulsar.Client, subscription: str) -> None:
        self._client = client
        self._subscription = subscription

    @contextmanager
    def remembering(self) -> Iterator[None]:
        """Meanwhile, keep everything that payments publishes."""
        self._subscribe().close()
        try:
            yield
        finally:
            with suppress(pulsar.PulsarException):  # a broker that is away keeps it, as it keeps everything
                self._subscribe().unsubscribe()

    def recall(self, expected: Collection[str]) -> dict[str, list[tuple[int, dict[str, Any]]]]:
        """All that was published since, with its time in ms, by the event's id."""
        found: dict[str, list[tuple[int, dict[str, Any]]]] = defaultdict(list)
        missing = set(expected)
        consumer = self._subscribe()
        while True:
            try:
                # What is repeated may come after everything has come once.
                message = consumer.receive(SILENCE_MS if missing else SILENCE_MS // 10)
            except pulsar.Timeout:
                break
            envelope = decimal_json.loads(message.data())
            found[envelope["id"]].append((message.publish_timestamp(), envelope))
            missing.discard(envelope["id"])
            consumer.acknowledge(message)
        consumer.close()
        return dict(found)

    def dead_letters(self, ids: Collection[str]) -> list[str]:
        """Which of these events are dead letters, and why."""
        office = DeadLetterOffice(self._client, DEAD_LETTERS, ())
        found = ((letter.message.properties().get("id"), letter.story("reason")) for letter in office.letters())
        return [f"{event_id}: {printable(reason)}" for event_id, reason in found if event_id in ids]

    def send(self, conversions: Sequence[Conversion], *, seconds: float, stop: threading.Event) -> None:
        """Publish them, spread over so many seconds, each until the broker has acknowledged it."""
        producers = Producers(self._client)
        began = time.monotonic()
        for number, conversion in enumerate(conversions):
            if stop.wait(max(0.0, began + number * seconds / len(conversions) - time.monotonic())):
                return
            self._send(producers, conversion)
        producers.close()

    def _send(self, producers: Producers, conversion: Conversion) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                producers.get(CONVERSIONS).send(
                    conversion.envelope.to_json(),
                    partition_key=conversion.envelope.subject,
                    properties={"id": conversion.envelope.id, "type": conversion.envelope.type},
                )
            except pulsar.PulsarException as error:
                if time.monotonic() > deadline:
                    raise AeroError(f"The broker did not take a conversion in {PATIENCE_SECONDS} s: {error}") from None
                time.sleep(random.uniform(0.1, 0.5))  # noqa: S311 - not a secret
            else:
                return

    def _subscribe(self) -> pulsar.Consumer:
        return self._client.subscribe(
            [full_topic(name) for name in FACTS],
            self._subscription,
            consumer_type=pulsar.ConsumerType.Shared,
            initial_position=pulsar.InitialPosition.Latest,
        )
