"""The tour fits a terminal, and names only what exists."""

from __future__ import annotations

import io

from aero.platform.ports import PortTable
from aero.platform.terminal.console import Console
from demo.tour import Sights, show

ID = "01a22eda-97ea-7a8d-a03f-6a43900a271b"


def printed(found: Sights) -> str:
    """Return the tour of a platform with five-digit ports."""
    out = io.StringIO()
    show(found, PortTable(20_000), Console(file=out, width=80))
    return out.getvalue()


def test_the_tour_fits_80_columns() -> None:
    """No line of it wraps."""
    text = printed(Sights(commission=ID, reversed=ID, campaign=ID, failed_event=ID))
    assert max(map(len, text.splitlines())) <= 80
    assert f"aero trace {ID}" in text


def test_the_tour_begins_in_the_browser() -> None:
    """The panel, a payment's page and the documents come before commands."""
    text = printed(Sights(commission=ID, reversed=ID, campaign=ID, failed_event=ID))
    pages = [
        "localhost:28000/\n",
        f"localhost:28000/#/pagos/{ID}",
        "localhost:28000/docs\n",
        "localhost:28000/docs/events",
    ]
    assert [page for page in pages if page in text] == pages
    assert text.index(pages[-1]) < text.index("curl")


def test_the_tour_says_how_a_dead_letter_is_cleared() -> None:
    """It names the letter if there is one, and otherwise how to make one."""
    with_letter = printed(Sights(commission=ID, reversed=ID, campaign=ID, failed_event=ID, letter="17"))
    assert "aero dlq discard 17" in with_letter
    assert max(map(len, with_letter.splitlines())) <= 80
    assert "aero demo --with-problems" in printed(Sights(commission=ID, reversed=ID, campaign=ID, failed_event=ID))


def test_the_tour_leaves_out_what_is_not_there() -> None:
    """A short demonstration may have no failed event."""
    text = printed(Sights(commission=ID, reversed="", campaign=ID, failed_event=""))
    assert "reported twice" not in text
    assert "taken back" not in text
    assert "localhost:28080/api/campaigns" in text
