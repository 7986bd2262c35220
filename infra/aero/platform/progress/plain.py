"""Progress for a log file or a pipe: plain lines without animation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from aero.platform.progress.events import Event, Kind
from aero.platform.terminal.lost_output import output_may_be_lost

PARTS: Final = 4  # a download is reported at each quarter


class PlainProgress:
    """A renderer for output other than terminals."""

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write
        self._last: dict[str, tuple[str, int]] = {}

    def __call__(self, event: Event) -> None:
        """Show an event, except for a repeated note."""
        with output_may_be_lost():
            self._show(event)

    def _show(self, event: Event) -> None:
        match event.kind:
            case Kind.warning:
                self._write(f"! {event.text}")
            case Kind.end:
                self._write(f"✓ {event.step}: {event.text or 'done'} ({event.seconds:.1f} s)")
            case Kind.fail:
                self._write(f"✗ {event.step} ({event.seconds:.1f} s)")
            case Kind.note:
                part = event.done * PARTS // event.total if event.total else 0
                if self._last.get(event.step) != (event.text.split(":")[0], part):
                    self._last[event.step] = (event.text.split(":")[0], part)
                    self._write(f"· {event.step}: {event.text}")
            case _:
                pass

    def close(self) -> None:
        """Do nothing: there is nothing to close."""
