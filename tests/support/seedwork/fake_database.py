"""A database for tests of readiness."""

from __future__ import annotations

from seedwork.infraestructura.dependency_unavailable import DependencyUnavailableError


class FakeDatabase:
    """Serves unless it is down, or read-only when a write is required."""

    def __init__(self, *, down: bool = False, read_only: bool = False) -> None:
        self._down = down
        self._read_only = read_only

    def require_ready(self, *, to_write: bool) -> None:
        """Check readiness as PostgresDatabase does."""
        if self._down or (to_write and self._read_only):
            raise DependencyUnavailableError("postgresql")
