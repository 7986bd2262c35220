"""Work that waits for a function's process is a generator of waits, and its driver decides how to wait."""

from collections.abc import Generator
from dataclasses import dataclass
from selectors import DefaultSelector
from typing import Final, TypeVar

from localstack_process_executor.runtime.turnstile import Ticket

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Pause:
    """The work goes on when this selector has something, which its own descriptor shows, or after some seconds."""

    selector: DefaultSelector
    seconds: float


class Blocks:
    """The next part of the work blocks, so it needs a thread."""


BLOCKS: Final = Blocks()

Steps = Generator[Pause | Ticket | Blocks, None, T]


def drive(steps: Steps[T]) -> T:
    """Do the work in this thread."""
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
