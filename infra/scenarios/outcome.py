"""What came of a request that a scenario sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

R = TypeVar("R")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What the API replied. `problem` is empty after a success; `retry_after` (s) is None where a retry is no use."""

    problem: str
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    retry_after: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome(Generic[R]):
    """A request and its last reply. Times are those of `time.monotonic`; `repeats` counts the client's retries."""

    request: R
    reply: Reply
    due: float
    sent: float
    done: float
    repeats: int = 0

    @property
    def seconds(self) -> float:
        """The time from when the request was due to its reply."""
        return self.done - self.due

    @property
    def problem(self) -> str:
        """Why the request failed; empty after a success."""
        return self.reply.problem

    @property
    def served_by(self) -> str:
        """The campaigns instance that served it, by the reply's header."""
        return self.reply.headers.get("X-Served-By", "")

    @property
    def version(self) -> str:
        """The report version that served it, by the reply's header."""
        return self.reply.headers.get("X-Report-Version", "")
