"""The gateway of the past: it answers as planned, and its charges go to the simulator's ledger with their times."""

from __future__ import annotations

import hashlib
import string
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from typing_extensions import override

from pagos.dominio.pasarela_de_pagos import Hecho, OrdenDePago, PasarelaDePagos, Rechazado

if TYPE_CHECKING:
    import random

    from aero.operate.gateway import Gateway
    from pagos.dominio.eventos import DatosDelPago
    from pagos.dominio.pasarela_de_pagos import Orden, Resultado

REFUSAL: Final = "You have insufficient available funds in your Stripe account."
AT_A_TIME: Final = 50  # the simulator accepts 64 KB
_LETTERS: Final = string.digits + string.ascii_letters


class PastClock:
    """A clock that starts in the past, and goes on by a second or so whenever it is asked."""

    def __init__(self, now: datetime, chance: random.Random) -> None:
        self.now = now
        self._chance = chance

    def __call__(self) -> datetime:
        """Return the time, then let some pass."""
        self.now += timedelta(milliseconds=self._chance.randint(150, 1_400))
        return self.now


class PastLedger:
    """Collects charges until their payments are committed: a charge without a payment would be a lie.

    The ids of transfers follow from those of payments, so a charge is added once, however often it is sent.
    """

    def __init__(self) -> None:
        self._charges: dict[UUID, dict[str, Any]] = {}

    def charge(
        self, id_pago: UUID, datos: DatosDelPago, *, correlation_id: str, at: datetime, id_: str | None = None
    ) -> str:
        """Collect a transfer, and return its id."""
        transfer = id_ or _object_id("tr", id_pago)
        self._charges[id_pago] = {
            "id": transfer,
            "created": int(at.timestamp()),
            "amount": datos.monto.unidades_menores,
            "currency": datos.monto.moneda.lower(),
            "destination": datos.id_afiliado,
            "description": datos.referencia_pago,
            "transfer_group": str(id_pago),
            "metadata": {"id_pago": str(id_pago), "correlation_id": correlation_id},
        }
        return transfer

    def refund(self, id_pago: UUID, *, correlation_id: str, at: datetime) -> str:
        """Collect the reversal of a collected transfer, and return its id."""
        reversal = _object_id("trr", id_pago)
        metadata = {"id_pago": str(id_pago), "correlation_id": correlation_id}
        self._charges[id_pago]["reversal"] = {
            "id": reversal, "created": int(at.timestamp()), "metadata": metadata,
        }  # fmt: skip
        return reversal

    def send(self, gateway: Gateway) -> None:
        """Add the collected charges to the simulator's ledger; raises AeroError."""
        charges = list(self._charges.values())
        for first in range(0, len(charges), AT_A_TIME):
            gateway.add_history(charges[first : first + AT_A_TIME])
        self._charges.clear()


@dataclass(frozen=True, slots=True, kw_only=True)
class PastGateway(PasarelaDePagos):
    """Answers the orders of one payment."""

    ledger: PastLedger
    clock: PastClock
    declines: bool

    @override
    def ejecutar(self, ordenes: Sequence[Orden]) -> Sequence[Resultado]:
        return [self._answer(orden) for orden in ordenes]

    def _answer(self, orden: Orden) -> Resultado:
        at = self.clock.now
        if not isinstance(orden, OrdenDePago):
            refund = self.ledger.refund(orden.id_pago, correlation_id=orden.correlation_id, at=at)
            return Hecho(referencia_pasarela=refund)
        if self.declines:
            return Rechazado(motivo=REFUSAL)
        charge = self.ledger.charge(orden.id_pago, orden.datos, correlation_id=orden.correlation_id, at=at)
        return Hecho(referencia_pasarela=charge)


def _object_id(prefix: str, id_pago: UUID) -> str:
    """Return an id in Stripe's form that follows from the payment's id."""
    number = int.from_bytes(hashlib.sha256(f"{prefix}-{id_pago}".encode()).digest())
    letters = []
    for _ in range(24):
        number, index = divmod(number, len(_LETTERS))
        letters.append(_LETTERS[index])
    return f"{prefix}_{''.join(letters)}"
