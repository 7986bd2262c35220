"""Every sample of the event collector in events/ is an event that its function handles."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

import event_collector.api
import event_collector.olvidar_repeticiones
import event_collector.registrar_fallos
import event_collector.seguir_comisiones
from event_collector.dominio.tipo_evento import FuenteEvento, TipoEvento
from support.builders import AHORA
from support.contracts import validate_envelope
from support.event_collector.builders import un_recibido
from support.event_collector.fakes import FakeEventCollector
from support.lambda_events import FakeContext, sample
from support.samples import samples_of

if TYPE_CHECKING:
    from seedwork.infraestructura.idempotency.operation import Idempotency

# by type and source
ACCEPTED = {
    f"post-{tipo}-{fuente}"
    for tipo, fuentes in {
        "click": ("web-tag", "mobile-sdk", "api-direct"),
        "impression": ("web-tag", "mobile-sdk"),
        "conversion": ("web-tag", "mobile-sdk", "api-direct", "webhook"),
        "page-view": ("web-tag", "mobile-sdk", "webhook"),
    }.items()
    for fuente in fuentes
}
STATUSES = {
    "post-batch": 200,
    "post-evento-invalido": 422,
    "get-pixel": 200,
    "get-tracker": 200,
    "get-status": 404,  # the event of the sample does not exist
    "post-retry": 404,
    "get-events": 200,
    "get-recent-statistics": 200,
    "get-statistics": 200,
    "get-failed-events": 200,
    "get-rate-limit": 200,
    "post-rate-limit-reset": 200,
    "get-ready": 200,
    "get-health": 200,
}
NO_JSON = {"get-pixel", "get-tracker"}
CONSUMED = {"seguir-comisiones/pagos", "registrar-fallos/cartas"}
SCHEDULED = {  # archivar-eventos in tests/unit/infra/test_archivar.py
    "olvidar-repeticiones/tick", "conciliar-conversiones/tick", "archivar-eventos/tick"
}  # fmt: skip
CONVERSION = UUID("0f8fad5b-d9cb-469f-a165-70867728950e")
"""The conversion that the other samples name."""


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch, idempotency: Idempotency) -> FakeEventCollector:
    """The event collector in memory, at AHORA."""
    collector = FakeEventCollector()
    monkeypatch.setattr(event_collector.api, "api_dependencies", lambda: collector.api(idempotency))
    monkeypatch.setattr(event_collector.api, "ahora", lambda: AHORA)
    for consumer in (event_collector.seguir_comisiones, event_collector.registrar_fallos):
        monkeypatch.setattr(consumer, "consumer_dependencies", collector.consumers)
    return collector


@pytest.fixture
def conversion(collector: FakeEventCollector) -> UUID:
    """A published conversion."""
    collector.eventos.agregar(
        [un_recibido(TipoEvento.CONVERSION, id_afiliado="afiliado-ejemplo").aceptar(CONVERSION, ahora=AHORA)]
    )
    collector.eventos.publicar(CONVERSION, en=AHORA)
    return CONVERSION


def ask(name: str) -> dict[str, Any]:
    """Send a sample to the API."""
    answer: dict[str, Any] = event_collector.api.app(sample(f"event-collector-api/{name}"), FakeContext())
    return answer


def document_of(name: str) -> dict[str, Any]:
    """Return the document of the answer to a sample."""
    document: dict[str, Any] = json.loads(ask(name)["body"])
    return document


def test_no_sample_is_forgotten() -> None:
    """A new sample needs its line above."""
    of_the_api = {f"event-collector-api/{name}" for name in ACCEPTED | STATUSES.keys()}
    assert samples_of("event_collector") == of_the_api | CONSUMED | SCHEDULED


@pytest.mark.usefixtures("collector")
@pytest.mark.parametrize("name", STATUSES)
def test_a_request_is_answered(name: str) -> None:
    """The answer has the sample's status."""
    answer = ask(name)
    assert answer["statusCode"] == STATUSES[name]
    assert name in NO_JSON or json.loads(answer["body"])


