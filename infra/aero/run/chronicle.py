"""The state of the running platform: the only owner of the run record, and the only writer of `run.json`."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from aero.platform.progress.events import Event, Kind
from aero.process.run_record import Presence

if TYPE_CHECKING:
    from aero.platform.progress.events import Listener
    from aero.process.run_record import ComponentRecord, RunRecord

log = logging.getLogger(__name__)

CRASHED: Final = (Presence.restarting, Presence.failed)


class Chronicle:
    """Keeps the run record and writes each change to its file. It reports crashes and recoveries to the listener."""

    def __init__(self, record: RunRecord, file: Path, listener: Listener) -> None:
        self.record = record
        self._file = file
        self._listener = listener
        self._is_written = True

    def add(self, component: ComponentRecord) -> None:
        """Add or replace the record of a component."""
        before = self.record.component(component.name)
        self.record = self.record.with_component(component)
        self._write()
        if before and before.presence is not component.presence:
            self._say_what_crashed(before, component)

    def update(self, **changes: object) -> None:
        """Replace fields of the run record."""
        self.record = replace(self.record, **changes)  # type: ignore[arg-type]
        self._write()

    def catch_up(self) -> None:
        """Write the record if the last attempt failed, as it does on a full disk."""
        if not self._is_written:
            self._write()

    def _write(self) -> None:
        try:
            self.record.write(self._file)
        except OSError as error:
            log.warning("%s cannot be written and stays out of date until the next try: %s", self._file, error)
            self._is_written = False
        else:
            self._is_written = True

    def _say_what_crashed(self, before: ComponentRecord, now: ComponentRecord) -> None:
        text = now.absence if now.presence in CRASHED else ""
        if now.presence is Presence.serving and before.presence is Presence.restarting:
            text = f"{now.title} serves again."
        if text:
            log.warning("%s", text)
            self._listener(Event(kind=Kind.warning, text=text))
