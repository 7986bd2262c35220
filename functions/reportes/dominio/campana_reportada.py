"""A campaign as known to reports."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class CampanaReportada:
    """A campaign and its name according to its event of that version."""

    id: UUID
    nombre: str
    version: int

    def con(self, otra: CampanaReportada) -> CampanaReportada:
        """Return the later of two states of the same campaign."""
        return max(self, otra, key=lambda campana: campana.version)
