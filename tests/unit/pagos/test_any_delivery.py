"""Each payment is charged once, under any sequence of deliveries, repetitions, crashes and answers of the gateway."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from pagos.aplicacion.conciliar_pagos import conciliar_pagos
from pagos.aplicacion.crear_pago import CrearPago, crear_pago
from pagos.aplicacion.procesar_pagos import PagoPorProcesar, procesar_pagos
from pagos.aplicacion.revertir_pago import RevertirPago, revertir_pago
from pagos.dominio.estado_pago import EstadoPago
from pagos.dominio.pasarela_de_pagos import Desconocido, Orden, OrdenDePago, Rechazado, Resultado
from seedwork.dominio.domain_error import DomainError
from support.builders import AHORA, una_traza
from support.pagos.builders import crear
from support.pagos.fake_pasarela import FakePasarela
from support.pagos.fakes import FakePagosUnitOfWork

GATEWAY = st.sampled_from(["answers", "declines", "is silent", "loses its answer", "crashes before", "crashes after"])
WHICH = st.integers(0, 99)


class Killed(BaseException):
    """The process of the function is killed."""


class Deliveries(RuleBasedStateMachine):
    """Commands and events of a few payments, in any order and number, with a gateway that may fail in any way."""

    def __init__(self) -> None:
        super().__init__()
        self.uow = FakePagosUnitOfWork()
        self.pasarela = FakePasarela(self.uow)
        self.pasarela.antes, self.pasarela.despues = self._before, self._after
        self.declined: dict[tuple[object, ...], Rechazado] = {}
        self.mood = "answers"
        self.now = AHORA
        self.commands: list[CrearPago] = []
        self.events: list[PagoPorProcesar] = []

    @rule()
    def create(self) -> None:
        """Create a payment; its event is to be delivered."""
        self.commands.append(crear())
        pago = crear_pago(self.commands[-1], uow=self.uow, ahora=self.now).pago
        self.events.append(PagoPorProcesar(event_id=f"event-{pago.id}", id_pago=pago.id, traza=una_traza()))

    @precondition(lambda self: self.commands)
    @rule(which=WHICH)
    def repeat(self, which: int) -> None:
        """Repeat a client's request."""
        number = which % len(self.commands)
        aceptado = crear_pago(self.commands[number], uow=self.uow, ahora=self.now)
        assert (aceptado.repetido, aceptado.pago.id) == (True, self.events[number].id_pago)

    @precondition(lambda self: self.events)
    @rule(which=st.lists(WHICH, min_size=1, max_size=4), gateway=GATEWAY)
    def deliver(self, which: list[int], gateway: str) -> None:
        """Deliver a batch of old and new events, with duplicates."""
        self.mood = gateway
        batch = [self.events[number % len(self.events)] for number in which]
        with suppress(Killed):
            procesar_pagos(batch, uow=self.uow, pasarela=self.pasarela, reloj=lambda: self.now)

    @rule(gateway=GATEWAY, hours=st.sampled_from([0, 1, 30]))
    def reconcile(self, gateway: str, hours: int) -> None:
        """Run the reconciliation, perhaps after the gateway has forgotten its keys."""
        self.mood = gateway
        self.now += timedelta(hours=hours)
        with suppress(Killed):
            conciliar_pagos(limite=3, uow=self.uow, pasarela=self.pasarela, reloj=lambda: self.now)

    @precondition(lambda self: self.events)
    @rule(which=WHICH, gateway=GATEWAY, reason=st.sampled_from(["a", "b"]))
    def reverse(self, which: int, gateway: str, reason: str) -> None:
        """Ask for the reversal of a payment."""
        self.mood = gateway
        id_pago = self.events[which % len(self.events)].id_pago
        with suppress(Killed, DomainError):
            comando = RevertirPago(id_pago=id_pago, motivo=reason, traza=una_traza())
            revertir_pago(comando, uow=self.uow, pasarela=self.pasarela, reloj=lambda: self.now)

    @invariant()
    def states_tell_the_truth(self) -> None:
        """EXITOSO means charged, FALLIDO never charged, REVERSADO refunded; any other charge or refund is open."""
        for event in self.events:
            vista = self.uow.por_id(event.id_pago)
            charged, refunded = event.id_pago in self.pasarela.cargos, event.id_pago in self.pasarela.reversos
            match vista.estado:
                case EstadoPago.PENDIENTE | EstadoPago.FALLIDO:
                    assert not charged
                case EstadoPago.EXITOSO:
                    assert charged
                    assert not refunded or self.uow.is_open(event.id_pago)
                case EstadoPago.REVERSADO:
                    assert refunded
                case EstadoPago.PROCESANDO:
                    assert self.uow.is_open(event.id_pago)

    def teardown(self) -> None:
        """Once the gateway answers and everything is delivered, every payment is final."""
        self.mood = "answers"
        procesar_pagos(self.events, uow=self.uow, pasarela=self.pasarela, reloj=lambda: self.now)
        self.now += timedelta(days=9)
        conciliar_pagos(limite=1_000, uow=self.uow, pasarela=self.pasarela, reloj=lambda: self.now)
        self.states_tell_the_truth()
        assert not any(self.uow.is_open(event.id_pago) for event in self.events)

    def _before(self, orden: Orden) -> Resultado | None:
        if self.mood == "crashes before":
            raise Killed
        if self.mood == "is silent":
            return Desconocido(causa="timeout")
        # As at a real gateway, an executed or declined order has that outcome for ever.
        key = (type(orden), orden.id_pago, getattr(orden, "numero", 0))
        done = self.pasarela.cargos if isinstance(orden, OrdenDePago) else self.pasarela.reversos
        if self.mood == "declines" and orden.id_pago not in done:
            self.declined.setdefault(key, Rechazado(motivo="sin fondos"))
        return self.declined.get(key)

    def _after(self, _orden: Orden) -> Resultado | None:
        if self.mood == "crashes after":
            raise Killed
        return Desconocido(causa="connection lost") if self.mood == "loses its answer" else None


TestDeliveries = Deliveries.TestCase
TestDeliveries.settings = settings(max_examples=150, stateful_step_count=25, deadline=None)
