"""A campaign as reports know it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class CampanaReportada:
    """What the event with that version calls it."""

    id: UUID
    nombre: str
    version: int

    def con(self, otra: CampanaReportada) -> CampanaReportada:
        """What the later of both says of the same campaign."""
        return max(self, otra, key=lambda campana: campana.version)
