"""A database, as far as readiness asks for one."""

from __future__ import annotations

from seedwork.infraestructura.dependency_unavailable import DependencyUnavailableError


class FakeDatabase:
    """Answers, unless it is down."""

    def __init__(self, *, down: bool = False) -> None:
        self._down = down

    def require_ready(self) -> None:
        """As PostgresDatabase."""
        if self._down:
            raise DependencyUnavailableError("postgresql")