@pytest.mark.parametrize("name", sorted(ACCEPTED))
def test_an_event_has_the_type_and_source_of_its_samples_name(collector: FakeEventCollector, name: str) -> None:
    """It has its type, its source, and every field that such a sender fills."""
    assert ask(name)["statusCode"] == 201
    [evento] = collector.eventos.aceptados.values()
    datos = evento.recibido.datos
    assert name == f"post-{datos.tipo}-{datos.fuente}".lower().replace("_", "-")
    assert datos.id_campana is not None
    assert datos.id_cliente is not None
    assert (datos.valor is not None) == (datos.tipo is TipoEvento.CONVERSION)


def test_each_type_and_each_source_has_a_sample() -> None:
    """The author of a client finds a sample for it."""
    of = [json.loads(sample(f"event-collector-api/{name}")["body"]) for name in ACCEPTED]
    assert {evento["tipo_evento"] for evento in of} == set(TipoEvento)
    assert {evento.get("fuente_evento", "WEB_TAG") for evento in of} == set(FuenteEvento)


@pytest.mark.usefixtures("collector")
def test_a_batch_shows_every_result_of_an_event() -> None:
    """Two events are new, one is repeated, one is refused; all are counted."""
    answer = document_of("post-batch")
    assert [(result["exito"], result.get("duplicado", False)) for result in answer["resultados"]] == [
        (True, False), (True, False), (True, True), (False, False)
    ]  # fmt: skip
    assert document_of("get-rate-limit")["eventos_actuales"] == 2
    assert document_of("get-statistics")["total_eventos"] == 2


def test_the_clean_up_runs(collector: FakeEventCollector, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its schedule's event starts it."""
    monkeypatch.setattr(event_collector.olvidar_repeticiones, "clean_up_dependencies", lambda: collector.eventos)
    tick = sample("olvidar-repeticiones/tick")
    assert event_collector.olvidar_repeticiones.handler(tick, FakeContext()) == {"olvidados": 0}


def test_a_pixel_is_an_impression(collector: FakeEventCollector) -> None:
    """The event has the pixel's page, and the rest of the query as parameters."""
    assert ask("get-pixel")["headers"]["Content-Type"] == "image/gif"
    [evento] = collector.eventos.aceptados.values()
    datos = evento.recibido.datos
    assert (datos.tipo, datos.url, datos.parametros_tracking) == (
        TipoEvento.IMPRESSION, "https://tienda.example/", {"utm_source": "boletin"},
    )  # fmt: skip
    assert (datos.dispositivo.tipo, datos.dispositivo.navegador) == ("MOBILE", "Chrome Mobile 150")


@pytest.mark.usefixtures("conversion")
def test_a_conversion_is_followed_to_its_payment() -> None:
    """The payment's events may come in any order; a payment that is no commission is ignored."""
    assert document_of("get-status")["estado"] == "PUBLICADO"
    assert event_collector.seguir_comisiones.handler(sample("seguir-comisiones/pagos"), FakeContext()) == {
        "batchItemFailures": []
    }
    status = document_of("get-status")
    assert (status["estado"], status["pago"]["estado"]) == ("PROCESADO", "EXITOSO")


@pytest.mark.usefixtures("conversion")
def test_a_dead_letter_is_a_failure_until_it_is_retried() -> None:
    """A dead letter of another context's event is ignored."""
    assert event_collector.registrar_fallos.handler(sample("registrar-fallos/cartas"), FakeContext()) == {
        "batchItemFailures": []
    }
    [fallo] = document_of("get-failed-events")["eventos"]
    assert (fallo["id_evento"], fallo["consumidor"]) == (str(CONVERSION), "comisiones")
    assert document_of("get-status")["estado"] == "FALLIDO"
    assert ask("post-retry")["statusCode"] == 202
    assert document_of("get-status")["estado"] == "RECIBIDO"
    assert document_of("get-failed-events")["total"] == 0


def test_an_event_keeps_its_contract() -> None:
    """The consumer's side of events/contracts is valid."""
    for name in CONSUMED:
        for record in sample(name)["Records"]:
            validate_envelope(json.loads(record["body"]))
