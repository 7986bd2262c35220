"""Instants are read in the forms of RFC 3339 and ISO 8601, and in no other form."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from seedwork.infraestructura.text.instants import read_instant, read_instant_of_query


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        # RFC 3339, 5.8: the examples
        ("1985-04-12T23:20:50.52Z", datetime(1985, 4, 12, 23, 20, 50, 520_000, tzinfo=UTC)),
        ("1996-12-19T16:39:57-08:00", datetime(1996, 12, 20, 0, 39, 57, tzinfo=UTC)),
        ("1990-12-31T23:59:60Z", datetime(1991, 1, 1, tzinfo=UTC)),
        ("1990-12-31T15:59:60-08:00", datetime(1991, 1, 1, tzinfo=UTC)),
        ("1937-01-01T12:00:27.87+00:20", datetime(1937, 1, 1, 11, 40, 27, 870_000, tzinfo=UTC)),
        # 5.6: letters in any case, a space for the T; 4.3: an unknown local offset
        ("2026-11-01t05:00:00z", datetime(2026, 11, 1, 5, tzinfo=UTC)),
        ("2026-11-01 05:00:00Z", datetime(2026, 11, 1, 5, tzinfo=UTC)),
        ("2026-11-01 05:00:00", datetime(2026, 11, 1, 5, tzinfo=UTC)),
        ("2026-11-01T05:00:00-00:00", datetime(2026, 11, 1, 5, tzinfo=UTC)),
        ("2026-11-01T05:00:00+23:59", datetime(2026, 10, 31, 5, 1, tzinfo=UTC)),
        # ISO 8601: a date, no seconds, a comma, no zone, offsets of hours alone and without a colon
        ("2026-11-01", datetime(2026, 11, 1, tzinfo=UTC)),
        ("2024-02-29", datetime(2024, 2, 29, tzinfo=UTC)),
        ("2026-11-01T05:00", datetime(2026, 11, 1, 5, tzinfo=UTC)),
        ("2026-11-01T05:00:00", datetime(2026, 11, 1, 5, tzinfo=UTC)),
        ("2026-11-01T05:00:00,5", datetime(2026, 11, 1, 5, 0, 0, 500_000, tzinfo=UTC)),
        ("2026-11-01T05:00+05", datetime(2026, 11, 1, tzinfo=UTC)),
        ("2026-11-01T05:00:00+0530", datetime(2026, 10, 31, 23, 30, tzinfo=UTC)),
        # more digits than are stored, and the ends of the calendar
        ("2026-11-01T05:00:00.123456789Z", datetime(2026, 11, 1, 5, 0, 0, 123_456, tzinfo=UTC)),
        ("2026-11-01T05:00:00.1234567891Z", datetime(2026, 11, 1, 5, 0, 0, 123_456, tzinfo=UTC)),
        ("2026-10-31T23:59:59.9999999Z", datetime(2026, 10, 31, 23, 59, 59, 999_999, tzinfo=UTC)),
        ("0001-01-01T00:00:00Z", datetime(1, 1, 1, tzinfo=UTC)),
        ("9999-12-31T23:59:59.999999Z", datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)),
    ],
)
def test_the_standards_forms_are_read(text: str, instant: datetime) -> None:
    """The result is in UTC; a query gives the same."""
    assert read_instant(text) == instant
    assert read_instant(text).tzinfo is UTC
    assert read_instant_of_query(text) == instant


@pytest.mark.parametrize(
    "text",
    [
        # a T between date and time
        "2026-11-01+05:00", "2026-11-01_10:00", "2026-11-01_10:00:00", "2026-11-01\U0001f60010:00", "2026-11-01x10:00",
        "2026-11-01-05:00", "2026-11-01\t10:00:00", "2026-11-01\u00a010:00:00", "2026-11-01  10:00:00",
        "2026-11-0110:00", "2026-11-01T", "2026-11-01TT10:00", "2026-11-01 05:00", "2026-11-01 05",
        # a zone needs a time, and the date must exist
        "2026-11-01Z", "2026-02-30", "2025-02-29", "2026-13-01", "2026-00-10", "2026-01-00", "0000-01-01",
        # ISO 8601's basic format, weeks, days of the year, shorter or longer years
        "20261101", "20261101T050000Z", "2026-W44-7", "2026-305", "2026-11", "2026", "26-11-01", "+12026-11-01",
        "-2026-11-01", "2026-1-1",
        # invalid times: 24:00 (RFC 3339, 5.7), a leap second within a month, hours alone
        "2026-11-01T24:00:00Z", "2026-11-01T05:60:00Z", "2026-11-01T05:00:61Z", "2026-11-01T05:00:60Z",
        "2026-11-15T23:59:60Z", "2026-12-31T23:59:60+01:00", "2026-11-01T05", "2026-11-01T05Z", "2026-11-01T5:00",
        "2026-11-01T0500", "2026-11-01T05:00:00.", "2026-11-01T05:00.5", "2026-11-01T05:00:00:00",
        # invalid zones
        "2026-11-01T05:00:00+24:00", "2026-11-01T05:00:00+05:60", "2026-11-01T05:00:00+5",
        "2026-11-01T05:00:00+05:00:30",
        "2026-11-01T05:00:00 Z", "2026-11-01T05:00:00 +05:00", "2026-11-01T05:00:00UTC", "2026-11-01T05:00:00ZZ",
        "2026-11-01T05:00:00\u221205:00", "2026-11-01T05:00:00[America/Bogota]", "2026-11-01T05:00:00++05:00",
        # outside of the calendar
        "0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01", "9999-12-31T23:59:60Z",
        # other digits, other texts, other lengths
        "\u0662\u0660\u0662\u0666-11-01", "\uff12\uff10\uff12\uff16-11-01", "2026-11-01T05:00:0\u0660Z",
        "", " ", "ayer", "now",
        "1767225600", "1767225600.5", "2026-11-01\n", " 2026-11-01", "2026-11-01T05:00:00Z\n", "2026/11/01",
        "01-11-2026", "2026-11-01T05:00:00Z/2026-11-02", "\0", "2026-11-01\0",
    ],
)  # fmt: skip
def test_nothing_else_is_an_instant(text: str) -> None:
    """A query refuses it too."""
    for read in (read_instant, read_instant_of_query):
        with pytest.raises(ValueError, match=r".+"):
            read(text)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-11-01T00:00:00 05:00", datetime(2026, 10, 31, 19, tzinfo=UTC)),
        ("2026-11-01T00:00:00 0500", datetime(2026, 10, 31, 19, tzinfo=UTC)),
        ("2026-11-01T00:00:00.25 05", datetime(2026, 10, 31, 19, 0, 0, 250_000, tzinfo=UTC)),
        ("2026-11-01t00:00 05:00", datetime(2026, 10, 31, 19, tzinfo=UTC)),
        ("2026-11-01 00:00:00 05:00", datetime(2026, 10, 31, 19, tzinfo=UTC)),
    ],
)
def test_a_space_in_a_query_may_be_a_plus(text: str, instant: datetime) -> None:
    """`application/x-www-form-urlencoded` decodes it so; elsewhere a space is no plus."""
    assert read_instant_of_query(text) == instant
    with pytest.raises(ValueError, match="RFC 3339"):
        read_instant(text)


@pytest.mark.parametrize("text", ["2026-11-01", "2026-11-01T05:00:00", "2026-11-01 05:00:00"])
def test_a_zone_may_be_required(text: str) -> None:
    """Some readers must not assume one."""
    with pytest.raises(ValueError, match="UTC"):
        read_instant(text, zone_required=True)
    assert read_instant("2026-11-01T05:00:00Z", zone_required=True)


@given(
    instant=st.datetimes(
        min_value=datetime(2, 1, 1), max_value=datetime(9998, 12, 31),  # noqa: DTZ001 - the zone is drawn
        timezones=st.integers(-1_439, 1_439).map(lambda minutes: timezone(timedelta(minutes=minutes))),
    ),
    separator=st.sampled_from("Tt "),
)  # fmt: skip
def test_written_instants_are_read(instant: datetime, separator: str) -> None:
    """The instant and its zone do not matter."""
    assert read_instant(instant.isoformat(sep=separator, timespec="microseconds")) == instant


@given(text=st.text(max_size=30) | st.from_regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}.[0-9]{2}:[0-9]{2}(:[0-9]{2})?.{0,8}"))
@example("2026-11-01T\n")
def test_any_other_text_is_refused_with_a_value_error(text: str) -> None:
    """The text begins with a readable date and a T or a space."""
    try:
        read_instant_of_query(text)
    except ValueError:
        return
    assert text.isascii()
    assert len(text) == len("2026-11-01") or text[10] in "Tt "
