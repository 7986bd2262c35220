"""Where an event is on its way."""

from __future__ import annotations

from enum import StrEnum


class EstadoEvento(StrEnum):
    """RECIBIDO → PUBLICADO → PROCESADO | FALLIDO; a retry begins again.

    PUBLICADO is a conversion that is on its topic and whose payment is yet to come; all else is PROCESADO once it is
    there. FALLIDO could not be published, or became a dead letter of one of its consumers.
    """

    RECIBIDO = "RECIBIDO"
    PUBLICADO = "PUBLICADO"
    PROCESADO = "PROCESADO"
    FALLIDO = "FALLIDO"
