"""PostgreSQL run by aero: durable, on loopback, with passwords, and for root too."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import psutil
import psycopg
import pytest

from aero.operate.outboxes import OutboxStatus, outbox_statuses
from aero.platform.credentials import Credentials
from aero.platform.database import Database
from aero.platform.errors import AeroError
from aero.platform.ports import LOOPBACK
from aero.run.components.postgres import Postgres
from support.aero.component_run import listening, running

if TYPE_CHECKING:
    from aero.platform.paths import Paths
    from aero.platform.ports import PortTable

MIGRATIONS = "infra/migrations"


@pytest.fixture
def credentials(paths: Paths) -> Credentials:
    """Return the credentials of this platform."""
    return Credentials.load_or_create(paths.credentials_file)


@pytest.fixture
def database(table: PortTable, credentials: Credentials) -> Database:
    """Return the address of the database."""
    return Database.embedded(table["postgres"].number, credentials)


def query(database: Database, sql: str) -> Any:
    """Run a query and return the first value."""
    with database.connect() as connection:
        return connection.execute(sql).fetchone()[0]


def query_nothing(database: Database, sql: str) -> None:
    """Run a statement."""
    with database.connect() as connection:
        connection.execute(sql)


def make(database: Database, paths: Paths, credentials: Credentials) -> int:
    """Create database, schemas and passwords like `aero up`, and return the number of migrations."""
    database.create_if_missing()
    applied = database.migrate(paths.project / MIGRATIONS)
    database.set_passwords(credentials.roles)
    return applied


def test_data_survives_a_stop_and_a_crash(
    paths: Paths, table: PortTable, credentials: Credentials, database: Database
) -> None:
    """Committed data survives `kill -9` of all its processes and an orderly stop."""
    postgres = Postgres(paths, table, credentials)

    async def scenario() -> None:
        # Given a committed row
        async with running(postgres) as program:
            await asyncio.to_thread(database.create_if_missing)
            with await asyncio.to_thread(database.connect) as connection:
                connection.execute("create table kept (number int)")
                connection.execute("insert into kept values (42)")
            assert query(database, "show fsync") == "on"
            # When it is killed with its descendants
            root = psutil.Process(program.pid)
            for process in (root, *root.children(recursive=True)):
                with suppress(psutil.NoSuchProcess):
                    process.kill()
            await program.wait()
        # Then the row is there at the next two starts
        for _ in range(2):
            async with running(postgres):
                assert await asyncio.to_thread(query, database, "select number from kept") == 42

    asyncio.run(scenario())


def test_it_listens_on_its_port_on_loopback_only(paths: Paths, table: PortTable, credentials: Credentials) -> None:
    """It uses no other interface or port, and does not run as root."""

    async def scenario() -> None:
        async with running(Postgres(paths, table, credentials)) as program:
            assert listening(program.pid) == {(LOOPBACK, table["postgres"].number)}
            assert psutil.Process(program.pid).uids().effective != 0

    asyncio.run(scenario())


def test_every_role_needs_its_own_password(
    paths: Paths, table: PortTable, credentials: Credentials, database: Database
) -> None:
    """The migrations create roles, and aero sets their passwords. A second migration changes nothing."""

    def connect(role: str, password: str) -> None:
        psycopg.connect(
            host=LOOPBACK, port=table["postgres"].number, dbname=database.name, user=role, password=password
        ).close()

    async def scenario() -> None:
        async with running(Postgres(paths, table, credentials)):
            assert await asyncio.to_thread(make, database, paths, credentials) > 0
            assert await asyncio.to_thread(make, database, paths, credentials) == 0
            for role, password in credentials.roles.items():
                connect(role, password)
                with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
                    connect(role, "wrong")
            empty = OutboxStatus(waiting=0, oldest_seconds=0, parked=0)
            assert outbox_statuses(database) == {"campanas": empty, "event_collector": empty, "pagos": empty}

    asyncio.run(scenario())


def test_a_read_only_database_starts_and_is_reported(
    paths: Paths, table: PortTable, credentials: Credentials, database: Database
) -> None:
    """Otherwise the setting could not be undone by `aero psql` after the next start."""

    async def scenario() -> None:
        async with running(Postgres(paths, table, credentials)):
            await asyncio.to_thread(database.create_if_missing)
            database.require_writable()
            for statement in ("alter system set default_transaction_read_only = on", "select pg_reload_conf()"):
                query_nothing(database, statement)
        async with running(Postgres(paths, table, credentials)):
            assert await asyncio.to_thread(make, database, paths, credentials) > 0
            with pytest.raises(AeroError, match="alter system reset default_transaction_read_only"):
                database.require_writable()

    asyncio.run(scenario())


def test_lost_passwords_are_explained(paths: Paths, table: PortTable, credentials: Credentials) -> None:
    """The data still exists. The error names the file that belongs to it."""

    async def scenario() -> None:
        async with running(Postgres(paths, table, credentials)):
            pass
        paths.credentials_file.unlink()
        others = Credentials.load_or_create(paths.credentials_file)
        with pytest.raises(AeroError, match="does not belong to the data"):
            async with running(Postgres(paths, table, others)):
                pass

    asyncio.run(scenario())


def test_an_interrupted_first_start_is_repeated(paths: Paths, table: PortTable, credentials: Credentials) -> None:
    """An incomplete cluster is not used."""
    half = paths.state / "postgres.new"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")

    async def scenario() -> None:
        async with running(Postgres(paths, table, credentials)):
            assert not half.exists()

    asyncio.run(scenario())
