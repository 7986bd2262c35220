"""The dead letters written by the bridge, and their way back to the failed mapping; used by `aero dlq`."""

from __future__ import annotations

import time
from collections import abc
from collections.abc import Callable, Collection, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import pulsar

from aero.platform.errors import AeroError
from pulsar_connector.broker.message_text import readable_key, readable_properties
from pulsar_connector.broker.pulsar_client import Producers, full_topic, short_topic
from pulsar_connector.mapping.dead_letters import REDRIVEN_FOR
from pulsar_connector.mapping.event_source_mapping import DEAD_LETTER_SUBSCRIPTION, EventSourceMapping
from seedwork.infraestructura.events.envelope import Envelope

if TYPE_CHECKING:
    from aero.platform.aws import Emulator

    Mappings = abc.Mapping[str, EventSourceMapping]
    Act = Callable[[Callable[["Letter"], bool], Callable[["Letter"], None]], None]

# The broker pushes all messages that it has, so silence means that there are no more.
FIRST_SILENCE_MS: Final = 2_000
SILENCE_MS: Final = 500
STORY: Final = "dlq-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A dead letter. A message that did not come from the bridge has no story and cannot be redriven."""

    id: str
    message: pulsar.Message

    @classmethod
    def of(cls, message: pulsar.Message) -> Letter:
        """Wrap a message, with an id that stays the same as long as the letter exists."""
        place = message.message_id()
        return cls(id=f"{short_topic(message.topic_name())}:{place.ledger_id()}:{place.entry_id()}", message=message)

    @property
    def topic(self) -> str:
        """The dead letter topic of the letter."""
        return short_topic(self.message.topic_name())

    def story(self, name: str) -> str:
        """Return one field of the letter's story, or an empty string.

        The fields are reason, mapping, topic, subscription, function, receive-count, message-id and time.
        """
        return readable_properties(self.message).get(STORY + name, "")

    def to_dict(self) -> dict[str, Any]:
        """Return the letter without its content as a document for scripts."""
        names = ("time", "mapping", "function", "topic", "subscription", "message-id", "receive-count", "reason")
        found = readable_properties(self.message)
        properties = {name: value for name, value in found.items() if not name.startswith(STORY)}
        return {
            "id": self.id,
            **{name.replace("-", "_"): self.story(name) for name in names},
            "key": readable_key(self.message) or "",
            "properties": properties,
            "size": len(self.message.data()),
        }


def deployed_mappings(emulator: Emulator, parameters: str) -> dict[str, EventSourceMapping]:
    """Return the mappings by name, from the SSM parameters below a path."""
    pages = emulator.client("ssm").get_paginator("get_parameters_by_path").paginate(Path=parameters)
    found = [parameter for page in pages for parameter in page["Parameters"]]
    return {
        parameter["Name"].rpartition("/")[2]: EventSourceMapping.model_validate_json(parameter["Value"])
        for parameter in found
    }


