"""The builders of all contexts' tests."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Final
from uuid import uuid4

from seedwork.dominio.dinero import Dinero, Moneda
from seedwork.dominio.traza import Traza

AHORA: Final = datetime(2026, 1, 15, 10, 30, tzinfo=UTC)


def cop(monto: str) -> Dinero:
    """Return an amount in pesos."""
    return Dinero(monto=Decimal(monto), moneda=Moneda.COP)


def una_traza() -> Traza:
    """Return a trace with a correlation id of its own."""
    return Traza(correlation_id=f"corr-{uuid4()}")
