"""Pays commissions and bonuses in the past, through the use cases of payments."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

from demo.history.past_gateway import PastClock, PastGateway, PastLedger
from demo.plan.traffic import Fate
from pagos.aplicacion.crear_pago import CrearPago, crear_pago
from pagos.aplicacion.pagar_comisiones import Conversion, pagar_comisiones
from pagos.aplicacion.procesar_pagos import PagoPorProcesar, procesar_pagos
from pagos.aplicacion.revertir_pago import RevertirPago, revertir_pago
from pagos.dominio.comision import referencia_de_comision
from pagos.dominio.estado_pago import EstadoPago
from pagos.dominio.eventos import DatosDelPago, Origen
from pagos.infraestructura.postgres.pago_queries import PostgresPagoConsultas
from pagos.infraestructura.postgres.unit_of_work import PostgresPagosUnitOfWork
from seedwork.dominio.dinero import Dinero, Moneda
from seedwork.dominio.traza import Traza

if TYPE_CHECKING:
    from demo.history.long_transaction import LongTransaction
    from demo.plan.calendar import Bonus
    from pagos.dominio.comision import TasaDeComision
    from pagos.dominio.pago import Pago

REASON: Final = "El comprador devolvió el pedido."


class PastPayments:
    """Pays within the transaction of `database`; the charges are in `ledger`, to be sent once it is committed."""

    def __init__(self, database: LongTransaction, *, tasa: TasaDeComision, seed: int) -> None:
        self.ledger = PastLedger()
        self._uow = PostgresPagosUnitOfWork(database)
        self._trazas = PostgresPagoConsultas(database)
        self._tasa = tasa
        self._chance = random.Random(seed)  # noqa: S311 - chance, not secrets
        self._to_reverse: dict[UUID, datetime] = {}

    def pay_commissions(self, sales: Mapping[UUID, tuple[Conversion, Fate]], *, at: datetime) -> None:
        """Pay the commission of each sale, by the id of its event; raises the error of one that cannot be paid."""
        for conversion, fate in sales.values():
            clock = self._clock(at)
            failed = pagar_comisiones([conversion], tasa=self._tasa, uow=self._uow, reloj=clock)
            for error in failed.values():
                raise error
            pago = self._commission(conversion)
            if pago is not None:
                self._settle(pago, conversion.traza.correlation_id, fate, clock)

    def pay_bonus(self, bonus: Bonus) -> None:
        """Pay a bonus."""
        clock = self._clock(bonus.at)
        datos = DatosDelPago(
            id_afiliado=bonus.affiliate,
            monto=Dinero(monto=bonus.amount, moneda=Moneda(bonus.currency)),
            referencia_pago=bonus.reference,
        )
        command = CrearPago(datos=datos, clave=None, traza=Traza(correlation_id=bonus.correlation_id))
        accepted = crear_pago(command, uow=self._uow, ahora=clock())
        self._settle(accepted.pago, bonus.correlation_id, bonus.fate, clock)

    def reverse(self, *, until: datetime) -> None:
        """Reverse the payments whose orders are returned later on the same day."""
        for id_pago, paid in self._to_reverse.items():
            clock = self._clock(min(until, paid + timedelta(hours=self._chance.uniform(1, 9))) - timedelta(seconds=9))
            command = RevertirPago(
                id_pago=id_pago,
                motivo=REASON,
                traza=Traza(correlation_id=str(self._trazas.correlacion(id_pago))),
            )
            done = revertir_pago(command, uow=self._uow, pasarela=self._gateway(clock), reloj=clock)
            if done.repetido and done.pago.fecha_reverso:
                self.ledger.refund(id_pago, correlation_id=command.traza.correlation_id, at=done.pago.fecha_reverso)
        self._to_reverse.clear()

    def _commission(self, conversion: Conversion) -> Pago | None:
        """Return the payment of the conversion, or None if it earns nothing."""
        if conversion.valor is None:
            return None
        datos = DatosDelPago(
            id_afiliado=conversion.id_afiliado,
            monto=self._tasa.de(conversion.valor),
            referencia_pago=referencia_de_comision(conversion.event_id),
            id_campana=conversion.id_campana,
            origen=Origen(id_evento=conversion.id_evento),
        )
        with self._uow as uow:
            found = uow.pagos.buscar(datos, clave=None)
        return None if found is None else found.pago

    def _settle(self, pago: Pago, correlation_id: str, fate: Fate, clock: PastClock) -> None:
        """Take the payment to the gateway; if an interrupted run did, collect its charge again."""
        if pago.estado is EstadoPago.PENDIENTE and pago.fecha_creacion <= clock.now:
            self._process(pago, correlation_id, declines=fate is Fate.declined, clock=clock)
        elif pago.estado in (EstadoPago.EXITOSO, EstadoPago.REVERSADO) and pago.fecha_procesamiento:
            self.ledger.charge(
                pago.id, pago.datos, correlation_id=correlation_id, at=pago.fecha_procesamiento,
                id_=pago.referencia_pasarela,
            )  # fmt: skip
        else:
            return
        if fate is Fate.reversed:
            self._to_reverse[pago.id] = clock.now

    def _process(self, pago: Pago, correlation_id: str, *, declines: bool, clock: PastClock) -> None:
        [accepted] = self._trazas.pasos(pago.id)
        message = PagoPorProcesar(
            event_id=accepted.id_evento,
            id_pago=pago.id,
            traza=Traza(correlation_id=correlation_id, causation_id=accepted.id_evento),
        )
        failed = procesar_pagos([message], uow=self._uow, pasarela=self._gateway(clock, declines=declines), reloj=clock)
        for error in failed.values():
            raise error

    def _gateway(self, clock: PastClock, *, declines: bool = False) -> PastGateway:
        return PastGateway(ledger=self.ledger, clock=clock, declines=declines)

    def _clock(self, at: datetime) -> PastClock:
        return PastClock(at, self._chance)
