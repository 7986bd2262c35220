"""Sends an outbox's rows to their topics: many aggregates at a time, the events of each one after the other."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

import pulsar

from pulsar_connector.broker.pulsar_client import BrokerUnavailableError
from pulsar_connector.broker.results import BROKER_UNAVAILABLE, NEVER_TAKEN
from seedwork.infraestructura.aws.telemetry import logger
from seedwork.infraestructura.events.envelope import Envelope

if TYPE_CHECKING:
    from pulsar_connector.broker.pulsar_client import Producers
    from pulsar_connector.outbox.outbox_session import OutboxRow

FIRST_REST_SECONDS: Final = 0.5
LONGEST_REST_SECONDS: Final = 30.0


class UnroutableEventError(Exception):
    """The outbox has no route for the event's type, not even null to keep it inside; a deploy will bring one."""


@dataclass(frozen=True, slots=True)
class Unpublishable:
    """A row that can never be published, and the reason."""

    row: OutboxRow
    reason: str


@dataclass(slots=True)
class SendResults:
    """The results since the last call: published rows, unpublishable rows, and the number of rows to try again."""

    published: list[OutboxRow] = field(default_factory=list)
    unpublishable: list[Unpublishable] = field(default_factory=list)
    failed: int = 0

    def __bool__(self) -> bool:
        """Return whether there is any result."""
        return bool(self.published or self.unpublishable or self.failed)


@dataclass(frozen=True, slots=True)
class _Rest:
    """An aggregate whose next event failed rests for a while: it does not block others and is not retried at once."""

    attempts: int
    until: float


class EventPublisher:
    """Publishes rows, at most one per aggregate at a time: the next is sent after the broker has acknowledged the last.

    An instance belongs to one thread; the acknowledgements come from the client's threads, through a queue.
    """

    def __init__(self, *, context: str, routes: Mapping[str, str | None], producers: Producers) -> None:
        self._context = context
        self._routes = routes
        self._producers = producers
        self._chains: dict[str, deque[OutboxRow]] = {}
        self._acks: SimpleQueue[tuple[str, pulsar.Result]] = SimpleQueue()
        self._rests: dict[str, _Rest] = {}
        self._outcome = SendResults()
        self._broken: str | None = None

    @property
    def in_progress(self) -> int:
        """The number of aggregates with an unacknowledged event."""
        return len(self._chains)

    @property
    def bytes_in_progress(self) -> int:
        """The size of all accepted payloads without a result."""
        return sum(len(row.payload) for chain in self._chains.values() for row in chain)

    def busy(self) -> list[str]:
        """List the aggregates that take no further rows now."""
        now = monotonic()
        return [*self._chains, *(aggregate for aggregate, rest in self._rests.items() if rest.until > now)]

    def accept(self, rows: Sequence[OutboxRow]) -> None:
        """Start sending rows, which are in order per aggregate; none of their aggregates may be busy."""
        chains: dict[str, deque[OutboxRow]] = {}
        for row in rows:
            chains.setdefault(row.aggregateid, deque()).append(row)
        self._chains |= chains
        for aggregate in chains:
            self._send_next(aggregate)

    def wait(self, patience_seconds: float) -> SendResults:
        """Wait until nothing is unacknowledged or patience has run out; return the results so far."""
        deadline = monotonic() + patience_seconds
        while self._chains:
            try:
                aggregate, result = self._acks.get(timeout=max(0.0, deadline - monotonic()))
            except Empty:
                break
            if result == pulsar.Result.Ok:
                self._finish_first(aggregate)
                self._send_next(aggregate)
            else:
                self._failed(aggregate, name=result.name, cause=f"the broker answered {result.name}")
        outcome, self._outcome = self._outcome, SendResults()
        return outcome

    def raise_if_broker_unavailable(self) -> None:
        """Raise BrokerUnavailableError if a failure was the broker's: whether the rest arrived is then unknown."""
        if self._broken is not None:
            raise BrokerUnavailableError(self._broken)

    def _send_next(self, aggregate: str) -> None:
        chain = self._chains[aggregate]
        while chain:
            if flaw := chain[0].flaw:
                self._unpublishable(aggregate, flaw)
                return
            try:
                self._send(chain[0])
            except pulsar.PulsarException as error:
                self._failed(aggregate, name=type(error).__name__, cause=str(error))
                return
            except UnroutableEventError as error:
                self._failed(aggregate, name=type(error).__name__, cause=str(error))
                return
            except (ValueError, TypeError) as error:
                self._unpublishable(aggregate, f"invalid event: {error}")
                return
            except Exception as error:  # noqa: BLE001 - an error about one event must not hold up the others
                self._failed(aggregate, name=type(error).__name__, cause=repr(error))
                return
            if self._routes[chain[0].type] is not None:
                return  # the acknowledgement continues the chain
            self._finish_first(aggregate)
        del self._chains[aggregate]

    def _send(self, row: OutboxRow) -> None:
        if row.type not in self._routes:
            raise UnroutableEventError(f"no route for {row.type}")
        topic = self._routes[row.type]
        if topic is None:
            return
        envelope = Envelope.from_outbox_row(
            context=self._context,
            id=row.id,
            aggregateid=row.aggregateid,
            version=row.version,
            type=row.type,
            payload=row.payload,
            metadata=row.metadata,
            occurred_at=row.occurred_at,
        )

        def acknowledged(result: pulsar.Result, _message_id: Any, aggregate: str = row.aggregateid) -> None:
            self._acks.put((aggregate, result))

        # No sequence_id: rows do not become visible in the order of their positions, so a broker with deduplication
        # would drop a row committed late.
        self._producers.get(topic).send_async(
            envelope.to_json(),
            acknowledged,
            partition_key=row.metadata.get("partition_key") or row.aggregateid,
            event_timestamp=int(row.occurred_at.timestamp() * 1000),
            properties={"id": row.id, "type": row.type, "correlationid": envelope.correlation_id},
        )

    def _finish_first(self, aggregate: str) -> None:
        self._outcome.published.append(self._chains[aggregate].popleft())
        self._rests.pop(aggregate, None)

    def _unpublishable(self, aggregate: str, reason: str) -> None:
        self._outcome.unpublishable.append(Unpublishable(self._chains.pop(aggregate)[0], reason))

    def _failed(self, aggregate: str, *, name: str, cause: str) -> None:
        if name in NEVER_TAKEN:
            self._unpublishable(aggregate, cause)
            return
        row = self._chains.pop(aggregate)[0]
        if name in BROKER_UNAVAILABLE:
            self._broken = cause
            return
        self._outcome.failed += 1
        attempts = self._rests[aggregate].attempts + 1 if aggregate in self._rests else 1
        rest = min(FIRST_REST_SECONDS * 2 ** (attempts - 1), LONGEST_REST_SECONDS)
        self._rests[aggregate] = _Rest(attempts, until=monotonic() + rest)
        logger.error(
            "event not published: its aggregate waits before the next attempt",
            extra={
                "event_id": row.id,
                "event_type": row.type,
                "aggregate_id": aggregate,
                "correlation_id": row.metadata.get("correlation_id"),
                "position": row.position,
                "cause": cause,
                "attempts": attempts,
                "rest_seconds": rest,
            },
        )
