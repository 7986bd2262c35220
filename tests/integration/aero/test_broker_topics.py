"""The declared topics on a real Apache Pulsar: made once, grown, never shrunk; and what its status tells of them."""

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
from support.servers import Server, paths_and_ports, wait_until

if TYPE_CHECKING:
    from aero.platform.ports import PortTable

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, PortTable, DeclaredTopics]]:
    """A new one, with the project's topics."""
    paths, ports = paths_and_ports(tmp_path_factory.mktemp("pulsar"))
    server = Server(ApachePulsar(paths, ports))
    declared = DeclaredTopics.read(paths.topics)
    assert declared.apply(PulsarAdmin(url=ports.url("pulsar-admin"))) == []
    yield server, ports, declared
    server.close()


@pytest.fixture
def admin(broker: tuple[Server, PortTable, DeclaredTopics]) -> PulsarAdmin:
    """Its admin API."""
    return PulsarAdmin(url=broker[1].url("pulsar-admin"))


@pytest.fixture
def declared(broker: tuple[Server, PortTable, DeclaredTopics]) -> DeclaredTopics:
    """What the project declares."""
    return broker[2]


@pytest.fixture
def client(broker: tuple[Server, PortTable, DeclaredTopics]) -> Iterator[pulsar.Client]:
    """A client of it."""
    with closing(pulsar.Client(broker[0].url, logger=pulsar.ConsoleLogger(pulsar.LoggerLevel.Error))) as client:
        yield client


def partitions(admin: PulsarAdmin, declared: DeclaredTopics) -> dict[str, int]:
    """Of every declared topic, as the broker has it."""
    existing = admin.topics()
    return {topic: admin.partitions(topic) for topic in declared.topics if topic in existing}


def more(declared: DeclaredTopics, **topics: int) -> DeclaredTopics:
    """The same retention for other topics."""
    return DeclaredTopics(retention=declared.retention, topics=topics)


def test_the_broker_has_what_the_file_says(admin: PulsarAdmin, declared: DeclaredTopics) -> None:
    """Partitions and retention; applied again, nothing changes."""
    retention = (declared.retention.minutes, declared.retention.megabytes)
    for _ in range(2):
        assert partitions(admin, declared) == declared.topics
        assert admin.retention() == retention
        assert declared.apply(admin) == []


def test_partitions_grow_and_never_shrink(admin: PulsarAdmin, declared: DeclaredTopics, client: pulsar.Client) -> None:
    """A subscription is on the new partitions too: what is sent there before anybody consumes is kept for it."""
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
    """One that came into being by its first use, before the namespace had a rule for it, has no partitions."""
    admin.create("older", 0)
    client.create_producer("persistent://public/default/older").send(b"x")
    [warning] = more(declared, older=3).apply(admin)
    assert "older has no partitions" in warning
    assert admin.topics()["older"] is False
    assert admin.stats("older", partitioned=False)["msgInCounter"] == 1


def test_other_retention_is_replaced(admin: PulsarAdmin, declared: DeclaredTopics) -> None:
    """In both directions."""
    DeclaredTopics(retention=Retention(minutes=5, megabytes=6), topics={"payments.DLQ": 0}).apply(admin)
    assert admin.retention() == (5, 6)
    declared.apply(admin)
    assert admin.retention() == (10080, 1024)


def test_the_status_counts_what_waits(admin: PulsarAdmin, client: pulsar.Client) -> None:
    """Over all partitions: sent, delivered and not acknowledged, acknowledged; and dead letters."""
    # Given ten messages with keys, and a consumer that has them and acknowledges four
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

    # The client sends acknowledgements together, after a moment.
    wait_until(lambda: found() == reader(backlog=6, unacked=6, consumers=1), timeout=10, what="backlog of 6")
    consumer.close()
    wait_until(
        lambda: found() == reader(backlog=6, unacked=0, consumers=0), timeout=10, what="backlog without consumer"
    )
    counts = BrokerStatus(topics=topics(admin)).dead_letters
    assert counts == {"campaigns.DLQ": 0, "payments.DLQ": 0, "tracking.DLQ": 2}


def test_a_topic_that_is_deleted_while_it_is_in_use_comes_back_as_it_was(
    admin: PulsarAdmin, declared: DeclaredTopics, client: pulsar.Client
) -> None:
    """By its next client, or by the next deploy: with its partitions, and with what was sent meanwhile."""
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

    wait_until(is_used_again, timeout=60, what="message on what came back")
    assert "payments.evt.failed" not in admin.topics()
    assert declared.apply(admin) == []
    assert partitions(admin, declared) == declared.topics
