"""The relay of one outbox takes events from committed rows to acknowledged messages."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, Final

from pg8000.exceptions import DatabaseError

from pulsar_connector.broker.pulsar_client import Producers
from pulsar_connector.outbox.event_publisher import EventPublisher
from pulsar_connector.outbox.outbox_session import OutboxSession
from pulsar_connector.run.locked_session import open_session
from pulsar_connector.run.meter import Meter
from seedwork.infraestructura.aws.telemetry import logger
from seedwork.infraestructura.postgres.sqlstates import sqlstate

if TYPE_CHECKING:
    import pulsar

    from pulsar_connector.outbox.event_publisher import SendResults, Unpublishable
    from pulsar_connector.outbox.outbox import Outbox
    from pulsar_connector.outbox.outbox_session import OutboxRow
    from pulsar_connector.run.deadline import Deadline
    from seedwork.infraestructura.postgres.database_secret import DatabaseSecret

POLL_SECONDS: Final = 0.02
ROWS_AT_A_TIME: Final = 1_000
# The memory for one outbox is bounded by this and one more row of any size, whatever its events hold.
BYTES_AT_A_TIME: Final = 4 * 1024 * 1024
# How long the loop waits for acknowledgements before it looks at the database again. A lost session, and the lost lock
# with it, is noticed after this time at the latest, even while the broker is silent.
PATIENCE_SECONDS: Final = 0.25
LAST_PATIENCE_SECONDS: Final = 2.0
PRUNE_ROWS: Final = 5_000
PRUNE_AGAIN_SECONDS: Final = 1.0
PRUNE_SECONDS: Final = 60.0
NOT_PERMITTED: Final = "42501"
MILLISECOND: Final = timedelta(milliseconds=1)


class OutboxRelay:
    """Publishes an outbox while it holds the outbox's lock; waits for the lock while another relay holds it.

    Delivery is at least once: if anything fails between the acknowledgement and the mark, the event is sent again.
    """

    def __init__(
        self,
        name: str,
        outbox: Outbox,
        *,
        client: pulsar.Client,
        secret: Callable[[bool], DatabaseSecret],
        deadline: Deadline,
    ) -> None:
        """`secret(fresh)` returns the database's credentials; fresh ones are read if the server refuses the old."""
        self.name = name
        self.meter = Meter("outbox", name, totals=("Published", "Failed", "Parked"))
        self._outbox = outbox
        self._client = client
        self._secret = secret
        self._deadline = deadline
        self._prune_at = 0.0

    def run(self) -> None:
        """Publish until the deadline; raises when database or broker fail, and may then be run again."""
        if self._deadline.passed:
            return
        with closing(self._connect()) as session, closing(Producers(self._client)) as producers:
            while not self._deadline.passed:
                if session.wait_for_lock():
                    logger.info("relay active", extra={"outbox": self.name})
                    self._drain(session, producers)

    def _connect(self) -> OutboxSession:
        return open_session(self._secret, partial(OutboxSession, schema=self._outbox.schema_name))

    def _drain(self, session: OutboxSession, producers: Producers) -> None:
        publisher = EventPublisher(context=self._outbox.schema_name, routes=self._outbox.routes, producers=producers)
        while not self._deadline.passed:
            rows = self._pending(session, publisher)
            publisher.accept(rows)
            outcome = publisher.wait(PATIENCE_SECONDS)
            self._record(session, outcome)
            publisher.raise_if_broker_unavailable()
            self._prune_if_due(session)
            self.meter.flush_if_due(lambda: self._measure_backlog(session))
            if not rows and not outcome:
                self._deadline.sleep(POLL_SECONDS)
        self._record(session, publisher.wait(LAST_PATIENCE_SECONDS))
        self.meter.flush()

    @staticmethod
    def _pending(session: OutboxSession, publisher: EventPublisher) -> list[OutboxRow]:
        """Read as many rows as fit, by number and by size."""
        room = BYTES_AT_A_TIME - publisher.bytes_in_progress
        rows = ROWS_AT_A_TIME - publisher.in_progress if room > 0 else 0
        return session.pending(limit=rows, max_bytes=room, busy=publisher.busy())

    def _record(self, session: OutboxSession, outcome: SendResults) -> None:
        if published := outcome.published:
            self.meter.measure("Latency", "Milliseconds", (datetime.now(UTC) - published[0].occurred_at) / MILLISECOND)
            session.mark_published([row.position for row in published])
            self.meter.count("Published", len(published))
        for unpublishable in outcome.unpublishable:
            self._park(session, unpublishable)
        self.meter.count("Failed", outcome.failed)

    def _park(self, session: OutboxSession, unpublishable: Unpublishable) -> None:
        row, reason = unpublishable.row, unpublishable.reason
        session.park(row.position, reason)
        self.meter.count("Parked")
        logger.error(
            "event parked: its aggregate waits for `aero outbox release`",
            extra={
                "outbox": self.name,
                "event_id": row.id,
                "event_type": row.type,
                "aggregate_id": row.aggregateid,
                "correlation_id": row.metadata.get("correlation_id"),
                "position": row.position,
                "cause": reason,
            },
        )

    def _prune_if_due(self, session: OutboxSession) -> None:
        if self._outbox.keep_days is None or monotonic() < self._prune_at:
            return
        try:
            deleted = session.prune(keep_days=self._outbox.keep_days, limit=PRUNE_ROWS)
        except DatabaseError as error:
            if sqlstate(error) != NOT_PERMITTED:
                raise
            logger.error("old events stay: the role lacks the right to delete them", extra={"outbox": self.name})
            deleted = 0
        self._prune_at = monotonic() + (PRUNE_AGAIN_SECONDS if deleted else PRUNE_SECONDS)

    def _measure_backlog(self, session: OutboxSession) -> None:
        backlog = session.backlog()
        self.meter.measure("Depth", "Count", backlog.depth)
        self.meter.measure("OldestAge", "Seconds", backlog.oldest_seconds)
        self.meter.measure("ParkedNow", "Count", backlog.parked)
