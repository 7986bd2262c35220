"""A tracking event as reports know it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class TipoSeguimiento(StrEnum):
    """What was tracked."""

    IMPRESSION = "IMPRESSION"
    CLICK = "CLICK"
    CONVERSION = "CONVERSION"
    PAGE_VIEW = "PAGE_VIEW"


@dataclass(frozen=True, slots=True, kw_only=True)
class EventoSeguido:
    """One of them; it is counted once for its id."""

    id: str
    tipo: TipoSeguimiento
    id_afiliado: str
    id_campana: UUID | None
    fecha: datetime
