"""The events of progress for renderers; a detached platform sends them as JSON to the command that started it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """The kinds of events."""

    begin = "begin"
    note = "note"
    end = "end"
    fail = "fail"
    warning = "warning"
    ready = "ready"
    error = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """An event of progress.

    `done` and `total` count something if `total` is not 0. `data` is the summary of `ready` or the parts of `error`.
    """

    kind: Kind
    step: str = ""
    text: str = ""
    done: int = 0
    total: int = 0
    seconds: float = 0
    data: dict[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return the event as a document for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Event:
        """Return the event of a document made by `to_dict`."""
        return cls(**values | {"kind": Kind(values["kind"])})


Listener = Callable[[Event], None]


@dataclass(slots=True)
class Step:
    """One line of the progress, which passes its notes to the listener."""

    name: str
    listener: Listener
    result: str = ""
    started: float = field(default_factory=time.monotonic)

    def note(self, text: str, done: int = 0, total: int = 0) -> None:
        """Report the current activity, with counts if there is something to count."""
        self.listener(Event(kind=Kind.note, step=self.name, text=text, done=done, total=total, seconds=self.seconds))

    @property
    def seconds(self) -> float:
        """The seconds since the step began."""
        return time.monotonic() - self.started


@contextmanager
def step(name: str, listener: Listener) -> Iterator[Step]:
    """Report the beginning and end of a step. The step fails if an exception leaves the block."""
    current = Step(name, listener)
    listener(Event(kind=Kind.begin, step=name))
    try:
        yield current
    except BaseException:
        listener(Event(kind=Kind.fail, step=name, seconds=current.seconds))
        raise
    listener(Event(kind=Kind.end, step=name, text=current.result, seconds=current.seconds))
