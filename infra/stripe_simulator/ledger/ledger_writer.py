"""One thread writes the ledger, and flushes many transactions to the disk at once."""

from __future__ import annotations

import asyncio
import queue
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Final, TypeVar

T = TypeVar("T")

MAX_JOBS_PER_COMMIT: Final = 256


@dataclass(frozen=True, slots=True)
class _Task:
    job: Callable[[sqlite3.Connection], Any]
    future: Future[Any]


class LedgerWriter:
    """Runs jobs one after another, each all or nothing, and answers only after the commit that contains them.

    Jobs that arrive during a commit share the next one, so a slow disk delays each job but does not limit the number of
    jobs per second.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Take over a connection, which must be in autocommit mode and usable from another thread."""
        self._connection = connection
        self._tasks: queue.SimpleQueue[_Task | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="ledger-writer", daemon=True)
        self._thread.start()

    async def run(self, job: Callable[[sqlite3.Connection], T]) -> T:
        """Return the job's result once it is durable; raises sqlite3.Error, or the job's exception after undoing it."""
        future: Future[T] = Future()
        self._tasks.put(_Task(job, future))
        return await asyncio.wrap_future(future)

    def close(self) -> None:
        """Finish waiting jobs, then close the connection."""
        self._tasks.put(None)
        self._thread.join()

    def _work(self) -> None:
        is_open = True
        while is_open:
            tasks: list[_Task] = []
            task = self._tasks.get()
            while task is not None:
                if task.future.set_running_or_notify_cancel():
                    tasks.append(task)
                if len(tasks) == MAX_JOBS_PER_COMMIT or self._tasks.empty():
                    break
                task = self._tasks.get()
            is_open = task is not None
            if tasks:
                self._commit(tasks)
        self._connection.close()

    def _commit(self, tasks: list[_Task]) -> None:
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            outcomes = [self._attempt(task.job) for task in tasks]
            self._connection.execute("COMMIT")
        except Exception as error:  # noqa: BLE001 - e.g. a full disk: this thread must live to try again
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            outcomes = [(None, error)] * len(tasks)
        for task, (result, failure) in zip(tasks, outcomes, strict=True):
            if failure is None:
                task.future.set_result(result)
            else:
                task.future.set_exception(failure)

    def _attempt(self, job: Callable[[sqlite3.Connection], Any]) -> tuple[Any, Exception | None]:
        result, failure = None, None
        self._connection.execute("SAVEPOINT job")
        try:
            result = job(self._connection)
        except Exception as error:  # noqa: BLE001 - the job's own caller gets it
            failure = error
            self._connection.execute("ROLLBACK TO job")
        self._connection.execute("RELEASE job")
        return result, failure
