"""A database, as far as readiness asks for one."""

from __future__ import annotations

from seedwork.infraestructura.dependency_unavailable import DependencyUnavailableError


class FakeDatabase:
    """Answers, unless it is down, or read-only where something is to be written."""

    def __init__(self, *, down: bool = False, read_only: bool = False) -> None:
        self._down = down
        self._read_only = read_only

    def require_ready(self, *, to_write: bool) -> None:
        """As PostgresDatabase."""
        if self._down or (to_write and self._read_only):
            raise DependencyUnavailableError("postgresql")
