"""Sends letters back to their topics, for the mapping that failed only."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

import pulsar

from pulsar_connector.broker.results import BROKER_UNAVAILABLE
from pulsar_connector.mapping.dead_letters import REDRIVEN_FOR

if TYPE_CHECKING:
    from pulsar_connector.broker.pulsar_client import Producers
    from pulsar_connector.letters.letter_session import RequestedLetter

# Longer than the client's own limit for a message, after which it reports a timeout.
PATIENCE_SECONDS: Final = 15.0
_TOPIC: Final = re.compile(r"[A-Za-z0-9._-]{1,200}")


@dataclass(slots=True)
class Redrive:
    """The result of sending letters: the sent ones, the refused ones with their reasons, and the broker's failure."""

    sent: list[int] = field(default_factory=list)
    refused: dict[int, str] = field(default_factory=dict)
    broken: str = ""

    def failed(self, letter: RequestedLetter, *, name: str, cause: str) -> None:
        """Note a failure. A letter is refused for an error of its own; after the broker's it is sent again later."""
        if name in BROKER_UNAVAILABLE:
            self.broken = cause
        else:
            self.refused[letter.id] = f"{letter.topic}: {cause}"


def send_back(letters: Sequence[RequestedLetter], producers: Producers) -> Redrive:
    """Send letters with their original bytes, keys and properties, and wait until the broker has them.

    A letter without any result may be on its topic or not: it is sent again.
    """
    redrive = Redrive()
    answers: SimpleQueue[tuple[RequestedLetter, pulsar.Result]] = SimpleQueue()
    under_way = 0
    for letter in letters:
        try:
            _send(letter, producers, answers)
        except pulsar.PulsarException as error:
            redrive.failed(letter, name=type(error).__name__, cause=str(error))
        except Exception as error:  # noqa: BLE001 - an error about one letter must not hold up the others
            redrive.failed(letter, name="", cause=f"{type(error).__name__}: {error}")
        else:
            under_way += 1
        if redrive.broken:
            break
    until = monotonic() + PATIENCE_SECONDS
    while under_way:
        try:
            letter, result = answers.get(timeout=max(0.0, until - monotonic()))
        except Empty:
            redrive.broken = redrive.broken or "the broker does not answer"
            break
        under_way -= 1
        if result == pulsar.Result.Ok:
            redrive.sent.append(letter.id)
        else:
            redrive.failed(letter, name=result.name, cause=f"the broker answered {result.name}")
    return redrive


def _send(
    letter: RequestedLetter, producers: Producers, answers: SimpleQueue[tuple[RequestedLetter, pulsar.Result]]
) -> None:
    if not _TOPIC.fullmatch(letter.topic):
        raise ValueError("this is not a topic's name")

    def answered(result: pulsar.Result, _message_id: Any) -> None:
        answers.put((letter, result))

    producers.get(letter.topic).send_async(
        letter.content,
        answered,
        properties=letter.properties | {REDRIVEN_FOR: letter.mapping},
        partition_key=letter.key,
        event_timestamp=letter.event_timestamp,
    )
