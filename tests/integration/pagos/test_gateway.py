"""The gateway adapter settles orders by the official SDK, against the simulator."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import replace
from uuid import uuid4

import pytest

from pagos.dominio.pasarela_de_pagos import Desconocido, Hecho, OrdenDePago, OrdenDeReverso, Rechazado
from pagos.infraestructura.stripe import gateway
from pagos.infraestructura.stripe.gateway import StripeAdapter
from support.pagos.builders import unos_datos
from support.stripe_simulator.simulator_process import API_KEY, SimulatorProcess


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimulatorProcess]:
    """Start the simulator once and yield it."""
    with SimulatorProcess(tmp_path_factory.mktemp("stripe") / "ledger.sqlite3") as simulator:
        yield simulator


@pytest.fixture
def pasarela(simulator: SimulatorProcess, monkeypatch: pytest.MonkeyPatch) -> StripeAdapter:
    """Return an adapter on a simulator without faults, with shorter timeouts than in production."""
    simulator.set_faults(latency_ms=0, decline_rate=0, error_rate=0, timeout_rate=0, lost_answer_rate=0)
    monkeypatch.setattr(gateway, "TIMEOUT_SECONDS", 1.0)
    monkeypatch.setattr(gateway, "SDK_RETRIES", 0)
    return StripeAdapter(lambda: API_KEY, api_base=simulator.url)


def una_orden(monto: str = "100.50") -> OrdenDePago:
    """Return an order for a new payment."""
    return OrdenDePago(id_pago=uuid4(), datos=unos_datos(monto=monto), correlation_id="corr-1")


def test_an_order_is_paid_as_a_transfer(pasarela: StripeAdapter, simulator: SimulatorProcess) -> None:
    """The transfer has the amount in minor units, the affiliate as destination, and the payment's id as metadata."""
    orden = una_orden("1234.56")
    [resultado] = pasarela.ejecutar([orden])
    assert isinstance(resultado, Hecho)
    transfer = simulator.sdk().v1.transfers.retrieve(resultado.referencia_pasarela)
    assert (transfer.amount, transfer.currency, transfer.destination) == (123_456, "cop", orden.datos.id_afiliado)
    assert transfer.metadata is not None
    assert transfer.metadata["id_pago"] == str(orden.id_pago)


def test_the_same_order_is_paid_once(pasarela: StripeAdapter) -> None:
    """It is paid once if it is repeated, even concurrently."""
    orden = una_orden()
    pagados = {resultado for resultado in pasarela.ejecutar([orden] * 20) if isinstance(resultado, Hecho)}
    pagados |= {resultado for resultado in pasarela.ejecutar([orden]) if isinstance(resultado, Hecho)}
    assert len(pagados) == 1


def test_results_are_in_the_sequence_of_the_orders(pasarela: StripeAdapter, simulator: SimulatorProcess) -> None:
    """They are, even though the orders are executed concurrently."""
    ordenes = [una_orden() for _ in range(60)]
    resultados = pasarela.ejecutar(ordenes)
    for orden, resultado in zip(ordenes, resultados, strict=True):
        assert isinstance(resultado, Hecho)
        metadata = simulator.sdk().v1.transfers.retrieve(resultado.referencia_pasarela).metadata
        assert metadata is not None
        assert metadata["id_pago"] == str(orden.id_pago)


def test_no_orders_are_no_results(pasarela: StripeAdapter) -> None:
    """An empty batch sends no request."""
    assert list(pasarela.ejecutar([])) == []


def test_a_decline_is_final(pasarela: StripeAdapter, simulator: SimulatorProcess) -> None:
    """The gateway gives the same reason again for a repetition."""
    simulator.set_faults(decline_rate=1)
    orden = una_orden()
    [first] = pasarela.ejecutar([orden])
    simulator.set_faults(decline_rate=0)
    [second] = pasarela.ejecutar([orden])
    assert isinstance(first, Rechazado)
    assert first.motivo
    assert second == first


@pytest.mark.parametrize("fault", ["error_rate", "timeout_rate", "lost_answer_rate"])
def test_without_an_answer_the_outcome_is_unknown(
    pasarela: StripeAdapter, simulator: SimulatorProcess, fault: str
) -> None:
    """The next attempt under the same key settles it with one charge."""
    simulator.set_faults(**{fault: 1})
    orden = una_orden()
    [unsettled] = pasarela.ejecutar([orden])
    assert isinstance(unsettled, Desconocido)
    assert unsettled.causa
    simulator.set_faults(**{fault: 0})
    [settled] = pasarela.ejecutar([orden])
    assert isinstance(settled, Hecho)
    listed = simulator.sdk().v1.transfers.list({"limit": 100}).data
    assert [t.id for t in listed if t.metadata and t.metadata["id_pago"] == str(orden.id_pago)] == [
        settled.referencia_pasarela
    ]


