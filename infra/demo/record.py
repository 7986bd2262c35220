"""The record of the demonstration in `.aero/state`: its plan and how far it is, so that a second run completes it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Self

from aero.platform.errors import AeroError
from demo.plan.calendar import Calendar

FILE: Final = "demo.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """The choices of the first run, the number of finished days, and whether everything is done."""

    seed: int
    days: int
    ends: str
    days_done: int = 0
    finished: bool = False

    @property
    def calendar(self) -> Calendar:
        """The plan."""
        return Calendar(seed=self.seed, days=self.days, ends=datetime.fromisoformat(self.ends))

    @classmethod
    def read(cls, state: Path) -> Self | None:
        """Return the record, or None if no demonstration was begun. Raises AeroError if it is damaged."""
        try:
            document: dict[str, Any] = json.loads((state / FILE).read_text())
            return cls(**document)
        except FileNotFoundError:
            return None
        except (ValueError, TypeError) as error:
            raise AeroError(
                f"{state / FILE} is damaged: {error}",
                cure="Remove it; the next run then adds another company beside this one, with --yes.",
            ) from None

    def changed(self, state: Path, **values: Any) -> Self:
        """Return the record with other values, once it is durable."""
        record = replace(self, **values)
        new = state / f"{FILE}.new"
        new.write_text(json.dumps(asdict(record), indent=2))
        new.replace(state / FILE)
        return record
