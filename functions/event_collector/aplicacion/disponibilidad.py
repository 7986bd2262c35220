"""Whether events can be accepted now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependencias:
    """What was found; `tablas` is why DynamoDB does not answer, without which events are accepted and not limited.

    `por_publicar` events wait for the relay, the oldest of them for `mas_antiguo_segundos`.
    """

    tablas: str | None
    por_publicar: int
    mas_antiguo_segundos: float


class Disponibilidad(Protocol):
    """Asks the dependencies."""

    def comprobar(self) -> Dependencias:
        """Now; raises DependencyUnavailableError for the database, without which no event is accepted."""
