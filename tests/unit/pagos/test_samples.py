"""Every sample of the payments' functions is an event that they handle."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

import pagos.api
import pagos.comisiones
import pagos.conciliar_pagos
import pagos.procesar_pagos
import pagos.revertir_pago
from pagos.aplicacion.crear_pago import crear_pago
from pagos.composition_root import ComisionesDependencies, GatewayDependencies
from pagos.dominio.comision import TasaDeComision
from seedwork.infraestructura.events.envelope import Envelope
from support.builders import AHORA
from support.contracts import validate_envelope
from support.lambda_events import FakeContext, sample
from support.pagos.api_on_fakes import api_on
from support.pagos.builders import crear
from support.pagos.fake_pasarela import FakePasarela
from support.pagos.fakes import FakePagosUnitOfWork
from support.samples import samples_of

if TYPE_CHECKING:
    from seedwork.infraestructura.idempotency.operation import Idempotency

STATUSES = {
    "pagos-api/post-pago": 200,
    "pagos-api/post-pago-invalido": 422,
    "pagos-api/get-pagos": 200,
    "pagos-api/get-recientes": 200,
    "pagos-api/get-pago": 404,  # the payment of the sample does not exist
    "pagos-api/get-trazabilidad": 404,
    "pagos-api/get-estadisticas": 200,
    "pagos-api/get-health": 200,
    "revertir-pago/patch-revertir": 404,
}
CONSUMED = {"procesar-pagos/pago-pendiente", "comisiones/conversion"}
SCHEDULED = {"conciliar-pagos/tick", "archivar-pagos/tick"}  # the second in tests/unit/infra/test_archivar.py


def test_no_sample_is_forgotten() -> None:
    """Each sample is listed above."""
    assert samples_of("pagos") == STATUSES.keys() | CONSUMED | SCHEDULED


@pytest.mark.parametrize("name", STATUSES)
def test_a_request_is_answered(name: str, idempotency: Idempotency, monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer has the sample's status."""
    uow = FakePagosUnitOfWork()
    dependencies = api_on(uow, idempotency)
    monkeypatch.setattr(pagos.api, "api_dependencies", lambda: dependencies)
    gateway = GatewayDependencies(uow=uow, pasarela=FakePasarela(uow), trazas=uow, outbox=uow)
    monkeypatch.setattr(pagos.revertir_pago, "gateway_dependencies", lambda: gateway)
    app = pagos.revertir_pago.app if name.startswith("revertir-pago/") else pagos.api.app
    answer = app(sample(name), FakeContext())
    assert answer["statusCode"] == STATUSES[name]
    assert json.loads(answer["body"])


@pytest.fixture
def uow(monkeypatch: pytest.MonkeyPatch) -> FakePagosUnitOfWork:
    """Return the payments of the consumers and the reconciliation."""
    uow = FakePagosUnitOfWork()
    dependencies = GatewayDependencies(uow=uow, pasarela=FakePasarela(uow), trazas=uow, outbox=uow)
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "test")
    monkeypatch.setattr(pagos.procesar_pagos, "gateway_dependencies", lambda: dependencies)
    monkeypatch.setattr(pagos.conciliar_pagos, "gateway_dependencies", lambda: dependencies)
    comisiones = ComisionesDependencies(uow=uow, tasa=TasaDeComision(Decimal("0.1")))
    monkeypatch.setattr(pagos.comisiones, "comisiones_dependencies", lambda: comisiones)
    return uow


def test_an_event_keeps_its_contract() -> None:
    """The samples of consumed events are valid under their schemas in events/contracts."""
    for name in CONSUMED:
        for record in sample(name)["Records"]:
            validate_envelope(json.loads(record["body"]))


@pytest.mark.usefixtures("uow")
def test_an_event_about_an_unknown_payment_is_returned() -> None:
    """The sample's payment does not exist, so its message is redelivered."""
    event = sample("procesar-pagos/pago-pendiente")
    failed = pagos.procesar_pagos.handler(event, FakeContext())
    assert failed == {"batchItemFailures": [{"itemIdentifier": event["Records"][0]["messageId"]}]}


def test_an_event_about_a_payment_is_processed(uow: FakePagosUnitOfWork) -> None:
    """The message is done, and so is its repetition."""
    pago = crear_pago(crear(), uow=uow, ahora=AHORA).pago
    event = about(sample("procesar-pagos/pago-pendiente"), subject=str(pago.id))
    for _ in range(2):
        assert pagos.procesar_pagos.handler(event, FakeContext()) == {"batchItemFailures": []}
    vista = uow.por_id(pago.id)
    assert vista.estado == "EXITOSO"


