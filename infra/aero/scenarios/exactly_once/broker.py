"""Our ends of the topics: conversions that are sent, and dead letters."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING, Final

import pulsar

from aero.broker.dead_letters import DeadLetterOffice, printable
from aero.errors import AeroError
from pulsar_connector.pulsar_client import Producers

if TYPE_CHECKING:
    import threading
    from collections.abc import Collection, Sequence

    from aero.scenarios.exactly_once.plan import Conversion

CONVERSIONS: Final = "tracking.evt.conversion"
DEAD_LETTERS: Final = ("payments.DLQ", "tracking.DLQ")
PATIENCE_SECONDS: Final = 120


class Broker:
    """The running platform's."""

    def __init__(self, client: pulsar.Client) -> None:
        self._client = client

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
