"""How dead letters are shown."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from aero.broker.dead_letters import Letter, body
from aero.dlq_cli import _table
from unit.pulsar_connector.fake_pulsar import FakeMessage, FakeMessageId


def a_letter(content: bytes = b"", **story: str) -> Letter:
    """The third entry of the seventh ledger of payments.DLQ."""
    properties = {f"dlq-{name.replace('_', '-')}": value for name, value in story.items()}
    return Letter.of(FakeMessage(content, 0, "payments.DLQ", properties, FakeMessageId(3)))


def test_a_reason_is_shown_as_it_is() -> None:
    """It comes from a function or a message: what looks like markup is none, and a terminal obeys nothing."""
    out = io.StringIO()
    letter = a_letter(reason="[/red] no \x1b[bold]such[/] thing", mapping="m", time="2026-01-15T10:30:00.1+00:00")
    Console(file=out, width=200).print(_table([letter]))
    assert "payments.DLQ:7:3  2026-01-15 10:30:00  m" in out.getvalue()
    assert "[/red] no \\x1b[bold]such[/] thing" in out.getvalue()


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        (b'{"a":"\xc3\xb1"}', '{\n  "a": "ñ"\n}'),
        ("ñ {".encode(), "ñ {"),
        (b"a\x1b[2Jb\nc", "a\\x1b[2Jb\nc"),
        (b"\xff\x00", "b'\\xff\\x00'"),
    ],
)
def test_bytes_are_shown_as_well_as_can_be(content: bytes, shown: str) -> None:
    """JSON laid out, text without what a terminal would obey, everything else so that nothing is hidden."""
    assert body(a_letter(content)) == shown
