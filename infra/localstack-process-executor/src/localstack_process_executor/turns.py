"""Work that waits for a function's process, as a generator: whoever drives it decides how it waits."""

from collections.abc import Generator
from dataclasses import dataclass
from selectors import DefaultSelector
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Pause:
    """The work goes on when this selector, whose own descriptor tells, has something, or after so many seconds."""

    selector: DefaultSelector
    seconds: float


Turn = Generator[Pause, None, T]


def drive(turn: Turn[T]) -> T:
    """Go through with it in this thread."""
    try:
        while True:
            pause = next(turn)
            pause.selector.select(pause.seconds)
    except StopIteration as end:
        result: T = end.value
        return result
