"""What waits on the broker, for `aero status`: messages by subscription, and dead letters."""

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

DEAD_LETTERS: Final = ".DLQ"  # how the names of their topics end
ANSWER_SECONDS: Final = 3.0
AT_ONCE: Final = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionStatus:
    """`backlog` are the messages that are not acknowledged, of which `unacked` are with a consumer."""

    name: str
    backlog: int
    unacked: int
    consumers: int
    rate_out: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicStatus:
    """Rates are messages per second over the last minute; one without partitions has 0 of them."""

    topic: str
    partitions: int
    rate_in: float
    rate_out: float
    subscriptions: list[SubscriptionStatus]

    @property
    def dead_letters(self) -> int:
        """How many wait here, if this is where they do."""
        return sum(found.backlog for found in self.subscriptions if found.name == DEAD_LETTER_SUBSCRIPTION)


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerStatus:
    """`note` says why nothing is known where there is nobody to ask."""

    topics: list[TopicStatus] = field(default_factory=list)
    note: str = ""

    @property
    def dead_letters(self) -> dict[str, int]:
        """How many letters wait, by topic."""
        return {found.topic: found.dead_letters for found in self.topics if found.topic.endswith(DEAD_LETTERS)}

    @property
    def problems(self) -> list[str]:
        """What is stuck, in words: dead letters, and messages that have no consumer."""
        letters = [f"{count} in {topic}" for topic, count in self.dead_letters.items() if count]
        said = [f"Dead letters: {', '.join(letters)}. See aero dlq list."] if letters else []
        return said + [
            f"{found.topic}: {counted(part.backlog, 'message waits', 'messages wait')} for {part.name}, "
            "which nothing reads. See aero logs bridge."
            for found in self.topics
            for part in found.subscriptions
            if part.backlog and not part.consumers and part.name != DEAD_LETTER_SUBSCRIPTION
        ]


def broker_status(record: RunRecord) -> BrokerStatus:
    """Of the running platform's broker; raises AeroError when it is to be asked and does not answer."""
    admin = PulsarAdmin.running(record, seconds=ANSWER_SECONDS)
    if admin:
        return BrokerStatus(topics=topics(admin))
    component = record.component("pulsar")
    if record.pulsar == PulsarKind.lite and component and component.program:
        return BrokerStatus(note="pulsar-lite has no admin API: what waits in its subscriptions is not known.")
    return BrokerStatus(
        note="What waits on the broker is not known: AERO_PULSAR_ADMIN_URL does not name its admin API."
    )


def topics(admin: PulsarAdmin) -> list[TopicStatus]:
    """All of a broker's; the first failure ends the questions, so that nobody waits long."""
    existing = admin.topics()
    with ThreadPoolExecutor(AT_ONCE, "topics") as pool:
        return [found for found in pool.map(partial(_topic, admin), existing, existing.values()) if found]


def _topic(admin: PulsarAdmin, topic: str, partitioned: bool) -> TopicStatus | None:
    try:
        return topic_status(topic, admin.stats(topic, partitioned=partitioned))
    except AdminApiError as error:
        if error.status == HTTPStatus.NOT_FOUND:  # deleted since
            return None
        raise


def topic_status(topic: str, stats: dict[str, Any]) -> TopicStatus:
    """From what the admin API tells."""
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
    """For people: topics that somebody uses, and all that are for dead letters."""
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
    console.print()
    for topic, count in status.dead_letters.items():
        console.print(f"Dead letters in {topic}: {count}", soft_wrap=True)
    if status.note:
        console.print(status.note, soft_wrap=True)
