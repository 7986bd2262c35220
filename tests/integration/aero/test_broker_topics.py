"""The declared topics on a real Apache Pulsar: they are created, grown and never shrunk. Also the broker's status."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING

import pulsar
import pytest

from aero.broker.admin import PulsarAdmin
from aero.broker.status import BrokerStatus, SubscriptionStatus, topics
from aero.broker.topics import DeclaredTopics, Retention
from aero.process.http_probe import http_request
from aero.run.components.pulsar_apache import ApachePulsar
from pulsar_connector.mapping.event_source_mapping import DEAD_LETTER_SUBSCRIPTION
from support.postgres.servers import Server, paths_and_ports, wait_until

if TYPE_CHECKING:
    from aero.platform.ports import PortTable

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, PortTable, DeclaredTopics]]:
    """Start a new broker with the project's topics."""
    paths, ports = paths_and_ports(tmp_path_factory.mktemp("pulsar"))
    server = Server(ApachePulsar(paths, ports))
    declared = DeclaredTopics.read(paths.topics)
    assert declared.apply(PulsarAdmin(url=ports.url("pulsar-admin"))) == []
    yield server, ports, declared
    server.close()


@pytest.fixture
def admin(broker: tuple[Server, PortTable, DeclaredTopics]) -> PulsarAdmin:
    """Return a client of the broker's admin API."""
    return PulsarAdmin(url=broker[1].url("pulsar-admin"))


@pytest.fixture
def declared(broker: tuple[Server, PortTable, DeclaredTopics]) -> DeclaredTopics:
    """Return the project's declared topics."""
    return broker[2]


@pytest.fixture
def client(broker: tuple[Server, PortTable, DeclaredTopics]) -> Iterator[pulsar.Client]:
    """Return a client of the broker."""
    with closing(pulsar.Client(broker[0].url, logger=pulsar.ConsoleLogger(pulsar.LoggerLevel.Error))) as client:
        yield client


def partitions(admin: PulsarAdmin, declared: DeclaredTopics) -> dict[str, int]:
    """Return the broker's number of partitions of every declared topic."""
    existing = admin.topics()
    return {topic: admin.partitions(topic) for topic in declared.topics if topic in existing}


def more(declared: DeclaredTopics, **topics: int) -> DeclaredTopics:
    """Declare other topics with the same retention."""
    return DeclaredTopics(retention=declared.retention, topics=topics)


def test_the_broker_has_the_declared_topics(admin: PulsarAdmin, declared: DeclaredTopics) -> None:
    """Partitions and retention match the declaration, and a second application changes nothing."""
    retention = (declared.retention.minutes, declared.retention.megabytes)
    for _ in range(2):
        assert partitions(admin, declared) == declared.topics
        assert admin.retention() == retention
        assert declared.apply(admin) == []


def test_partitions_grow_and_never_shrink(admin: PulsarAdmin, declared: DeclaredTopics, client: pulsar.Client) -> None:
    """Subscriptions extend to new partitions, so messages sent there are kept until a consumer connects."""
    # Given
    topic = "persistent://public/default/growing"
    more(declared, growing=2).apply(admin)
    client.subscribe(topic, "reader", pulsar.ConsumerType.Shared).close()
    # When
    assert more(declared, growing=4).apply(admin) == []
    # Then
    assert admin.partitions("growing") == 4
    producer = client.create_producer(topic, batching_enabled=False)
    for number in range(20):
        producer.send(b"x", partition_key=str(number))
    assert admin.stats("growing", partitioned=True)["subscriptions"]["reader"]["msgBacklog"] == 20
    # And
    [warning] = more(declared, growing=3).apply(admin)
    assert "growing has 4 partitions" in warning
    assert admin.partitions("growing") == 4


