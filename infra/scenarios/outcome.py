"""The outcome of a scenario's request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

R = TypeVar("R")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """The API's reply. `problem` is empty after a success; `retry_after` (s) is None if a retry is useless."""

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
        """Return the time from the request's due time to its reply."""
        return self.done - self.due

    @property
    def problem(self) -> str:
        """Return why the request failed; empty after a success."""
        return self.reply.problem

    @property
    def served_by(self) -> str:
        """Return the campaigns instance that served it, by the reply's header."""
        return self.reply.headers.get("X-Served-By", "")

    @property
    def version(self) -> str:
        """Return the report version that served it, by the reply's header."""
        return self.reply.headers.get("X-Report-Version", "")
