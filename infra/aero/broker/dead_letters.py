"""`aero dlq`: dead letters, as the bridge has written them, and how they get back to the mapping that failed."""

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

# The broker sends what it has without being asked, so silence means that there is no more.
FIRST_SILENCE_MS: Final = 2_000
SILENCE_MS: Final = 500
STORY: Final = "dlq-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A dead letter; what another program than the bridge has put there has no story, and cannot go back."""

    id: str
    message: pulsar.Message

    @classmethod
    def of(cls, message: pulsar.Message) -> Letter:
        """With an id that stays the same for as long as the letter is there."""
        place = message.message_id()
        return cls(id=f"{short_topic(message.topic_name())}:{place.ledger_id()}:{place.entry_id()}", message=message)

    @property
    def topic(self) -> str:
        """The dead letter topic that it waits on."""
        return short_topic(self.message.topic_name())

    def story(self, name: str) -> str:
        """One of reason, mapping, topic, subscription, function, receive-count, message-id, time; empty if not told."""
        return readable_properties(self.message).get(STORY + name, "")

    def to_dict(self) -> dict[str, Any]:
        """For scripts."""
        names = ("time", "mapping", "function", "topic", "subscription", "message-id", "receive-count", "reason")
        told = readable_properties(self.message)
        properties = {name: value for name, value in told.items() if not name.startswith(STORY)}
        return {
            "id": self.id,
            **{name.replace("-", "_"): self.story(name) for name in names},
            "key": readable_key(self.message) or "",
            "properties": properties,
            "size": len(self.message.data()),
        }


def deployed_mappings(emulator: Emulator, parameters: str) -> dict[str, EventSourceMapping]:
    """By name, from the SSM parameters under a path."""
    pages = emulator.client("ssm").get_paginator("get_parameters_by_path").paginate(Path=parameters)
    found = [parameter for page in pages for parameter in page["Parameters"]]
    return {
        parameter["Name"].rpartition("/")[2]: EventSourceMapping.model_validate_json(parameter["Value"])
        for parameter in found
    }


class DeadLetterOffice:
    """Looks through dead letter topics, on the subscription that stands for whoever looks after them.

    What is only looked at stays. Two who look at the same time see a part each.
    """

    def __init__(self, client: pulsar.Client, topics: Collection[str], mappings: Mappings) -> None:
        """`mappings` are those that are there to take a letter back, by name."""
        self._client = client
        self._topics = topics
        self._mappings = mappings

    def letters(self) -> Iterator[Letter]:
        """All that were there when it began, topic by topic, oldest first."""
        for topic in self._topics:
            with self._consumer(topic) as consumer:
                yield from _until_silence(consumer)

    def find(self, letter_id: str) -> Letter:
        """Raises AeroError if there is none."""
        for letter in self.letters():
            if letter.id == letter_id:
                return letter
        raise _missing([letter_id])

    def redrive(self, wanted: Callable[[Letter], bool], done: Callable[[Letter], None]) -> None:
        """Send letters back to their topics, each with its own bytes, key and properties, for their mapping alone.

        At least once: a letter leaves when its topic has it. Raises AeroError for one that nobody would take and,
        after all others, for those that are too old for their mapping.
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
            told = "; ".join(f"{letter_id} is {reason}" for letter_id, reason in too_old.items())
            raise AeroError(
                f"{told}.", cure="Reports find it in a rebuild: aero reports rebuild. It stays where it is."
            )

    def redrive_these(self, ids: list[str], done: Callable[[Letter], None]) -> None:
        """The same for those with these ids; raises AeroError naming the ids that there are not, after all others."""
        _each_of(ids, self.redrive, done)

    def discard_these(self, ids: list[str], keep: Callable[[Letter], None]) -> None:
        """Take those with these ids away for good, each once `keep` has it; raises AeroError as above."""
        _each_of(ids, self._discard, keep)

    def _discard(self, wanted: Callable[[Letter], bool], keep: Callable[[Letter], None]) -> None:
        for topic in self._topics:
            with self._consumer(topic) as consumer:
                for letter in filter(wanted, _until_silence(consumer)):
                    keep(letter)
                    consumer.acknowledge(letter.message)

    def _too_old(self, letter: Letter) -> str | None:
        """Why its mapping would not take it, whose own reading is the same."""
        mapping = self._mappings.get(letter.story("mapping"))
        if mapping is None:
            return None
        try:
            time = Envelope.from_json(letter.message.data()).time
        except ValueError:
            return None  # for the mapping to say
        return mapping.too_old(time, now=datetime.now(UTC))

    def _send_back(self, letter: Letter, producers: Producers) -> None:
        topic, mapping = letter.story("topic"), letter.story("mapping")
        if not topic or not mapping:
            raise AeroError(f"{letter.id} does not tell where it came from, so it cannot go back.")
        if mapping not in self._mappings:
            raise AeroError(
                f"{letter.id} is for the mapping {mapping}, which is not there: nobody would take it.",
                cure=f"Deploy a mapping of that name. There are: {', '.join(sorted(self._mappings))}.",
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
    # A letter that is redriven and fails again at once comes after the beginning: else it would go round for ever.
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
