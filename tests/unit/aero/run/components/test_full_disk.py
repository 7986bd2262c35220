"""A full disk is reported, and a broker broken by it is restarted once there is room."""

from __future__ import annotations

import asyncio
import shutil
import socket
from collections import namedtuple
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from aero.platform.disk import NEEDED_MB, shortage
from aero.platform.errors import AeroError
from aero.platform.ports import LOOPBACK, PortTable
from aero.run.components import pulsar_apache
from aero.run.components.pulsar_apache import ApachePulsar
from support.ports import an_offset

if TYPE_CHECKING:
    from aero.platform.paths import Paths

Usage = namedtuple("Usage", "total used free")  # noqa: PYI024 - as shutil's


@pytest.fixture
def free(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Return a function that sets the free megabytes of the disk."""

    def left(megabytes: int) -> None:
        monkeypatch.setattr(shutil, "disk_usage", lambda _folder: Usage(100 * 2**30, 0, megabytes * 2**20))

    return left


@pytest.fixture
def broker(paths: Paths) -> ApachePulsar:
    """Return a broker that does not run, with a data folder."""
    broker = ApachePulsar(paths, PortTable(an_offset()))
    broker.data.mkdir(parents=True)
    return broker


def listening_on(port: int) -> socket.socket:
    """Listen on a port, like the bookie."""
    server = socket.socket()
    server.bind((LOOPBACK, port))
    server.listen()
    return server


def test_the_shortage_depends_on_the_free_space_of_the_disk(tmp_path: Path) -> None:
    """The free space is that reported by the system."""
    expected = shutil.disk_usage(tmp_path).free < NEEDED_MB * 2**20
    assert bool(shortage(tmp_path)) == expected


def test_a_full_disk_is_reported_with_its_folder(tmp_path: Path, free: Callable[[int], None]) -> None:
    """The sentence has the free space too."""
    free(7)
    assert str(tmp_path) in shortage(tmp_path)
    assert "7 MB" in shortage(tmp_path)
    free(1_000)
    assert shortage(tmp_path) == ""


def test_a_broker_without_its_bookie_is_restarted(broker: ApachePulsar, free: Callable[[int], None]) -> None:
    """A disk error ends the bookie, but not the broker. While the disk is full a restart would not help."""
    free(1_000)
    store = broker.ports[2].number
    with closing(listening_on(store)):
        assert asyncio.run(broker.ailment()) == ""
    assert "bookie" in asyncio.run(broker.ailment())
    free(7)
    assert asyncio.run(broker.ailment()) == ""


def test_a_broker_that_does_not_answer_has_its_reason_reported(
    broker: ApachePulsar, free: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reason is the disk, the bookie, or unknown."""

    async def silent(_url: str, *, seconds: float) -> tuple[int, bytes]:
        del seconds
        return 0, b""

    monkeypatch.setattr(pulsar_apache, "http_get", silent)
    free(7)
    with pytest.raises(AeroError, match="is full"):
        asyncio.run(broker.answers())
    free(1_000)
    with pytest.raises(AeroError, match="bookie"):
        asyncio.run(broker.answers())
    with closing(listening_on(broker.ports[2].number)):
        assert not asyncio.run(broker.answers())
