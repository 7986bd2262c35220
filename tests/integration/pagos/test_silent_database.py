"""A PostgreSQL that hangs: what needs it is refused soon, and all but the first request at once."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from seedwork.infraestructura.dependency_unavailable import DependencyUnavailableError
from seedwork.infraestructura.postgres import database as postgres
from seedwork.infraestructura.postgres.database import PAUSE_SECONDS, PostgresDatabase

if TYPE_CHECKING:
    import pg8000.native

    from seedwork.infraestructura.postgres.database_secret import DatabaseSecret
    from support.postgres.database import TestDatabase


class Clock:
    """Stands until it is moved."""

    now = 1_000.0

    def __call__(self) -> float:
        """As `time.monotonic`."""
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """In the place of the real one; answers are not waited for longer than the tests take."""
    clock = Clock()
    monkeypatch.setattr(postgres, "monotonic", clock)
    for name in ("CONNECT_SECONDS", "ANSWER_SECONDS", "READY_SECONDS"):
        monkeypatch.setattr(postgres, name, 0.5)
    return clock


@pytest.fixture
def silent() -> Iterator[socket.socket]:
    """A port where connections are taken and nothing is said, as the kernel does for a process that is stopped."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        yield server


def connections(server: socket.socket) -> int:
    """How many have come since this was asked last."""
    count = 0
    while True:
        try:
            server.accept()[0].close()
        except BlockingIOError:
            return count
        count += 1


def test_a_session_that_falls_silent_holds_up_one_request(database: TestDatabase, clock: Clock) -> None:
    """Its successors are refused at once, until the pause is over; then a new session serves."""
    asked: list[DatabaseSecret] = []

    def secret(_fresh: bool) -> DatabaseSecret:
        asked.append(database.secret("pagos"))
        return asked[-1]

    with closing(PostgresDatabase(secret)) as connection:
        [[pid]] = connection.read("select pg_backend_pid()")
        os.kill(pid, signal.SIGSTOP)
        try:
            for _ in range(3):
                with pytest.raises(DependencyUnavailableError):
                    connection.read("select 1")
            with pytest.raises(DependencyUnavailableError):
                connection.begin()
            assert len(asked) == 1
            clock.now += PAUSE_SECONDS
            assert connection.read("select 1") == [[1]]
        finally:
            os.kill(pid, signal.SIGCONT)


def test_a_server_that_takes_connections_and_says_nothing_is_left_alone(
    database: TestDatabase, clock: Clock, silent: socket.socket
) -> None:
    """For a while, then it is asked once more."""
    hung = replace(database.secret("pagos"), port=silent.getsockname()[1])
    connection = PostgresDatabase(lambda _fresh: hung)
    for expected in (1, 0, 0):
        with pytest.raises(DependencyUnavailableError):
            connection.read("select 1")
        assert connections(silent) == expected
    clock.now += PAUSE_SECONDS
    with pytest.raises(DependencyUnavailableError):
        connection.read("select 1")
    assert connections(silent) == 1


def test_a_server_that_is_known_to_be_silent_is_given_a_second(
    database: TestDatabase, clock: Clock, silent: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who meets it first waits for longer; once it has answered, so does the next."""
    secrets = [replace(database.secret("pagos"), port=silent.getsockname()[1])]
    waited: list[float] = []
    really = postgres.connect

    def note(secret: DatabaseSecret, *, connect_seconds: float, answer_seconds: float) -> pg8000.native.Connection:
        waited.append(connect_seconds)
        return really(secret, connect_seconds=connect_seconds, answer_seconds=answer_seconds)

    monkeypatch.setattr(postgres, "connect", note)
    monkeypatch.setattr(postgres, "READY_SECONDS", 0.25)
    with closing(PostgresDatabase(lambda _fresh: secrets[-1])) as connection:
        for _ in range(2):
            with pytest.raises(DependencyUnavailableError):
                connection.read("select 1")
            clock.now += PAUSE_SECONDS
        secrets.append(database.secret("pagos"))
        connection.read("select 1")
        connection.close()
        connection.read("select 1")
    assert waited == [0.5, 0.25, 0.25, 0.5]


def test_a_server_that_refuses_connections_is_asked_each_time(database: TestDatabase, clock: Clock) -> None:
    """That costs nothing, and it may be back at any moment."""
    del clock
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    secrets = [replace(database.secret("pagos"), port=port), database.secret("pagos")]
    with closing(PostgresDatabase(lambda _fresh: secrets.pop(0))) as connection:
        with pytest.raises(DependencyUnavailableError):
            connection.read("select 1")
        assert connection.read("select 1") == [[1]]


def test_ready_is_what_lets_a_new_session_work(database: TestDatabase, clock: Clock, silent: socket.socket) -> None:
    """Whatever becomes of the session that is open; a server that says nothing is not waited for."""
    del clock
    secrets = [database.secret("pagos")]
    with closing(PostgresDatabase(lambda _fresh: secrets[-1])) as connection:
        connection.require_ready(to_write=True)
        connection.read("select 1")
        secrets.append(replace(database.secret("pagos"), port=silent.getsockname()[1]))
        with pytest.raises(DependencyUnavailableError):
            connection.require_ready(to_write=True)
        assert connection.read("select 1") == [[1]]
