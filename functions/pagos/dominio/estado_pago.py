"""The states of a payment."""

from __future__ import annotations

from enum import StrEnum


class EstadoPago(StrEnum):
    """PENDIENTE -> PROCESANDO -> EXITOSO or FALLIDO; only EXITOSO is ever left, for REVERSADO."""

    PENDIENTE = "PENDIENTE"
    PROCESANDO = "PROCESANDO"
    EXITOSO = "EXITOSO"
    FALLIDO = "FALLIDO"
    REVERSADO = "REVERSADO"
