"""A tracking event as known to reports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class TipoSeguimiento(StrEnum):
    """The tracked action."""

    IMPRESSION = "IMPRESSION"
    CLICK = "CLICK"
    CONVERSION = "CONVERSION"
    PAGE_VIEW = "PAGE_VIEW"


@dataclass(frozen=True, slots=True, kw_only=True)
class EventoSeguido:
    """A tracking event; each id is counted once."""

    id: str
    tipo: TipoSeguimiento
    id_afiliado: str
    id_campana: UUID | None
    fecha: datetime
