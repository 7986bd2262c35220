"""Runs workers side by side, a thread each, until the deadline; one that fails does not stop the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final, Protocol

import stamina
from stamina.instrumentation import set_on_retry_hooks

from seedwork.infraestructura.aws.telemetry import logger

LONGEST_PAUSE_SECONDS: Final = 2.0


class Worker(Protocol):
    """A worker runs until its own deadline, and may be started again after it raised."""

    @property
    def name(self) -> str:
        """The name in logs."""

    def run(self) -> None:
        """Work; returning means that the deadline has passed."""


def run_all(workers: Sequence[Worker], *, diagnose: Callable[[Exception], str] = lambda _: "") -> None:
    """Run each worker in a thread of its own and return when all have returned.

    A worker that raises is logged with the result of `diagnose`, and started again with backoff as often as it takes:
    only time ends a run.
    """
    set_on_retry_hooks([])  # stamina would log each failure a second time, without the worker's name
    with ThreadPoolExecutor(max(1, len(workers)), thread_name_prefix="worker") as pool:
        for future in [pool.submit(_keep_running, worker, diagnose) for worker in workers]:
            future.result()


def _keep_running(worker: Worker, diagnose: Callable[[Exception], str]) -> None:
    def log(error: Exception) -> bool:
        diagnosis = diagnose(error)
        found = {"diagnosis": diagnosis} if diagnosis else {}
        logger.error("worker failed: it is started again", extra={"worker": worker.name} | found, exc_info=error)
        return True

    for attempt in stamina.retry_context(
        on=log, attempts=None, timeout=None, wait_initial=0.1, wait_max=LONGEST_PAUSE_SECONDS, wait_jitter=0.1
    ):
        with attempt:
            worker.run()
