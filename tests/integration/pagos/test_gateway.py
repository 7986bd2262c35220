"""The gateway adapter, by the official SDK against the simulator: what is settled and what is not."""

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
    """Started once."""
    with SimulatorProcess(tmp_path_factory.mktemp("stripe") / "ledger.sqlite3") as simulator:
        yield simulator


@pytest.fixture
def pasarela(simulator: SimulatorProcess, monkeypatch: pytest.MonkeyPatch) -> StripeAdapter:
    """On a simulator without faults, and with less patience than in earnest."""
    simulator.set_faults(latency_ms=0, decline_rate=0, error_rate=0, timeout_rate=0, lost_answer_rate=0)
    monkeypatch.setattr(gateway, "TIMEOUT_SECONDS", 1.0)
    monkeypatch.setattr(gateway, "SDK_RETRIES", 0)
    return StripeAdapter(lambda: API_KEY, api_base=simulator.url)


def una_orden(monto: str = "100.50") -> OrdenDePago:
    """An order of its own."""
    return OrdenDePago(id_pago=uuid4(), datos=unos_datos(monto=monto), correlation_id="corr-1")


def test_an_order_is_paid_as_a_transfer(pasarela: StripeAdapter, simulator: SimulatorProcess) -> None:
    """Amount in minor units, the affiliate as its destination, the payment's id in its metadata."""
    orden = una_orden("1234.56")
    [resultado] = pasarela.ejecutar([orden])
    assert isinstance(resultado, Hecho)
    transfer = simulator.sdk().v1.transfers.retrieve(resultado.referencia_pasarela)
    assert (transfer.amount, transfer.currency, transfer.destination) == (123_456, "cop", orden.datos.id_afiliado)
    assert transfer.metadata is not None
    assert transfer.metadata["id_pago"] == str(orden.id_pago)


def test_the_same_order_is_paid_once(pasarela: StripeAdapter) -> None:
    """However often, and also at the same time."""
    orden = una_orden()
    pagados = {resultado for resultado in pasarela.ejecutar([orden] * 20) if isinstance(resultado, Hecho)}
    pagados |= {resultado for resultado in pasarela.ejecutar([orden]) if isinstance(resultado, Hecho)}
    assert len(pagados) == 1


def test_results_are_in_the_sequence_of_the_orders(pasarela: StripeAdapter, simulator: SimulatorProcess) -> None:
    """Though they are executed at the same time."""
    ordenes = [una_orden() for _ in range(60)]
    resultados = pasarela.ejecutar(ordenes)
    for orden, resultado in zip(ordenes, resultados, strict=True):
        assert isinstance(resultado, Hecho)
        metadata = simulator.sdk().v1.transfers.retrieve(resultado.referencia_pasarela).metadata
        assert metadata is not None
        assert metadata["id_pago"] == str(orden.id_pago)


def test_no_orders_are_no_results(pasarela: StripeAdapter) -> None:
    """An empty batch asks nothing."""
    assert list(pasarela.ejecutar([])) == []


def test_a_decline_is_final(pasarela: StripeAdapter, simulator: SimulatorProcess) -> None:
    """The gateway gives the reason, and the same one again."""
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
    """And the next attempt under the same key settles it with one charge."""
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
    """Nothing is failed because nobody answers."""
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        pasarela = StripeAdapter(lambda: API_KEY, api_base=f"http://127.0.0.1:{nobody.getsockname()[1]}")
        [resultado] = pasarela.ejecutar([una_orden()])
    assert resultado == Desconocido(causa="APIConnectionError")  # and no address of ours


def test_a_refused_api_key_leaves_the_outcome_unknown(simulator: SimulatorProcess) -> None:
    """A mistake in our configuration must not fail payments."""
    [resultado] = StripeAdapter(lambda: "no-key", api_base=simulator.url).ejecutar([una_orden()])
    assert isinstance(resultado, Desconocido)


def test_an_order_that_may_be_done_is_looked_for_first(pasarela: StripeAdapter, simulator: SimulatorProcess) -> None:
    """What the gateway has paid is found though it has forgotten the key, and nothing is paid for asking."""
    orden = una_orden()
    [pagado] = pasarela.ejecutar([orden])
    simulator.set_faults(error_rate=1)  # of what moves money
    assert pasarela.ejecutar([replace(orden, consultar_antes=True)]) == [pagado]
    [nuevo] = pasarela.ejecutar([replace(una_orden(), consultar_antes=True)])
    assert isinstance(nuevo, Desconocido)
    simulator.set_faults(error_rate=0)
    [nuevo] = pasarela.ejecutar([replace(una_orden(), consultar_antes=True)])
    assert isinstance(nuevo, Hecho)


def un_reverso(pasarela: StripeAdapter) -> OrdenDeReverso:
    """The order to refund a payment that was just made."""
    orden = una_orden()
    [pagado] = pasarela.ejecutar([orden])
    assert isinstance(pagado, Hecho)
    return OrdenDeReverso(
        id_pago=orden.id_pago, referencia_pasarela=pagado.referencia_pasarela, numero=1, correlation_id="corr-1"
    )


def test_a_payment_is_refunded_as_a_whole_and_once(pasarela: StripeAdapter, simulator: SimulatorProcess) -> None:
    """However often, at the same time, and under another key, as when the gateway has forgotten the first."""
    orden = un_reverso(pasarela)
    hechos = {resultado for resultado in pasarela.ejecutar([orden] * 20) if isinstance(resultado, Hecho)}
    hechos |= set(pasarela.ejecutar([orden, replace(orden, numero=2)]))  # type: ignore[arg-type]
    [hecho] = hechos
    transfer = simulator.sdk().v1.transfers.retrieve(orden.referencia_pasarela)
    assert transfer.reversed
    assert [reversal.id for reversal in transfer.reversals.data] == [hecho.referencia_pasarela]


def test_a_refused_refund_is_not_an_unknown_one(pasarela: StripeAdapter, simulator: SimulatorProcess) -> None:
    """The refusal is kept under its number, and the next number may succeed."""
    orden = un_reverso(pasarela)
    simulator.set_faults(decline_rate=1)
    [refused] = pasarela.ejecutar([orden])
    simulator.set_faults(decline_rate=0)
    assert isinstance(refused, Rechazado)
    assert pasarela.ejecutar([orden]) == [refused]
    [done] = pasarela.ejecutar([replace(orden, numero=2)])
    assert isinstance(done, Hecho)


def test_a_refund_without_an_answer_is_unknown(pasarela: StripeAdapter, simulator: SimulatorProcess) -> None:
    """It was made, and the repetition hears of it."""
    orden = un_reverso(pasarela)
    simulator.set_faults(lost_answer_rate=1)
    [unsettled] = pasarela.ejecutar([orden])
    simulator.set_faults(lost_answer_rate=0)
    [settled] = pasarela.ejecutar([orden])
    assert (type(unsettled), type(settled)) == (Desconocido, Hecho)


def test_an_address_that_is_not_the_gateway_fails_no_payment(simulator: SimulatorProcess) -> None:
    """Its 404 is an error of ours."""
    [resultado] = StripeAdapter(lambda: API_KEY, api_base=f"{simulator.url}/elsewhere").ejecutar([una_orden()])
    assert isinstance(resultado, Desconocido)
