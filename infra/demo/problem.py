"""A problem to look at: a dead letter of a message that no function can read, as from a producer with a mistake."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any, Final

from aero.broker.client import running_broker
from aero.operate.letters.office import DeadLetterOffice
from aero.platform.errors import AeroError
from pulsar_connector.broker.pulsar_client import Producers

if TYPE_CHECKING:
    from aero.platform.paths import Paths
    from aero.platform.progress.events import Step

TOPIC: Final = "tracking.evt.page_view"  # one mapping reads it, so the message becomes one letter
MAPPING: Final = "proyectar-reportes"
MESSAGE: Final[dict[str, Any]] = {
    "evento": "vista", "afiliado": "tienda-andina", "url": "https://tienda-andina.example/ofertas", "version": 2,
}  # fmt: skip
CONTENT: Final = json.dumps(MESSAGE).encode()
DEADLINE_SECONDS: Final = 60
POLL_SECONDS: Final = 0.2


class Problem:
    """Publishes the message on the running platform's topic, unless its letter waits already."""

    def __init__(self, paths: Paths, url: str) -> None:
        self._paths = paths
        self._office = DeadLetterOffice(url)

    def letter(self) -> str:
        """Return the id of the waiting letter, empty if there is none; raises AeroError."""
        of_its_size = (
            letter
            for letter in self._office.letters(mapping=MAPPING)
            if letter.topic == TOPIC and letter.size == len(CONTENT) and not letter.is_sent
        )
        return next((letter.id for letter in of_its_size), "")

    def make(self, current: Step) -> str:
        """Return the id of its letter, once that waits; raises AeroError if it does not come."""
        if waiting := self.letter():
            return waiting
        with running_broker(self._paths) as client:
            Producers(client).get(TOPIC).send(CONTENT)
        deadline = time.monotonic() + DEADLINE_SECONDS
        while not (found := self.letter()):
            current.note("waiting for the dead letter")
            if time.monotonic() > deadline:
                raise AeroError(
                    f"The dead letter has not arrived after {DEADLINE_SECONDS} s.",
                    cure="See aero status, then aero dlq list.",
                )
            time.sleep(POLL_SECONDS)
        return found
