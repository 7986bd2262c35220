"""Work that waits for a function's process, as a generator: whoever drives it decides how it waits."""

from collections.abc import Generator
from dataclasses import dataclass
from selectors import DefaultSelector
from typing import Final, TypeVar

from localstack_process_executor.runtime.turnstile import Ticket

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Pause:
    """The work goes on when this selector, whose own descriptor tells, has something, or after so many seconds."""

    selector: DefaultSelector
    seconds: float


class Blocks:
    """The work goes on by something that blocks, so in a thread."""


BLOCKS: Final = Blocks()

Steps = Generator[Pause | Ticket | Blocks, None, T]


def drive(steps: Steps[T]) -> T:
    """Go through with it in this thread."""
    try:
        while True:
            step = next(steps)
            if isinstance(step, Pause):
                step.selector.select(step.seconds)
            elif isinstance(step, Ticket):
                step.wait()
    except StopIteration as end:
        result: T = end.value
        return result
