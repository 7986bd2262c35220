"""The progress of a command: events and their renderers."""

from __future__ import annotations

import io
import json
import os

import pytest
from rich.console import Console

from aero.platform.progress.events import Event, Kind, step
from aero.platform.progress.plain import PlainProgress
from aero.platform.progress.terminal import TerminalProgress
from aero.platform.progress.wire import WireProgress, received


def test_a_step_reports_its_beginning_its_notes_and_its_end() -> None:
    """The end has the result and the elapsed time."""
    events: list[Event] = []
    with step("Pulsar", events.append) as current:
        current.note("downloading: 1 of 4 jars", 1, 4)
        current.result = "pulsar://127.0.0.1:6650"
    assert [event.kind for event in events] == [Kind.begin, Kind.note, Kind.end]
    assert (events[1].done, events[1].total) == (1, 4)
    assert events[2].text == "pulsar://127.0.0.1:6650"
    assert events[2].seconds > 0


def test_a_failing_step_is_reported() -> None:
    """The exception is raised on."""
    events: list[Event] = []
    with pytest.raises(ValueError, match="no disk"), step("Pulsar", events.append):
        raise ValueError("no disk")
    assert [event.kind for event in events] == [Kind.begin, Kind.fail]


def test_plain_lines_have_no_colours_and_do_not_repeat_themselves() -> None:
    """A download is reported in quarters, not in a hundred lines."""
    lines: list[str] = []
    progress = PlainProgress(lines.append)
    with step("Pulsar", progress) as current:
        for done in range(101):
            current.note(f"downloading: {done} of 100 jars", done, 100)
        current.note("starting")
        current.note("starting")
    assert [line for line in lines if "downloading" in line] == [
        f"· Pulsar: downloading: {done} of 100 jars" for done in (0, 25, 50, 75, 100)
    ]
    assert lines.count("· Pulsar: starting") == 1
    assert lines[-1].startswith("✓ Pulsar: done (")
    assert not [line for line in lines if "\x1b" in line]


def test_a_terminal_shows_each_step_on_its_own_line() -> None:
    """A mark shows its outcome, and notes are not read as markup."""
    screen = io.StringIO()
    console = Console(file=screen, force_terminal=True, width=100)
    progress = TerminalProgress(console)
    with step("PostgreSQL", progress) as current:
        current.result = "[not markup]"
    with pytest.raises(ValueError, match="x"), step("Pulsar", progress):
        raise ValueError("x")
    progress(Event(kind=Kind.warning, text="pulsar-lite takes its place"))
    progress.close()
    shown = screen.getvalue()
    assert "✓" in shown
    assert "✗" in shown
    assert "[not markup]" in shown
    assert "pulsar-lite takes its place" in shown


def test_events_travel_to_another_process() -> None:
    """They arrive line by line and unchanged."""
    reader, writer = os.pipe()
    sent = [Event(kind=Kind.begin, step="Pulsar"), Event(kind=Kind.ready, data={"addresses": [["API", "http://x"]]})]
    progress = WireProgress(writer)
    for event in sent:
        progress(event)
    os.close(writer)
    with open(reader, "rb") as stream:  # noqa: PTH123 - a descriptor
        assert list(received(stream)) == sent


def test_events_without_a_reader_are_dropped() -> None:
    """A detached platform goes on after the end of the command that started it."""
    reader, writer = os.pipe()
    os.close(reader)
    WireProgress(writer)(Event(kind=Kind.warning, text="x"))
    os.close(writer)


def test_events_survive_json() -> None:
    """All their values have a type of JSON."""
    event = Event(kind=Kind.error, text="Port 8000 is taken", data={"cure": "", "detail": ""})
    assert Event.from_dict(json.loads(json.dumps(event.to_dict()))) == event
