"""Counts by the minute of what happened lately, of which a repeated question reads the last minutes only."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, Generic, TypeVar

C = TypeVar("C")

MINUTE: Final = timedelta(minutes=1)
SETTLED: Final = timedelta(minutes=2)
"""A transaction that has not stored its rows by then has failed: our functions and statements time out before."""

LONGEST: Final = 60


class RecentMinutes(Generic[C]):
    """Remembers the counts of minutes whose rows are all stored, so that they are read once."""

    def __init__(self, read: Callable[[datetime, datetime], Mapping[datetime, C]], *, none: C) -> None:
        """`read` returns the counts by minute of a half-open period, and `none` counts a minute without rows."""
        self._read = read
        self._none = none
        self._settled: dict[datetime, C] = {}

    def last(self, minutes: int, *, now: datetime) -> Sequence[tuple[datetime, C]]:
        """Return the last minutes with their counts, the current one at the end; there are at most LONGEST."""
        current = now.replace(second=0, microsecond=0)
        asked = [current - n * MINUTE for n in reversed(range(minutes))]
        self._settled = {
            minute: count for minute, count in self._settled.items() if minute > current - LONGEST * MINUTE
        }
        unknown = next(minute for minute in asked if minute not in self._settled)
        read = self._read(unknown, current + MINUTE)
        counts = {
            minute: read.get(minute, self._none) if minute >= unknown else self._settled[minute] for minute in asked
        }
        self._settled |= {minute: count for minute, count in counts.items() if minute + MINUTE + SETTLED <= now}
        return list(counts.items())