def test_an_unreachable_gateway_leaves_the_outcome_unknown() -> None:
    """A refused connection is never a failed payment."""
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        pasarela = StripeAdapter(lambda: API_KEY, api_base=f"http://127.0.0.1:{nobody.getsockname()[1]}")
        [resultado] = pasarela.ejecutar([una_orden()])
    assert resultado == Desconocido(causa="APIConnectionError")  # without any address of ours


def test_a_refused_api_key_leaves_the_outcome_unknown(simulator: SimulatorProcess) -> None:
    """A mistake in our configuration must not fail payments."""
    [resultado] = StripeAdapter(lambda: "no-key", api_base=simulator.url).ejecutar([una_orden()])
    assert isinstance(resultado, Desconocido)


def test_a_possibly_paid_order_is_looked_for_first(pasarela: StripeAdapter, simulator: SimulatorProcess) -> None:
    """A transfer is found even without its key, and looking for it moves no money."""
    orden = una_orden()
    [pagado] = pasarela.ejecutar([orden])
    simulator.set_faults(error_rate=1)  # of requests that move money
    assert pasarela.ejecutar([replace(orden, consultar_antes=True)]) == [pagado]
    [nuevo] = pasarela.ejecutar([replace(una_orden(), consultar_antes=True)])
    assert isinstance(nuevo, Desconocido)
    simulator.set_faults(error_rate=0)
    [nuevo] = pasarela.ejecutar([replace(una_orden(), consultar_antes=True)])
    assert isinstance(nuevo, Hecho)


def un_reverso(pasarela: StripeAdapter) -> OrdenDeReverso:
    """Pay a new payment and return the order to refund it."""
    orden = una_orden()
    [pagado] = pasarela.ejecutar([orden])
    assert isinstance(pagado, Hecho)
    return OrdenDeReverso(
        id_pago=orden.id_pago, referencia_pasarela=pagado.referencia_pasarela, numero=1, correlation_id="corr-1"
    )


def test_a_payment_is_refunded_as_a_whole_and_once(pasarela: StripeAdapter, simulator: SimulatorProcess) -> None:
    """Repeated orders refund it once, even concurrently or under another key, as after the first is forgotten."""
    orden = un_reverso(pasarela)
    hechos = {resultado for resultado in pasarela.ejecutar([orden] * 20) if isinstance(resultado, Hecho)}
    hechos |= set(pasarela.ejecutar([orden, replace(orden, numero=2)]))  # type: ignore[arg-type]
    [hecho] = hechos
    transfer = simulator.sdk().v1.transfers.retrieve(orden.referencia_pasarela)
    assert transfer.reversed
    assert [reversal.id for reversal in transfer.reversals.data] == [hecho.referencia_pasarela]


def test_a_refused_refund_is_not_an_unknown_one(pasarela: StripeAdapter, simulator: SimulatorProcess) -> None:
    """The gateway keeps the refusal under its number, and the next number may succeed."""
    orden = un_reverso(pasarela)
    simulator.set_faults(decline_rate=1)
    [refused] = pasarela.ejecutar([orden])
    simulator.set_faults(decline_rate=0)
    assert isinstance(refused, Rechazado)
    assert pasarela.ejecutar([orden]) == [refused]
    [done] = pasarela.ejecutar([replace(orden, numero=2)])
    assert isinstance(done, Hecho)


def test_a_refund_without_an_answer_is_unknown(pasarela: StripeAdapter, simulator: SimulatorProcess) -> None:
    """The refund was made, and the repetition gets its answer."""
    orden = un_reverso(pasarela)
    simulator.set_faults(lost_answer_rate=1)
    [unsettled] = pasarela.ejecutar([orden])
    simulator.set_faults(lost_answer_rate=0)
    [settled] = pasarela.ejecutar([orden])
    assert (type(unsettled), type(settled)) == (Desconocido, Hecho)


def test_a_wrong_address_fails_no_payment(simulator: SimulatorProcess) -> None:
    """A 404 from that address is a mistake of ours, so the outcome is unknown."""
    [resultado] = StripeAdapter(lambda: API_KEY, api_base=f"{simulator.url}/elsewhere").ejecutar([una_orden()])
    assert isinstance(resultado, Desconocido)
