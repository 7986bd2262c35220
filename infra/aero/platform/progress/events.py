"""What happens, as the renderers hear of it; it also travels as JSON from a detached platform to who started it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What kind of event."""

    begin = "begin"
    note = "note"
    end = "end"
    fail = "fail"
    warning = "warning"
    ready = "ready"
    error = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """`done` of `total` when there is something to count; `data` is the summary of `ready` or the parts of `error`."""

    kind: Kind
    step: str = ""
    text: str = ""
    done: int = 0
    total: int = 0
    seconds: float = 0
    data: dict[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Event:
        """From JSON."""
        return cls(**values | {"kind": Kind(values["kind"])})


Listener = Callable[[Event], None]


@dataclass(slots=True)
class Step:
    """One line of the progress, to be told what happens on it."""

    name: str
    listener: Listener
    result: str = ""
    started: float = field(default_factory=time.monotonic)

    def note(self, text: str, done: int = 0, total: int = 0) -> None:
        """What it is doing now."""
        self.listener(Event(kind=Kind.note, step=self.name, text=text, done=done, total=total, seconds=self.seconds))

    @property
    def seconds(self) -> float:
        """Since it began."""
        return time.monotonic() - self.started


@contextmanager
def step(name: str, listener: Listener) -> Iterator[Step]:
    """A step that ends well unless an exception leaves it."""
    current = Step(name, listener)
    listener(Event(kind=Kind.begin, step=name))
    try:
        yield current
    except BaseException:
        listener(Event(kind=Kind.fail, step=name, seconds=current.seconds))
        raise
    listener(Event(kind=Kind.end, step=name, text=current.result, seconds=current.seconds))
