"""The transaction of a use case."""

from __future__ import annotations

from types import TracebackType
from typing import Protocol, Self


class UnitOfWork(Protocol):
    """A transaction: `with uow: …; uow.commit()`. Leaving it without `commit` rolls everything back.

    One instance may be entered again after it was left; it must not be shared between threads.
    """

    def __enter__(self) -> Self: ...

    def __exit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None, /
    ) -> None: ...

    def commit(self) -> None:
        """Make the work durable."""
