"""Both brokers run by aero: unacknowledged messages survive a restart."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import psutil
import pulsar
import pytest

from aero.platform.paths import Paths
from aero.platform.ports import LOOPBACK, PortTable
from aero.platform.progress.events import Step
from aero.process import supervisor
from aero.run.components.pulsar_apache import ApachePulsar
from aero.run.components.pulsar_cookie import FOLDER, METADATA_URL
from aero.run.components.pulsar_lite import PulsarLite
from support.aero.component_run import listening, running
from support.ports import an_offset

if TYPE_CHECKING:
    from aero.process.component import Component
    from aero.process.supervisor import Command

TOPIC: Final = "persistent://public/default/payments.evt.pending"
RECEIVE_MS: Final = 20_000


def connected(component: Component, tmp_path: Path) -> AbstractContextManager[pulsar.Client]:
    """Return a client that logs to a file."""
    from contextlib import closing  # noqa: PLC0415

    log = pulsar.FileLogger(pulsar.LoggerLevel.Warn, str(tmp_path / "client.log"))
    return closing(pulsar.Client(component.address, logger=log))


def send(component: Component, tmp_path: Path, *messages: bytes) -> None:
    """Send messages to a topic with a subscription, and wait until the broker acknowledges them."""
    with connected(component, tmp_path) as client:
        client.subscribe(TOPIC, "procesar-pagos", consumer_type=pulsar.ConsumerType.Shared).close()
        producer = client.create_producer(TOPIC)
        for message in messages:
            producer.send(message, partition_key="pago-1")


def receive(component: Component, tmp_path: Path, count: int, *, acknowledge: int) -> list[bytes]:
    """Receive `count` messages and acknowledge the first `acknowledge` of them."""
    with connected(component, tmp_path) as client:
        consumer = client.subscribe(TOPIC, "procesar-pagos", consumer_type=pulsar.ConsumerType.Shared)
        messages = [consumer.receive(RECEIVE_MS) for _ in range(count)]
        for message in messages[:acknowledge]:
            consumer.acknowledge(message)
        consumer.close()
        return [message.data() for message in messages]


@pytest.fixture(params=[pytest.param(ApachePulsar, marks=pytest.mark.slow), PulsarLite])
def broker(request: pytest.FixtureRequest) -> type[ApachePulsar | PulsarLite]:
    """Return Apache Pulsar or pulsar-lite, which keep the same promises."""
    kind: type[ApachePulsar | PulsarLite] = request.param
    return kind


def test_unacknowledged_messages_survive_a_stop_other_ports_and_a_crash(
    broker: type[ApachePulsar | PulsarLite], paths: Paths, tmp_path: Path
) -> None:
    """Acknowledged messages are not delivered again."""
    sent = [b"one", b"two", b"three"]

    async def scenario() -> None:
        # Given three messages, one of them acknowledged, and an orderly stop
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
        # Then the two other messages were delivered each time
        assert len(set(left)) == 2
        assert sorted(left) == sorted(again)

    asyncio.run(scenario())


class EarlierPulsar(ApachePulsar):
    """Apache Pulsar as earlier versions ran it: with absolute folders, which its cookie has too."""

    async def prepare(self, step: Step) -> Command:
        """Return the command with absolute folders."""
        command = await super().prepare(step)
        absolute = {FOLDER: str(self.data / FOLDER), METADATA_URL: f"rocksdb://{self.data / 'metadata'}"}
        return replace(command, argv=tuple(absolute.get(argument, argument) for argument in command.argv))


class KilledError(Exception):
    """A stand-in for `kill -9`."""


def killed_before(argument: str) -> Callable[[Command], Awaitable[None]]:
    """Return a function that runs programs, but raises KilledError for the one with this argument."""
    run = supervisor.run

    async def run_others(command: Command) -> None:
        if argument in command.argv:
            raise KilledError
        await run(command)

    return run_others


def prepare(component: Component) -> None:
    """Prepare a component without starting it."""
    asyncio.run(component.prepare(Step(component.title, lambda _: None)))


def leave_three_messages(broker: type[ApachePulsar | PulsarLite], paths: Paths, tmp_path: Path) -> Paths:
    """Send three messages, acknowledge one, stop in order and move the home. Return the new paths."""

    async def scenario() -> None:
        first = broker(paths, PortTable(an_offset()))
        async with running(first):
            await asyncio.to_thread(send, first, tmp_path, b"one", b"two", b"three")
            await asyncio.to_thread(receive, first, tmp_path, 3, acknowledge=1)

    asyncio.run(scenario())
    return Paths(home=paths.home.rename(paths.home.with_name("otra cañería, 2")))


def left(broker: type[ApachePulsar | PulsarLite], paths: Paths, tmp_path: Path) -> list[bytes]:
    """Start a broker in a home with two messages, and receive them."""

    async def scenario() -> list[bytes]:
        now = broker(paths, PortTable(an_offset()))
        async with running(now):
            return await asyncio.to_thread(receive, now, tmp_path, 2, acknowledge=0)

    return asyncio.run(scenario())


def test_unacknowledged_messages_survive_a_move(
    broker: type[ApachePulsar | PulsarLite], paths: Paths, tmp_path: Path
) -> None:
    """The platform's folder can be moved like any other."""
    moved = leave_three_messages(broker, paths, tmp_path)
    assert len(set(left(broker, moved, tmp_path)) & {b"one", b"two", b"three"}) == 2


@pytest.mark.slow
def test_the_home_of_an_earlier_version_survives_a_move_and_a_kill_at_any_moment(
    paths: Paths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its cookie is rewritten in three steps, and a start after an interruption repeats them all."""
    # Given such a home after a move
    moved = leave_three_messages(EarlierPulsar, paths, tmp_path)
    pulsar = ApachePulsar(moved, PortTable(an_offset()))
    cookie = pulsar.data / FOLDER / "current" / "VERSION"
    before = cookie.read_text()
    assert str(paths.home) in before
    # When a start is killed after the first step, and one before the last
    with monkeypatch.context() as during, pytest.raises(KilledError):
        during.setattr(supervisor, "run", killed_before("cookie_create"))
        prepare(pulsar)
    assert cookie.read_text() == before
    prepare(pulsar)
    cookie.write_text(before)
    # Then the next start has the two messages
    assert len(set(left(ApachePulsar, moved, tmp_path)) & {b"one", b"two", b"three"}) == 2
