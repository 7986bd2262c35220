"""The readiness of what the API needs to accept events."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependencias:
    """The state of the dependencies. `tablas` is DynamoDB's error, or None; without DynamoDB events are not limited.

    `por_publicar` events wait for the relay, the oldest of them for `mas_antiguo_segundos`.
    """

    tablas: str | None
    por_publicar: int
    mas_antiguo_segundos: float


class Disponibilidad(Protocol):
    """Checks the dependencies."""

    def comprobar(self) -> Dependencias:
        """Return their state now; raises DependencyUnavailableError without the database: no event can be accepted."""
