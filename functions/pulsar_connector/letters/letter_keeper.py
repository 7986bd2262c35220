"""The keeper of dead letters: one worker of the relay, active in one run at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from time import monotonic
from typing import TYPE_CHECKING, Final

import pulsar

from pulsar_connector.broker.pulsar_client import BrokerUnavailableError, Producers, full_topic
from pulsar_connector.letters.dead_letter import DeadLetter
from pulsar_connector.letters.letter_session import LetterSession
from pulsar_connector.letters.redrive import send_back
from pulsar_connector.mapping.event_source_mapping import DEAD_LETTER_SUBSCRIPTION
from pulsar_connector.run.locked_session import open_session
from pulsar_connector.run.meter import Meter
from seedwork.infraestructura.aws.telemetry import logger

if TYPE_CHECKING:
    from pulsar_connector.mapping.event_source_mapping import EventSourceMapping
    from pulsar_connector.run.deadline import Deadline
    from seedwork.infraestructura.postgres.database_secret import DatabaseSecret

NAME: Final = "dead-letters"
WAIT_MS: Final = 500  # for a letter; a requested redrive begins after this time at the latest
NEXT_WAIT_MS: Final = 5
LETTERS_AT_A_TIME: Final = 200
# The memory is bounded by this, by one more letter of any size, and by the letters that the client has fetched ahead.
BYTES_AT_A_TIME: Final = 8 * 1024 * 1024
FETCHED_AHEAD: Final = 8
KEEP_DAYS: Final = 30
PRUNE_ROWS: Final = 500
PRUNE_SECONDS: Final = 60.0


class LetterKeeper:
    """Stores dead letters in PostgreSQL, and sends those back whose redrive was requested, at least once each.

    A letter is acknowledged after it is stored, and marked as redriven after its topic has it.
    """

    def __init__(
        self,
        mappings: Callable[[], Mapping[str, EventSourceMapping]],
        *,
        client: pulsar.Client,
        secret: Callable[[bool], DatabaseSecret],
        deadline: Deadline,
    ) -> None:
        """`mappings` reads the deployed mappings; their dead letter topics are kept, and only they get letters back."""
        self.name = NAME
        self.meter = Meter("letters", NAME, totals=("Stored", "Redriven", "Refused"))
        self._mappings = mappings
        self._client = client
        self._secret = secret
        self._deadline = deadline
        self._prune_at = 0.0

    def run(self) -> None:
        """Keep letters until the deadline; raises when database or broker fail, and may then be run again."""
        if self._deadline.passed:
            return
        mappings = self._mappings()
        with closing(open_session(self._secret, LetterSession)) as session:
            while not self._deadline.passed:
                if session.wait_for_lock():
                    logger.info("keeper of dead letters active")
                    self._keep(session, mappings)
        self.meter.flush()

    def _keep(self, session: LetterSession, mappings: Mapping[str, EventSourceMapping]) -> None:
        topics = sorted({mapping.dlq_topic for mapping in mappings.values() if mapping.dlq_topic})
        with self._consumer(topics) as consumer, closing(Producers(self._client, of_any_size=True)) as producers:
            while not self._deadline.passed:
                if consumer is None:
                    self._deadline.sleep(WAIT_MS / 1000)
                else:
                    self._store(session, consumer)
                self._redrive(session, producers, mappings)
                self._prune_if_due(session)
                self.meter.flush_if_due(lambda: self.meter.measure("LettersNow", "Count", session.waiting()))

    def _store(self, session: LetterSession, consumer: pulsar.Consumer) -> None:
        messages = list(_received(consumer))
        if not messages:
            return
        self.meter.count("Stored", session.store([DeadLetter.of(message) for message in messages]))
        for message in messages:
            consumer.acknowledge(message)

    def _redrive(
        self, session: LetterSession, producers: Producers, mappings: Mapping[str, EventSourceMapping]
    ) -> None:
        while letters := session.requested(mappings=mappings, limit=LETTERS_AT_A_TIME, max_bytes=BYTES_AT_A_TIME):
            redrive = send_back(letters, producers)
            if redrive.sent:
                session.mark_redriven(redrive.sent)
                self.meter.count("Redriven", len(redrive.sent))
            for letter_id, reason in redrive.refused.items():
                session.refuse(letter_id, reason)
                self.meter.count("Refused")
                logger.error("dead letter not redriven: it stays", extra={"letter": letter_id, "cause": reason})
            if redrive.broken:
                raise BrokerUnavailableError(redrive.broken)
            if self._deadline.passed:
                return

    def _prune_if_due(self, session: LetterSession) -> None:
        if monotonic() >= self._prune_at:
            deleted = session.prune(keep_days=KEEP_DAYS, limit=PRUNE_ROWS)
            self._prune_at = monotonic() + (0 if deleted else PRUNE_SECONDS)

    @contextmanager
    def _consumer(self, topics: list[str]) -> Iterator[pulsar.Consumer | None]:
        """Read the topics as their operator; None without any topic."""
        if not topics:
            yield None
            return
        consumer = self._client.subscribe(
            [full_topic(topic) for topic in topics],
            DEAD_LETTER_SUBSCRIPTION,
            pulsar.ConsumerType.Shared,
            initial_position=pulsar.InitialPosition.Earliest,
            receiver_queue_size=FETCHED_AHEAD,
        )
        with closing(consumer):
            yield consumer


def _received(consumer: pulsar.Consumer) -> Iterator[pulsar.Message]:
    """Yield the letters that have arrived, within the limits; waits for the first one only."""
    size = 0
    wait_ms = WAIT_MS
    for _ in range(LETTERS_AT_A_TIME):
        try:
            message = consumer.receive(wait_ms)
        except pulsar.Timeout:
            return
        yield message
        size += len(message.data())
        if size >= BYTES_AT_A_TIME:
            return
        wait_ms = NEXT_WAIT_MS
