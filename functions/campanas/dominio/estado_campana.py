"""The states of a campaign."""

from __future__ import annotations

from enum import StrEnum


class EstadoCampana(StrEnum):
    """CREATED -> ACTIVE <-> PAUSED -> COMPLETED; the first three -> CANCELLED. COMPLETED and CANCELLED are final."""

    CREATED = "CREATED"
    ACTIVE = "ACTIVE"
    PAUSED = "PAUSED"
    COMPLETED = "COMPLETED"
    CANCELLED = "CANCELLED"

    @property
    def es_final(self) -> bool:
        """Whether a campaign in this state can no longer change."""
        return self in {EstadoCampana.COMPLETED, EstadoCampana.CANCELLED}
