"""Events of other contexts are counted for their campaigns, each once and in any order."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

import campanas.metricas_campanas
from campanas.aplicacion.crear_campana import CrearCampana, crear_campana
from campanas.composition_root import Dependencies
from campanas.dominio.metricas import Metricas
from seedwork.dominio.dinero import Moneda
from seedwork.dominio.traza import Traza
from support.campanas.builders import AHORA, una_solicitud, unos_datos_de_campana
from support.campanas.fakes import FakeCampanasUnitOfWork, FakeConsultas
from support.lambda_events import FakeContext, sample


@pytest.fixture
def uow(monkeypatch: pytest.MonkeyPatch) -> FakeCampanasUnitOfWork:
    """Return the unit of work of the consumer."""
    uow = FakeCampanasUnitOfWork()
    dependencies = Dependencies(uow=uow, consultas=FakeConsultas(uow))
    monkeypatch.setattr(campanas.metricas_campanas, "dependencies", lambda: dependencies)
    return uow


@pytest.fixture
def campana(uow: FakeCampanasUnitOfWork) -> UUID:
    """Create a campaign and return its id."""
    comando = CrearCampana(datos=unos_datos_de_campana(), solicitud=una_solicitud(), traza=Traza(correlation_id="corr"))
    return crear_campana(comando, uow=uow, ahora=AHORA).campana.id


def evento(tipo: str, id_campana: UUID | str | None, **data: Any) -> dict[str, Any]:
    """Return a record like the sample's, about that campaign, with an id of its own."""
    record: dict[str, Any] = sample("metricas-campanas/mezcla")["Records"][0]
    body = json.loads(record["body"])
    campaign = None if id_campana is None else str(id_campana)
    body |= {"id": str(uuid4()), "type": tipo, "data": {"id_campana": campaign, **data}}
    return record | {"messageId": body["id"], "body": json.dumps(body)}


def pago(
    tipo: str, id_campana: UUID | None, monto: float, *, moneda: str = "COP", referencia: str = "r", **mas: Any
) -> dict[str, Any]:
    """Return a record of an event of payments."""
    return evento(tipo, id_campana, monto=monto, moneda=moneda, referencia_pago=referencia, **mas)


def consumir(records: Iterable[dict[str, Any]]) -> list[str]:
    """Consume the records and return the ids of the messages that fail."""
    answer = campanas.metricas_campanas.handler({"Records": list(records)}, FakeContext())
    return [str(failure["itemIdentifier"]) for failure in answer["batchItemFailures"]]


def metricas(uow: FakeCampanasUnitOfWork, id_campana: UUID) -> Metricas:
    """Return the metrics of a campaign."""
    vista = uow.por_id(id_campana)
    return vista.metricas


@pytest.mark.parametrize(
    ("record", "esperadas"),
    [
        (lambda id_: evento("ImpresionRegistrada", id_), Metricas(impresiones=1)),
        (lambda id_: evento("ClickRegistrado", id_), Metricas(clicks=1)),
        (lambda id_: evento("ConversionRegistrada", id_), Metricas(conversiones=1)),
        (lambda id_: pago("PagoExitoso", id_, 10.5), Metricas(conversiones=1, gastos={Moneda.COP: Decimal("10.5")})),
        (
            lambda id_: pago("PagoExitoso", id_, 10.5, origen={"tipo": "CONVERSION", "id_evento": str(uuid4())}),
            Metricas(gastos={Moneda.COP: Decimal("10.5")}),
        ),
        (  # the origin decides, not the reference
            lambda id_: pago("PagoExitoso", id_, 10.5, referencia=f"comision-{uuid4()}", origen=None),
            Metricas(conversiones=1, gastos={Moneda.COP: Decimal("10.5")}),
        ),
        (  # older than the field `origen`
            lambda id_: pago("PagoExitoso", id_, 10.5, referencia=f"comision-{uuid4()}"),
            Metricas(gastos={Moneda.COP: Decimal("10.5")}),
        ),
        (lambda id_: pago("PagoRevertido", id_, 10.5), Metricas(gastos={Moneda.COP: Decimal("-10.5")})),
        (
            lambda id_: pago("PagoExitoso", id_, 3, moneda="USD"),
            Metricas(conversiones=1, gastos={Moneda.USD: Decimal(3)}),
        ),
    ],
)
def test_each_event_adds_its_own_count(
    uow: FakeCampanasUnitOfWork, campana: UUID, record: Any, esperadas: Metricas
) -> None:
    """A commission's conversion is counted by its own event, a refund is subtracted, and currencies stay apart."""
    assert consumir([record(campana)]) == []
    assert metricas(uow, campana) == esperadas


def test_the_order_does_not_matter_and_repetitions_do_not_count(uow: FakeCampanasUnitOfWork, campana: UUID) -> None:
    """The sums are the same for any split into batches."""
    events = [
        evento("ClickRegistrado", campana),
        evento("ImpresionRegistrada", campana),
        pago("PagoExitoso", campana, 10),
        pago("PagoRevertido", campana, 4),
    ]
    for order in itertools.permutations(events):
        assert consumir(order[:2]) == []
        assert consumir([*order, order[0]]) == []
    assert metricas(uow, campana) == Metricas(impresiones=1, clicks=1, conversiones=1, gastos={Moneda.COP: Decimal(6)})


def test_an_event_about_no_campaign_is_done(uow: FakeCampanasUnitOfWork, caplog: pytest.LogCaptureFixture) -> None:
    """An event of an unknown campaign is done too, and logged."""
    unknown = uuid4()
    assert consumir([evento("ClickRegistrado", None), pago("PagoExitoso", None, 1)]) == []
    assert uow.transactions == 0
    assert consumir([evento("ClickRegistrado", unknown)]) == []
    [warning] = [record for record in caplog.records if record.levelname == "WARNING"]
    assert warning.campaigns == [str(unknown)]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "record",
    [
        evento("VistaDePaginaRegistrada", uuid4()),
        evento("ClickRegistrado", "7"),
        pago("PagoExitoso", uuid4(), -1) | {"body": "{"},
        evento("PagoExitoso", uuid4(), monto="1", moneda="COP", referencia_pago="r"),
        evento("PagoExitoso", uuid4(), monto=1, moneda="GBP", referencia_pago="r"),
        evento("PagoExitoso", uuid4(), moneda="COP", referencia_pago="r"),
    ],
)
def test_an_unreadable_event_fails_alone(uow: FakeCampanasUnitOfWork, campana: UUID, record: dict[str, Any]) -> None:
    """It becomes a dead letter at last; the rest of the batch is counted."""
    assert consumir([record, evento("ClickRegistrado", campana)]) == [record["messageId"]]
    assert metricas(uow, campana) == Metricas(clicks=1)


def test_a_possibly_forgotten_event_is_refused(
    uow: FakeCampanasUnitOfWork, campana: UUID, caplog: pytest.LogCaptureFixture
) -> None:
    """It may have been counted already; younger events are counted."""
    viejo, nuevo = evento("ClickRegistrado", campana), evento("ClickRegistrado", campana)
    body = json.loads(viejo["body"])
    uow.olvidado = datetime.fromisoformat(body["time"])
    nuevo["body"] = json.dumps(
        json.loads(nuevo["body"]) | {"time": (uow.olvidado + timedelta(microseconds=1)).isoformat()}
    )
    assert consumir([viejo, nuevo]) == [viejo["messageId"]]
    assert metricas(uow, campana) == Metricas(clicks=1)
    [warning] = [record for record in caplog.records if record.levelname == "WARNING"]
    assert "ya no se sabe si se contó" in warning.cause  # type: ignore[attr-defined]