def test_a_topic_of_an_older_run_is_kept(admin: PulsarAdmin, declared: DeclaredTopics, client: pulsar.Client) -> None:
    """A topic created by its first use, before the namespace had a default, has no partitions."""
    admin.create("older", 0)
    client.create_producer("persistent://public/default/older").send(b"x")
    [warning] = more(declared, older=3).apply(admin)
    assert "older has no partitions" in warning
    assert admin.topics()["older"] is False
    assert admin.stats("older", partitioned=False)["msgInCounter"] == 1


def test_a_different_retention_is_replaced(admin: PulsarAdmin, declared: DeclaredTopics) -> None:
    """Lower and higher values are both replaced."""
    DeclaredTopics(retention=Retention(minutes=5, megabytes=6), topics={"payments.DLQ": 0}).apply(admin)
    assert admin.retention() == (5, 6)
    declared.apply(admin)
    assert admin.retention() == (10080, 1024)


def test_the_status_counts_waiting_messages(admin: PulsarAdmin, client: pulsar.Client) -> None:
    """Messages are counted over all partitions, by whether they are delivered and acknowledged; so are dead letters."""
    # Given ten messages with keys, and a consumer that has received them and acknowledged four
    topic = "persistent://public/default/tracking.evt.click"
    consumer = client.subscribe(topic, "reader", pulsar.ConsumerType.Shared)
    producer = client.create_producer(topic, batching_enabled=False)
    for number in range(10):
        producer.send(b"x", partition_key=str(number))
    received = [consumer.receive(20_000) for _ in range(10)]
    for message in received[:4]:
        consumer.acknowledge(message)
    # And two dead letters
    dead = "persistent://public/default/tracking.DLQ"
    client.subscribe(dead, DEAD_LETTER_SUBSCRIPTION, pulsar.ConsumerType.Shared).close()
    letters = client.create_producer(dead, batching_enabled=False)
    for _ in range(2):
        letters.send(b"x")

    # Then
    def found() -> list[SubscriptionStatus]:
        [click] = [found for found in topics(admin) if found.topic == "tracking.evt.click"]
        assert click.partitions == 3
        return [replace(part, rate_out=0) for part in click.subscriptions]

    def reader(**values: int) -> list[SubscriptionStatus]:
        return [SubscriptionStatus(name="reader", rate_out=0, **values)]

    # The client sends acknowledgements in batches, with a delay.
    wait_until(lambda: found() == reader(backlog=6, unacked=6, consumers=1), timeout=10, what="backlog of 6")
    consumer.close()
    wait_until(
        lambda: found() == reader(backlog=6, unacked=0, consumers=0), timeout=10, what="backlog without consumer"
    )
    counts = BrokerStatus(topics=topics(admin)).unstored_letters
    assert counts == {"campaigns.DLQ": 0, "payments.DLQ": 0, "tracking.DLQ": 2}


def test_a_topic_deleted_while_in_use_is_recreated_unchanged(
    admin: PulsarAdmin, declared: DeclaredTopics, client: pulsar.Client
) -> None:
    """Its next client or the next deploy recreates it, with its partitions and messages sent meanwhile."""
    topic, url = "persistent://public/default/payments.evt.failed", f"{admin.url}/admin/v2/persistent/public/default/"
    consumer = client.subscribe(
        topic, "s", pulsar.ConsumerType.Shared, initial_position=pulsar.InitialPosition.Earliest
    )
    producer = client.create_producer(topic)
    deleted = http_request("DELETE", f"{url}payments.evt.failed/partitions?force=true", seconds=20)
    assert asyncio.run(deleted)[0] == HTTPStatus.NO_CONTENT

    def is_used_again() -> bool:
        try:
            producer.send(b"meanwhile", partition_key="a")
        except pulsar.PulsarException:
            return False
        return bool(consumer.receive(20_000).data() == b"meanwhile")

    wait_until(is_used_again, timeout=60, what="message on the recreated topic")
    assert "payments.evt.failed" not in admin.topics()
    assert declared.apply(admin) == []
    assert partitions(admin, declared) == declared.topics
