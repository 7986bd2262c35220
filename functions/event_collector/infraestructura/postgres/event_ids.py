"""The ids of events, which begin with their time (RFC 9562, version 7)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_RUN: Final = timedelta(seconds=10)
_LAST: Final = (1 << 48) - 1


def first_id(instant: datetime) -> UUID:
    """Return the smallest id that an event of this millisecond may have; the first of all before 1970."""
    milliseconds = (instant - _EPOCH) // timedelta(milliseconds=1)
    return UUID(int=min(max(milliseconds, 0), _LAST) << 80)


def id_after(instant: datetime) -> UUID:
    """Return an id that no event accepted before the instant reaches.

    The id is made after the acceptance by the same run of a function, which ends within ten seconds.
    """
    return first_id(instant + _RUN)
