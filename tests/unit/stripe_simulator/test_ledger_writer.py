"""Jobs share commits but not failures."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest

from stripe_simulator.ledger.ledger_writer import MAX_JOBS_PER_COMMIT, LedgerWriter

INSERT = "INSERT INTO numbers VALUES (?)"


class Escenario:
    """A writer on a table of numbers, and the count of its commits."""

    def __init__(self, path: Path) -> None:
        self.path = path
        connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE numbers (number INTEGER UNIQUE)")
        self.commits = 0
        connection.set_trace_callback(self._trace)
        self.writer = LedgerWriter(connection)

    def numbers(self) -> list[int]:
        """Return the committed numbers, which another connection sees."""
        reader = sqlite3.connect(self.path)
        try:
            return [row[0] for row in reader.execute("SELECT number FROM numbers ORDER BY number")]
        finally:
            reader.close()

    def _trace(self, statement: str) -> None:
        self.commits += statement == "COMMIT"


@pytest.fixture
def escenario(tmp_path: Path) -> Iterator[Escenario]:
    """A file without numbers."""
    escenario = Escenario(tmp_path / "numbers.sqlite3")
    yield escenario
    escenario.writer.close()


def insert(number: int, *, failing: bool = False) -> Callable[[sqlite3.Connection], int]:
    """Make a job that writes the number, and may fail after it."""

    def job(connection: sqlite3.Connection) -> int:
        connection.execute(INSERT, [number])
        if failing:
            raise ValueError(number)
        return number

    return job


async def gather(*jobs: Coroutine[Any, Any, Any]) -> list[Any]:
    """Run jobs and return all results, including exceptions."""
    return await asyncio.gather(*jobs, return_exceptions=True)


def test_a_result_means_that_it_is_committed(escenario: Escenario) -> None:
    """Once a caller has the result, another connection can read it."""
    assert asyncio.run(escenario.writer.run(insert(1))) == 1
    assert escenario.numbers() == [1]


def test_a_failed_job_leaves_nothing_and_does_not_stop_the_others(escenario: Escenario) -> None:
    """Its own caller gets the exception; the others of the same commit are written."""

    async def run() -> list[Any]:
        return await gather(*(escenario.writer.run(insert(n, failing=n % 2 == 1)) for n in range(6)))

    results = asyncio.run(run())
    assert results[::2] == [0, 2, 4]
    assert [str(failure) for failure in results[1::2]] == ["1", "3", "5"]
    assert escenario.numbers() == [0, 2, 4]


def test_waiting_jobs_share_a_commit(escenario: Escenario) -> None:
    """While the first job is being written, the others queue up; then they are written together, up to a limit."""
    started, go_on = threading.Event(), threading.Event()

    def first(connection: sqlite3.Connection) -> int:
        started.set()
        assert go_on.wait(timeout=10)
        return insert(-1)(connection)

    async def run() -> None:
        jobs = [asyncio.ensure_future(escenario.writer.run(first))]
        await asyncio.to_thread(started.wait, 10)
        jobs += [asyncio.ensure_future(escenario.writer.run(insert(n))) for n in range(MAX_JOBS_PER_COMMIT + 1)]
        await asyncio.sleep(0)  # all of them are in the queue now
        go_on.set()
        await asyncio.gather(*jobs)

    asyncio.run(run())
    assert escenario.commits == 3
    assert escenario.numbers() == list(range(-1, MAX_JOBS_PER_COMMIT + 1))


def test_a_failed_commit_fails_all_its_jobs_and_the_next_one_works(escenario: Escenario) -> None:
    """When the database refuses, all callers get the error, nothing is written, and the writer goes on."""

    def end_the_transaction(connection: sqlite3.Connection) -> None:
        connection.execute("ROLLBACK")  # as SQLite does when the disk is full

    async def run() -> list[Any]:
        started, go_on = threading.Event(), threading.Event()

        def block(_connection: sqlite3.Connection) -> None:
            started.set()
            assert go_on.wait(timeout=10)

        blocked = asyncio.ensure_future(escenario.writer.run(block))
        await asyncio.to_thread(started.wait, 10)
        jobs = [asyncio.ensure_future(escenario.writer.run(job)) for job in (insert(1), end_the_transaction, insert(2))]
        await asyncio.sleep(0)  # all of them are in the queue now, for one commit
        go_on.set()
        await blocked
        return await gather(*(_await(job) for job in jobs))

    results = asyncio.run(run())
    assert [type(result) for result in results] == [sqlite3.OperationalError] * 3
    assert escenario.numbers() == []
    assert asyncio.run(escenario.writer.run(insert(3))) == 3
    assert escenario.numbers() == [3]


def test_closing_finishes_waiting_jobs(tmp_path: Path) -> None:
    """No accepted job is dropped."""
    escenario = Escenario(tmp_path / "numbers.sqlite3")

    async def run() -> list[int]:
        jobs = [asyncio.ensure_future(escenario.writer.run(insert(n))) for n in range(20)]
        await asyncio.sleep(0)
        escenario.writer.close()
        return await asyncio.gather(*jobs)

    assert asyncio.run(run()) == list(range(20))
    assert escenario.numbers() == list(range(20))


async def _await(future: asyncio.Future[Any]) -> Any:
    return await future
