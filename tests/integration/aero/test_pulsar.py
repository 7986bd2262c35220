"""Both brokers as aero runs them: what a consumer has not acknowledged is there after a restart."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

import psutil
import pulsar
import pytest

from aero.components.pulsar_apache import ApachePulsar
from aero.components.pulsar_lite import PulsarLite
from aero.ports import LOOPBACK, PortTable
from integration.aero.component_run import listening, running
from support.ports import an_offset

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path

    from aero.components.component import Component
    from aero.paths import Paths

TOPIC: Final = "persistent://public/default/payments.evt.pending"
RECEIVE_MS: Final = 20_000


def connected(component: Component, tmp_path: Path) -> AbstractContextManager[pulsar.Client]:
    """A client that logs to a file."""
    from contextlib import closing  # noqa: PLC0415

    log = pulsar.FileLogger(pulsar.LoggerLevel.Warn, str(tmp_path / "client.log"))
    return closing(pulsar.Client(component.address, logger=log))


def send(component: Component, tmp_path: Path, *messages: bytes) -> None:
    """Send messages and see them acknowledged by the broker, with a subscription that waits for them."""
    with connected(component, tmp_path) as client:
        client.subscribe(TOPIC, "procesar-pagos", consumer_type=pulsar.ConsumerType.Shared).close()
        producer = client.create_producer(TOPIC)
        for message in messages:
            producer.send(message, partition_key="pago-1")


def receive(component: Component, tmp_path: Path, count: int, *, acknowledge: int) -> list[bytes]:
    """Receive so many messages and acknowledge the first of them."""
    with connected(component, tmp_path) as client:
        consumer = client.subscribe(TOPIC, "procesar-pagos", consumer_type=pulsar.ConsumerType.Shared)
        messages = [consumer.receive(RECEIVE_MS) for _ in range(count)]
        for message in messages[:acknowledge]:
            consumer.acknowledge(message)
        consumer.close()
        return [message.data() for message in messages]


@pytest.fixture(params=[pytest.param(ApachePulsar, marks=pytest.mark.slow), PulsarLite])
def broker(request: pytest.FixtureRequest) -> type[ApachePulsar | PulsarLite]:
    """Apache Pulsar and pulsar-lite keep the same promises."""
    kind: type[ApachePulsar | PulsarLite] = request.param
    return kind


def test_what_is_not_acknowledged_survives_a_stop_other_ports_and_a_crash(
    broker: type[ApachePulsar | PulsarLite], paths: Paths, tmp_path: Path
) -> None:
    """And what is acknowledged does not come again."""
    sent = [b"one", b"two", b"three"]

    async def scenario() -> None:
        # Given three messages, one of them acknowledged, and a stop in peace
        first = broker(paths, PortTable(an_offset()))
        async with running(first) as program:
            assert {address for address, _ in listening(program.pid)} == {LOOPBACK}
            assert {port for _, port in listening(program.pid)} == {port.number for port in first.ports}
            await asyncio.to_thread(send, first, tmp_path, *sent)
            assert sorted(await asyncio.to_thread(receive, first, tmp_path, 3, acknowledge=1)) == sorted(sent)
        # When it starts on other ports, then is killed, then starts again
        second = broker(paths, PortTable(an_offset()))
        async with running(second) as program:
            left = await asyncio.to_thread(receive, second, tmp_path, 2, acknowledge=0)
            psutil.Process(program.pid).kill()
            await program.wait()
        async with running(second):
            again = await asyncio.to_thread(receive, second, tmp_path, 2, acknowledge=2)
        # Then the two others were there each time
        assert len(set(left)) == 2
        assert sorted(left) == sorted(again)

    asyncio.run(scenario())
