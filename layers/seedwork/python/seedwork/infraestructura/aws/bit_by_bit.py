"""Does work in small steps while the function has time left; the next run continues."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final, Protocol

RESERVE_SECONDS: Final = 15
AT_A_TIME: Final = 5_000


class Work(Protocol):
    """Work on old rows."""

    def __call__(self, *, ahora: datetime, limite: int) -> Iterator[int]:
        """Do the work in steps, each a transaction of at most `limite` rows; yields the rows of each step."""


def bit_by_bit(works: Mapping[str, Work], *, ahora: datetime, context: Any) -> dict[str, int]:
    """Do all works in turn until they end or the function's time runs short; returns the number of rows of each."""
    return {name: _in_time(work(ahora=ahora, limite=AT_A_TIME), context) for name, work in works.items()}


def _in_time(steps: Iterator[int], context: Any) -> int:
    done = 0
    while context.get_remaining_time_in_millis() > RESERVE_SECONDS * 1000:
        some = next(steps, None)
        if some is None:
            break
        done += some
    return done
