"""Work that is done bit by bit, for as long as a function's time allows; its next run goes on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final, Protocol

RESERVE_SECONDS: Final = 15
AT_A_TIME: Final = 5_000


class Work(Protocol):
    """Something to do at rows that are old."""

    def __call__(self, *, ahora: datetime, limite: int) -> Iterator[int]:
        """Step by step, each a transaction of not more than so many rows; how many were done in each."""


def bit_by_bit(works: Mapping[str, Work], *, ahora: datetime, context: Any) -> dict[str, int]:
    """Do one after the other, each until its end or near that of the function's time; how much was done of each."""
    return {name: _in_time(work(ahora=ahora, limite=AT_A_TIME), context) for name, work in works.items()}


def _in_time(steps: Iterator[int], context: Any) -> int:
    done = 0
    while context.get_remaining_time_in_millis() > RESERVE_SECONDS * 1000:
        some = next(steps, None)
        if some is None:
            break
        done += some
    return done
