"""The record keeps the plan of the first run."""

from __future__ import annotations

from pathlib import Path

import pytest

from aero.platform.errors import AeroError
from demo.record import FILE, Record

RECORD = Record(seed=1, days=3, ends="2026-11-30T23:00:00+00:00")


def test_a_record_is_read_as_it_was_written(tmp_path: Path) -> None:
    """The second run has the seed, the days and the end of the first."""
    assert Record.read(tmp_path) is None
    RECORD.changed(tmp_path, days_done=2)
    found = Record.read(tmp_path)
    assert found is not None
    assert (found.days_done, found.finished, found.calendar) == (2, False, RECORD.calendar)


@pytest.mark.parametrize("text", ["{", "{}", '{"seed": 1, "days": 1, "ends": "x", "other": 1}'])
def test_a_damaged_record_is_explained(tmp_path: Path, text: str) -> None:
    """The company may be there: beginning anew would add it twice."""
    (tmp_path / FILE).write_text(text)
    with pytest.raises(AeroError, match="damaged"):
        Record.read(tmp_path)
