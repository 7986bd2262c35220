"""The status of the broker for `aero status`: waiting messages by subscription."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from rich.table import Table

from aero.broker.admin import AdminApiError, PulsarAdmin
from aero.platform.settings import PulsarKind
from aero.platform.terminal.console import counted
from aero.platform.terminal.tables import print_table
from pulsar_connector.mapping.event_source_mapping import DEAD_LETTER_SUBSCRIPTION

if TYPE_CHECKING:
    from rich.console import Console

    from aero.process.run_record import RunRecord

DEAD_LETTERS: Final = ".DLQ"  # the suffix of their topics
ANSWER_SECONDS: Final = 3.0
AT_ONCE: Final = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionStatus:
    """A subscription. `backlog` counts its unacknowledged messages, of which a consumer holds `unacked`."""

    name: str
    backlog: int
    unacked: int
    consumers: int
    rate_out: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicStatus:
    """A topic. Rates are messages per second over the last minute; `partitions` is 0 for a topic without them."""

    topic: str
    partitions: int
    rate_in: float
    rate_out: float
    subscriptions: list[SubscriptionStatus]

    @property
    def unstored_letters(self) -> int:
        """The number of dead letters that the relay has not stored yet; 0 for other topics."""
        return sum(found.backlog for found in self.subscriptions if found.name == DEAD_LETTER_SUBSCRIPTION)


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerStatus:
    """The topics of a broker. `note` says why they are unknown if there is no admin API to ask."""

    topics: list[TopicStatus] = field(default_factory=list)
    note: str = ""

    @property
    def unstored_letters(self) -> dict[str, int]:
        """The number of dead letters that the relay has not stored yet, by dead letter topic."""
        return {found.topic: found.unstored_letters for found in self.topics if found.topic.endswith(DEAD_LETTERS)}

    @property
    def problems(self) -> list[str]:
        """Sentences on messages without a consumer."""
        return [
            f"{found.topic}: {counted(part.backlog, 'message waits', 'messages wait')} for {part.name}, "
            "but no consumer is connected. See aero logs bridge."
            for found in self.topics
            for part in found.subscriptions
            if part.backlog and not part.consumers and part.name != DEAD_LETTER_SUBSCRIPTION
        ]


def broker_status(record: RunRecord) -> BrokerStatus:
    """Return the status of the running platform's broker. Raises AeroError if its admin API does not answer."""
    admin = PulsarAdmin.running(record, seconds=ANSWER_SECONDS)
    if admin:
        return BrokerStatus(topics=topics(admin))
    component = record.component("pulsar")
    if record.pulsar == PulsarKind.lite and component and component.program:
        return BrokerStatus(note="pulsar-lite has no admin API, so the backlog of its subscriptions is unknown.")
    return BrokerStatus(note="The backlog of the broker is unknown: AERO_PULSAR_ADMIN_URL does not name its admin API.")


def topics(admin: PulsarAdmin) -> list[TopicStatus]:
    """Return the status of all topics. The first failure ends the requests, so that the caller does not wait long."""
    existing = admin.topics()
    with ThreadPoolExecutor(AT_ONCE, "topics") as pool:
        return [found for found in pool.map(partial(_topic, admin), existing, existing.values()) if found]


def _topic(admin: PulsarAdmin, topic: str, partitioned: bool) -> TopicStatus | None:
    try:
        return topic_status(topic, admin.stats(topic, partitioned=partitioned))
    except AdminApiError as error:
        if error.status == HTTPStatus.NOT_FOUND:  # deleted in the meantime
            return None
        raise


def topic_status(topic: str, stats: dict[str, Any]) -> TopicStatus:
    """Build a topic's status from the admin API's statistics."""
    return TopicStatus(
        topic=topic,
        partitions=stats.get("metadata", {}).get("partitions", 0),
        rate_in=stats["msgRateIn"],
        rate_out=stats["msgRateOut"],
        subscriptions=[
            SubscriptionStatus(
                name=name,
                backlog=found["msgBacklog"],
                unacked=found["unackedMessages"],
                consumers=len(found["consumers"]),
                rate_out=found["msgRateOut"],
            )
            for name, found in sorted(stats["subscriptions"].items())
        ],
    )


def show(status: BrokerStatus, console: Console) -> None:
    """Print the topics in use."""
    table = Table("Topic", "Subscription", box=None, header_style="bold", padding=(0, 0, 0, 1))
    for column in ("Backlog", "Unacked", "In /s", "Out /s", "Consumers"):
        table.add_column(column, justify="right")
    for found in status.topics:
        for part in found.subscriptions:
            table.add_row(
                *(found.topic, part.name, str(part.backlog), str(part.unacked)),
                *(f"{found.rate_in:.1f}", f"{part.rate_out:.1f}", str(part.consumers)),
            )
        if not found.subscriptions and found.rate_in:
            table.add_row(found.topic, "", "", "", f"{found.rate_in:.1f}", "", "")
    if table.row_count:
        console.print()
        print_table(table, console)
    if status.note:
        console.print()
        console.print(status.note, soft_wrap=True)
