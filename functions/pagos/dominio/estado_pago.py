"""The states of a payment."""

from __future__ import annotations

from enum import StrEnum


class EstadoPago(StrEnum):
    """PENDIENTE -> PROCESANDO -> EXITOSO or FALLIDO; EXITOSO -> REVERSADO. FALLIDO and REVERSADO are final."""

    PENDIENTE = "PENDIENTE"
    PROCESANDO = "PROCESANDO"
    EXITOSO = "EXITOSO"
    FALLIDO = "FALLIDO"
    REVERSADO = "REVERSADO"
