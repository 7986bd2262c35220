"""The error for any unavailable dependency; at the HTTP edge it becomes 503 with Retry-After."""

from __future__ import annotations


class DependencyUnavailableError(Exception):
    """`dependency` (a name for the caller, never an address) is unreachable now; a later attempt may succeed."""

    def __init__(self, dependency: str) -> None:
        super().__init__(f"{dependency} is unavailable")
        self.dependency = dependency
