"""The states of a campaign."""

from __future__ import annotations

from enum import StrEnum


class EstadoCampana(StrEnum):
    """CREATED -> ACTIVE <-> PAUSED -> COMPLETED; any of them -> CANCELLED. The last two are never left."""

    CREATED = "CREATED"
    ACTIVE = "ACTIVE"
    PAUSED = "PAUSED"
    COMPLETED = "COMPLETED"
    CANCELLED = "CANCELLED"

    @property
    def es_final(self) -> bool:
        """Whether nothing changes any more."""
        return self in {EstadoCampana.COMPLETED, EstadoCampana.CANCELLED}
