"""A payment after its first answer: reversal, reconciliation and trace, and the commissions of conversions."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import requests

from pulsar_connector.broker.pulsar_client import full_topic, pulsar_client
from support.lambda_events import sample
from support.platform.platform import eventually

if TYPE_CHECKING:
    from support.platform.platform import Platform


def pagar(platform: Platform, **headers: str) -> str:
    """Make a payment, and return its id once it is paid."""
    cuerpo = {"id_afiliado": "afiliado-001", "monto": 100.50, "moneda": "COP", "referencia_pago": f"e2e-{uuid4()}"}
    id_pago = str(platform.post_pago(cuerpo, **headers).json()["id_pago"])
    assert platform.final_state(id_pago)["estado"] == "EXITOSO"
    return id_pago


def revertir(platform: Platform, id_pago: str, motivo: str = "duplicado") -> requests.Response:
    """Send `PATCH /pagos/{id_pago}/revertir`."""
    return requests.patch(f"{platform.url}/pagos/{id_pago}/revertir", json={"motivo": motivo}, timeout=60)


def transfer(platform: Platform, id_pago: str) -> dict[str, Any]:
    """Return the gateway's only transfer of the payment."""
    answer = requests.get(
        f"{platform.gateway_url}/v1/transfers", params={"transfer_group": id_pago}, auth=("sk_test_e2e", ""), timeout=30
    )
    [found] = answer.json()["data"]
    return dict(found)


def pasos(platform: Platform, id_pago: str) -> list[dict[str, Any]]:
    """Return the payment's steps."""
    return list(platform.get(f"/pagos/{id_pago}/trazabilidad").json()["pasos"])


def test_a_payment_is_reversed_once(platform: Platform) -> None:
    """Eight concurrent requests make one refund; the payment is REVERSADO, and its event is on its topic."""
    id_pago = pagar(platform)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: revertir(platform, id_pago), range(8)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1
    assert platform.pago(id_pago)["estado"] == "REVERSADO"
    refunds = transfer(platform, id_pago)["reversals"]["data"]
    assert [refund["amount"] for refund in refunds] == [10050]
    assert revertir(platform, id_pago).headers["Idempotency-Replayed"] == "true"
    assert revertir(platform, id_pago, "otro motivo").status_code == 409
    eventually(lambda: pasos(platform, id_pago)[-1]["fecha_publicacion"], timeout=10, what="event on its topic")
    last = pasos(platform, id_pago)[-1]
    assert (last["evento"], last["topico"], last["referencia_pasarela"]) == (
        "PagoRevertido",
        "payments.evt.reversed",
        refunds[0]["id"],
    )


def test_an_unknown_charge_is_found_by_the_reconciliation(platform: Platform) -> None:
    """The gateway loses every answer; the payment is counted as unknown until the reconciliation finds the charge."""
    platform.set_faults(lost_answer_rate=1)
    cuerpo = {"id_afiliado": "afiliado-001", "monto": 5, "moneda": "USD", "referencia_pago": f"e2e-{uuid4()}"}
    id_pago = platform.post_pago(cuerpo).json()["id_pago"]
    eventually(
        lambda: platform.get("/pagos/outbox/estadisticas").json()["pagos_desconocidos"] >= 1,
        timeout=60,
        what="unknown payment",
    )
    assert platform.status()["unknown_payments"] >= 1
    assert platform.pago(id_pago)["estado"] == "PROCESANDO"

    def reconciled() -> bool:
        # As if minutes had passed since the last attempt.
        platform.sql("update pagos.pagos set conciliar_desde = now() where id = %s", id_pago)
        platform.aero("invoke", "conciliar-pagos")
        return bool(platform.pago(id_pago)["estado"] == "EXITOSO")

    eventually(reconciled, timeout=60, what="reconciliation")
    assert platform.charges()[id_pago] == 1
    assert "PagoSinRespuesta" in {paso["evento"] for paso in pasos(platform, id_pago)}


def test_a_conversion_is_paid_its_commission_once(platform: Platform) -> None:
    """Repeated deliveries make one payment, which keeps the conversion's correlation id."""
    event_id, correlation_id = str(uuid4()), f"conversion-{uuid4()}"
    envelope = json.loads(sample("comisiones/conversion")["Records"][0]["body"])
    envelope |= {"id": event_id, "correlationid": correlation_id}
    with pulsar_client(f"pulsar://127.0.0.1:{platform.port(6650)}") as client:
        producer = client.create_producer(full_topic("tracking.evt.conversion"))
        for _ in range(5):
            producer.send(json.dumps(envelope).encode(), partition_key=envelope["subject"])
    query = "select id::text, monto::text, moneda from pagos.pagos where referencia_pago = %s"
    found = eventually(lambda: platform.sql(query, f"comision-{event_id}"), timeout=60, what="payment of a commission")
    [(id_pago, monto, moneda)] = found
    assert (monto, moneda) == ("25000.05", "COP")
    assert platform.final_state(id_pago)["estado"] == "EXITOSO"
    assert {paso["correlation_id"] for paso in pasos(platform, id_pago)} == {correlation_id}
    assert transfer(platform, id_pago)["metadata"]["correlation_id"] == correlation_id


def test_a_payment_is_traced_by_its_callers_correlation_id(platform: Platform) -> None:
    """The id is in every step, at the gateway, and in the log of every involved function."""
    correlation_id = f"caller-{uuid4()}"
    id_pago = pagar(platform, **{"X-Correlation-Id": correlation_id})
    assert revertir(platform, id_pago).headers["X-Correlation-Id"] == correlation_id
    found = pasos(platform, id_pago)
    assert {paso["correlation_id"] for paso in found} == {correlation_id}
    assert [paso["secuencia"] for paso in found] == list(range(1, len(found) + 1))
    assert transfer(platform, id_pago)["metadata"]["correlation_id"] == correlation_id

    def traced() -> str | None:
        shown = platform.aero("trace", id_pago, "--logs").stdout
        functions = ("pagos-api: request", "procesar-pagos: event processed", "revertir-pago: request")
        return shown if all(text in shown for text in functions) else None

    shown = eventually(traced, timeout=20, what="log of every function")
    assert correlation_id in shown
    for text in ("PagoPendiente", "PagoExitoso", "attempt 1", "PagoRevertido", "published on payments.evt.completed"):
        assert text in shown
    refused = platform.aero("trace", "no-es-uuid", check=False)
    assert (refused.returncode, "400" in refused.stderr) == (1, True)
