"""Connections as the role `campanas`, and units of work that stop where a test wants them to."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from campanas.infraestructura.postgres.unit_of_work import PostgresCampanasUnitOfWork
from support.postgres.servers import wait_until

if TYPE_CHECKING:
    from seedwork.infraestructura.postgres.database import PostgresDatabase
    from support.postgres.database import TestDatabase

DEADLINE_SECONDS = 20


class HeldUnitOfWork(PostgresCampanasUnitOfWork):
    """Does its work and commits only once it is let go, like a function that hangs at that point."""

    def __init__(self, database: PostgresDatabase, administered: TestDatabase) -> None:
        super().__init__(database)
        self._administered = administered
        self._at_commit, self._let_go = threading.Event(), threading.Event()
        [[self._pid]] = database.read("select pg_backend_pid()")

    def commit(self) -> None:
        """Wait, then commit."""
        self._at_commit.set()
        assert self._let_go.wait(DEADLINE_SECONDS)
        super().commit()

    def wait_at_commit(self) -> None:
        """Wait until the work has reached its commit."""
        assert self._at_commit.wait(DEADLINE_SECONDS)

    def wait_until_another_waits(self) -> None:
        """Wait until another session waits for a lock of this one."""
        query = "select 1 from pg_stat_activity where %s = any(pg_blocking_pids(pid))"
        with self._administered.administered.connect() as connection:
            wait_until(
                lambda: connection.execute(query, [self._pid]).fetchone(),
                timeout=DEADLINE_SECONDS,
                what="waiting session",
            )

    def let_go(self) -> None:
        """Let it commit."""
        self._let_go.set()

    def cut(self) -> None:
        """End its session, as if its process had died."""
        self._administered.execute("select pg_terminate_backend(%s)", self._pid)


@pytest.fixture
def connect(database: TestDatabase) -> Iterator[Callable[[], PostgresDatabase]]:
    """Return a function that makes connections to a database with empty tables."""
    with database.connections("campanas") as connect:
        yield connect


@pytest.fixture
def new_uow(connect: Callable[[], PostgresDatabase]) -> Callable[[], PostgresCampanasUnitOfWork]:
    """Return a function that makes units of work on connections of their own, like instances of a function."""
    return lambda: PostgresCampanasUnitOfWork(connect())


@pytest.fixture
def uow(new_uow: Callable[[], PostgresCampanasUnitOfWork]) -> PostgresCampanasUnitOfWork:
    """Return a unit of work."""
    return new_uow()


@pytest.fixture
def hung(connect: Callable[[], PostgresDatabase], database: TestDatabase) -> Iterator[HeldUnitOfWork]:
    """Yield a unit of work that commits only once it is let go."""
    hung = HeldUnitOfWork(connect(), database)
    yield hung
    hung.let_go()


@pytest.fixture
def held(connect: Callable[[], PostgresDatabase], database: TestDatabase) -> Iterator[HeldUnitOfWork]:
    """Yield the same with a session that the server does not end."""
    connection = connect()
    connection.read("set idle_in_transaction_session_timeout = 0")
    held = HeldUnitOfWork(connection, database)
    yield held
    held.let_go()
