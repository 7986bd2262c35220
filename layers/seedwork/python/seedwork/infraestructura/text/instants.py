"""Reads the text of an instant: RFC 3339, and the equally clear other forms of ISO 8601's extended format."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Final

_MICROSECONDS: Final = 6
_LEAP: Final = 60
_INSTANT: Final = re.compile(
    r"(?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2})"
    # A space may stand for the T (RFC 3339, 5.6), but only before a full time. Before hours and minutes alone, it is
    # the rest of an unencoded + of an offset.
    r"(?:(?:[Tt]| (?=[0-9]{2}:[0-9]{2}:))"
    r"(?P<hour>[01][0-9]|2[0-3]):(?P<minute>[0-5][0-9])"
    r"(?::(?P<second>[0-5][0-9]|60)(?:[.,](?P<fraction>[0-9]+))?)?"
    r"(?P<zone>[Zz]|(?P<sign>[+-])(?P<hours>[01][0-9]|2[0-3])(?::?(?P<minutes>[0-5][0-9]))?)?)?"
)
_LOST_PLUS: Final = re.compile(r" (?=[0-9]{2}(?::?[0-9]{2})?\Z)")


def read_instant(text: str, *, zone_required: bool = False) -> datetime:
    """Return the instant in UTC; a text without a zone is in UTC, and a date alone is its first instant.

    Raises ValueError for any other text. PostgreSQL keeps microseconds, so further digits are cut off: rounding could
    move the end of a day into the next day. A leap second becomes the second after it, as in POSIX.

    >>> read_instant("2026-11-01T00:00:00-05:00").isoformat()
    '2026-11-01T05:00:00+00:00'
    """
    match = _INSTANT.fullmatch(text)
    if match is None:
        raise ValueError("not RFC 3339")
    parts = match.groupdict()
    if zone_required and parts["zone"] is None:
        raise ValueError("no offset from UTC")
    try:
        return _instant(date.fromisoformat(parts["date"]), parts)
    except OverflowError:  # some first and last hours of the calendar do not exist in UTC
        raise ValueError("outside of the calendar") from None


def read_instant_of_query(text: str) -> datetime:
    """Read an instant from a query, where an unencoded `+` arrives as a space."""
    return read_instant(_LOST_PLUS.sub("+", text))


def _instant(day: date, parts: Mapping[str, str | None]) -> datetime:
    second = _number(parts["second"])
    instant = datetime(
        day.year,
        day.month,
        day.day,
        _number(parts["hour"]),
        _number(parts["minute"]),
        min(second, _LEAP - 1),
        _number((parts["fraction"] or "")[:_MICROSECONDS].ljust(_MICROSECONDS, "0")),
        tzinfo=_zone(parts),
    ).astimezone(UTC)
    if second < _LEAP:
        return instant
    after = instant + timedelta(seconds=1)
    if (after.day, after.hour, after.minute, after.second) != (1, 0, 0, 0):  # only months end with one
        raise ValueError("not a leap second")
    return after


def _zone(parts: Mapping[str, str | None]) -> timezone:
    offset = timedelta(hours=_number(parts["hours"]), minutes=_number(parts["minutes"]))
    return timezone(-offset if parts["sign"] == "-" else offset)


def _number(digits: str | None) -> int:
    return int(digits or 0)
