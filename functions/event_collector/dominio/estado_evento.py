"""The states of an event."""

from __future__ import annotations

from enum import StrEnum


class EstadoEvento(StrEnum):
    """RECIBIDO → PUBLICADO → PROCESADO | FALLIDO; a retry begins again.

    A published conversion is PUBLICADO until its payment is known, and then PROCESADO; any other event is PROCESADO as
    soon as it is published. A FALLIDO event could not be published, or became a dead letter of one of its consumers.
    """

    RECIBIDO = "RECIBIDO"
    PUBLICADO = "PUBLICADO"
    PROCESADO = "PROCESADO"
    FALLIDO = "FALLIDO"


def estado_de(*, fallido: bool, publicado: bool, espera_pago: bool, decidido: bool) -> EstadoEvento:
    """Return the state of an event; `decidido` says that its payment is known, or that there will be none."""
    if fallido:
        return EstadoEvento.FALLIDO
    if not publicado:
        return EstadoEvento.RECIBIDO
    return EstadoEvento.PUBLICADO if espera_pago and not decidido else EstadoEvento.PROCESADO