class DeadLetterOffice:
    """Reads dead letter topics, on the subscription that stands for their operator.

    A letter stays until it is redriven or discarded. Two concurrent readers get a part of the letters each.
    """

    def __init__(self, client: pulsar.Client, topics: Collection[str], mappings: Mappings) -> None:
        """`mappings` are the deployed mappings by name; a letter can only go back to one of them."""
        self._client = client
        self._topics = topics
        self._mappings = mappings

    def letters(self) -> Iterator[Letter]:
        """Yield the letters that exist at the start, topic by topic, oldest first."""
        for topic in self._topics:
            with self._consumer(topic) as consumer:
                yield from _until_silence(consumer)

    def find(self, letter_id: str) -> Letter:
        """Return the letter with an id. Raises AeroError if there is none."""
        for letter in self.letters():
            if letter.id == letter_id:
                return letter
        raise _missing([letter_id])

    def redrive(self, wanted: Callable[[Letter], bool], done: Callable[[Letter], None]) -> None:
        """Send letters back to their topics for their mapping only, each with its original bytes, key and properties.

        Delivery is at least once: a letter is removed after its topic has it. Raises AeroError at once for a letter
        without a deployed mapping, and after all others for letters too old for their mapping.
        """
        too_old: dict[str, str] = {}
        for topic in self._topics:
            with self._consumer(topic) as consumer, closing(Producers(self._client, of_any_size=True)) as producers:
                for letter in _until_silence(consumer):
                    if not wanted(letter):
                        continue
                    if reason := self._too_old(letter):
                        too_old[letter.id] = reason
                        continue
                    self._send_back(letter, producers)
                    consumer.acknowledge(letter.message)
                    done(letter)
        if too_old:
            reasons = "; ".join(f"{letter_id} is {reason}" for letter_id, reason in too_old.items())
            raise AeroError(
                f"{reasons}.",
                cure="It stays where it is. A rebuild adds it to the reports: aero reports rebuild.",
            )

    def redrive_these(self, ids: list[str], done: Callable[[Letter], None]) -> None:
        """Redrive the letters with these ids. Raises AeroError for unknown ids after all others."""
        _each_of(ids, self.redrive, done)

    def discard_these(self, ids: list[str], keep: Callable[[Letter], None]) -> None:
        """Remove the letters with these ids for good, each after `keep` has stored it.

        Raises AeroError for unknown ids after all others.
        """
        _each_of(ids, self._discard, keep)

    def _discard(self, wanted: Callable[[Letter], bool], keep: Callable[[Letter], None]) -> None:
        for topic in self._topics:
            with self._consumer(topic) as consumer:
                for letter in filter(wanted, _until_silence(consumer)):
                    keep(letter)
                    consumer.acknowledge(letter.message)

    def _too_old(self, letter: Letter) -> str | None:
        """Return why a letter is too old for its mapping, or None; the mapping decides in the same way."""
        mapping = self._mappings.get(letter.story("mapping"))
        if mapping is None:
            return None
        try:
            time = Envelope.from_json(letter.message.data()).time
        except ValueError:
            return None  # the mapping will report it
        return mapping.too_old(time, now=datetime.now(UTC))

    def _send_back(self, letter: Letter, producers: Producers) -> None:
        topic, mapping = letter.story("topic"), letter.story("mapping")
        if not topic or not mapping:
            raise AeroError(f"{letter.id} does not name its topic and mapping, so it cannot be redriven.")
        if mapping not in self._mappings:
            raise AeroError(
                f"{letter.id} is for the mapping {mapping}, which is not deployed.",
                cure=f"Deploy a mapping of that name. Deployed mappings: {', '.join(sorted(self._mappings))}.",
            )
        message = letter.message
        own = {name: value for name, value in readable_properties(message).items() if not name.startswith(STORY)}
        try:
            producers.get(topic).send(
                message.data(),
                properties=own | {REDRIVEN_FOR: mapping},
                partition_key=readable_key(message),
                event_timestamp=message.event_timestamp() or None,
            )
        except pulsar.PulsarException as error:
            raise AeroError(f"{letter.id} could not be sent to {topic}: {error}. It stays where it is.") from None

    @contextmanager
    def _consumer(self, topic: str) -> Iterator[pulsar.Consumer]:
        try:
            consumer = self._client.subscribe(
                full_topic(topic), DEAD_LETTER_SUBSCRIPTION, pulsar.ConsumerType.Shared,
                initial_position=pulsar.InitialPosition.Earliest,
            )  # fmt: skip
        except pulsar.PulsarException as error:
            raise AeroError(
                f"{topic} cannot be read: {error}.", cure="See aero status, and aero logs pulsar."
            ) from None
        with closing(consumer):
            yield consumer


def _until_silence(consumer: pulsar.Consumer) -> Iterator[Letter]:
    # A redriven letter that fails again at once is newer than the start. Reading it would make a redrive endless.
    began_ms = time.time() * 1000
    silence_ms = FIRST_SILENCE_MS
    while True:
        try:
            message = consumer.receive(silence_ms)
        except pulsar.Timeout:
            return
        if message.publish_timestamp() > began_ms:
            return
        silence_ms = SILENCE_MS
        yield Letter.of(message)


def _each_of(ids: list[str], act: Act, done: Callable[[Letter], None]) -> None:
    missing = set(ids)

    def wanted(letter: Letter) -> bool:
        return letter.id in missing

    def found(letter: Letter) -> None:
        missing.discard(letter.id)
        done(letter)

    act(wanted, found)
    if missing:
        raise _missing(sorted(missing))


def _missing(ids: list[str]) -> AeroError:
    return AeroError(f"There is no dead letter {', '.join(map(repr, ids))}.", cure="See aero dlq list.")
