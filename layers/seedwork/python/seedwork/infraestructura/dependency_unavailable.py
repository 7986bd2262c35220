"""The one error for a dependency that does not answer; at the HTTP edge it is 503 with Retry-After."""

from __future__ import annotations


class DependencyUnavailableError(Exception):
    """`dependency` (a name for the caller, never an address) cannot be reached now; trying again later may work."""

    def __init__(self, dependency: str) -> None:
        super().__init__(f"{dependency} is unavailable")
        self.dependency = dependency
