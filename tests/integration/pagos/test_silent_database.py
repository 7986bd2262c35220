"""With a hanging PostgreSQL, the first request that needs it fails soon, and the next ones at once."""

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
    """A clock that stands still unless the test moves it."""

    now = 1_000.0

    def __call__(self) -> float:
        """Return the time, as `time.monotonic` does."""
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Replace the real clock, and shorten all time limits to half a second."""
    clock = Clock()
    monkeypatch.setattr(postgres, "monotonic", clock)
    for name in ("CONNECT_SECONDS", "ANSWER_SECONDS", "READY_SECONDS"):
        monkeypatch.setattr(postgres, name, 0.5)
    return clock


@pytest.fixture
def silent() -> Iterator[socket.socket]:
    """Yield a port that accepts connections and never answers, as the kernel does for a stopped process."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        yield server


def connections(server: socket.socket) -> int:
    """Return the number of connections since the last call."""
    count = 0
    while True:
        try:
            server.accept()[0].close()
        except BlockingIOError:
            return count
        count += 1


def test_a_silent_session_delays_one_request(database: TestDatabase, clock: Clock) -> None:
    """The next requests are refused at once until the pause is over; then a new session serves."""
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


def test_a_silent_server_is_left_alone(database: TestDatabase, clock: Clock, silent: socket.socket) -> None:
    """It is left alone for a pause, then tried once more."""
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


def test_a_server_known_to_be_silent_is_given_less_time(
    database: TestDatabase, clock: Clock, silent: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first request to meet it waits longer, and so does the next one after the server has answered."""
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
    """A refused connection costs nothing, and the server may be back at any moment."""
    del clock
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    secrets = [replace(database.secret("pagos"), port=port), database.secret("pagos")]
    with closing(PostgresDatabase(lambda _fresh: secrets.pop(0))) as connection:
        with pytest.raises(DependencyUnavailableError):
            connection.read("select 1")
        assert connection.read("select 1") == [[1]]


def test_readiness_needs_a_new_session(database: TestDatabase, clock: Clock, silent: socket.socket) -> None:
    """An open session does not count, and a silent server is not waited for."""
    del clock
    secrets = [database.secret("pagos")]
    with closing(PostgresDatabase(lambda _fresh: secrets[-1])) as connection:
        connection.require_ready(to_write=True)
        connection.read("select 1")
        secrets.append(replace(database.secret("pagos"), port=silent.getsockname()[1]))
        with pytest.raises(DependencyUnavailableError):
            connection.require_ready(to_write=True)
        assert connection.read("select 1") == [[1]]