@pytest.mark.parametrize("change", [{"type": "PagoExitoso"}, {"subject": "no-es-uuid"}, {"specversion": None}])
def test_a_poisoned_event_fails_alone(uow: FakePagosUnitOfWork, change: dict[str, Any]) -> None:
    """An unreadable message is redelivered; the rest of the batch is processed."""
    pago = crear_pago(crear(), uow=uow, ahora=AHORA).pago
    good = about(sample("procesar-pagos/pago-pendiente"), subject=str(pago.id))
    poison = about(sample("procesar-pagos/pago-pendiente"), id="veneno", **change)
    poison["Records"][0]["messageId"] = "poison"
    batch = {"Records": poison["Records"] + good["Records"]}
    assert pagos.procesar_pagos.handler(batch, FakeContext()) == {"batchItemFailures": [{"itemIdentifier": "poison"}]}


def test_a_conversion_is_paid_a_commission_once(uow: FakePagosUnitOfWork) -> None:
    """The commission is a tenth of the sample's value; the repetition is done too."""
    event = sample("comisiones/conversion")
    for _ in range(2):
        assert pagos.comisiones.handler(event, FakeContext()) == {"batchItemFailures": []}
    assert len(uow.todos) == 1
    assert uow.por_referencia("comision-0f8fad5b-d9cb-469f-a165-70867728950e").datos.monto.monto == Decimal("25000.05")


@pytest.mark.parametrize(
    "change",
    [
        {"valor_conversion": "100"},
        {"valor_conversion": -1},
        {"valor_conversion": 0.001},
        {"moneda": None},
        {"moneda": "GBP"},
        {"id_afiliado": ""},
        {"id_afiliado": "nulo\x00"},
        {"id_campana": "7"},
    ],
)
def test_a_malformed_conversion_is_delivered_again(uow: FakePagosUnitOfWork, change: dict[str, Any]) -> None:
    """Its message becomes a dead letter at last."""
    event = sample("comisiones/conversion")
    data = json.loads(event["Records"][0]["body"])["data"] | change
    failed = pagos.comisiones.handler(about(event, data=data), FakeContext())
    assert failed == {"batchItemFailures": [{"itemIdentifier": event["Records"][0]["messageId"]}]}
    assert uow.transactions == 0


def test_a_tick_without_open_payments_does_nothing(uow: FakePagosUnitOfWork) -> None:
    """The gateway is not called."""
    del uow
    assert pagos.conciliar_pagos.handler(sample("conciliar-pagos/tick"), FakeContext(milliseconds=60_000)) == {}


def test_a_tick_measures_the_oldest_payment_of_each_open_state(
    uow: FakePagosUnitOfWork, capsys: pytest.CaptureFixture[str]
) -> None:
    """The tick writes CloudWatch metrics (EMF) for an alarm, even for empty states, then settles the payments."""
    id_pago = crear_pago(crear(), uow=uow, ahora=AHORA).pago.id
    settled = pagos.conciliar_pagos.handler(sample("conciliar-pagos/tick"), FakeContext(milliseconds=60_000))
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"_aws"' in line]
    assert [(line["estado"], len(line["OldestPaymentAge"])) for line in lines] == [
        ("PENDIENTE", 1), ("PROCESANDO", 1), ("REVERSO_EN_CURSO", 1),
    ]  # fmt: skip
    assert {line["_aws"]["CloudWatchMetrics"][0]["Metrics"][0]["Unit"] for line in lines} == {"Seconds"}
    vista = uow.por_id(id_pago)
    assert (settled, vista.estado) == ({"Hecho": 1}, "EXITOSO")


def about(event: dict[str, Any], **attributes: Any) -> dict[str, Any]:
    """Return the event with other attributes in its envelope."""
    for record in event["Records"]:
        record["body"] = json.dumps(json.loads(record["body"]) | attributes)
    return event


def test_the_envelope_is_what_the_relay_writes() -> None:
    """The sample is a structured CloudEvent of our own."""
    [record] = sample("procesar-pagos/pago-pendiente")["Records"]
    envelope = Envelope.from_json(record["body"])
    assert json.loads(envelope.to_json()) == json.loads(record["body"])
