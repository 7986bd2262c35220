"""The deadline of a run: it ends while a reserve of the invocation's time is left."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Final, Protocol

# The reserve is for the last answers and acknowledgements, and for closing everything in order.
RESERVE_SECONDS: Final = 6.0


class LambdaContext(Protocol):
    """The part of Lambda's context object that the connector uses."""

    @property
    def invoked_function_arn(self) -> str:
        """This function's ARN."""

    def get_remaining_time_in_millis(self) -> int:
        """Return the time until Lambda kills the invocation."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """The moment at which only `reserve_seconds` of the invocation are left."""

    context: LambdaContext
    reserve_seconds: float = RESERVE_SECONDS

    @property
    def seconds_left(self) -> float:
        """The time until the deadline, never negative."""
        return max(0.0, self.context.get_remaining_time_in_millis() / 1000 - self.reserve_seconds)

    @property
    def passed(self) -> bool:
        """Return whether it is time to stop."""
        return self.seconds_left == 0

    def sleep(self, seconds: float) -> None:
        """Sleep, but not past the deadline."""
        time.sleep(min(seconds, self.seconds_left))
