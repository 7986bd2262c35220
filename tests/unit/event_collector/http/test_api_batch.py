"""`POST /event-collector/events/batch` returns a result for each event, in order."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from standardwebhooks import Webhook

from event_collector.dominio.afiliado import Afiliado
from unit.event_collector.conftest import EVENTO

if TYPE_CHECKING:
    from unit.event_collector.conftest import Api

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def con_id(n: int, **campos: Any) -> dict[str, Any]:
    """Return an event with a sender's id."""
    return {**EVENTO, "id_evento_cliente": str(n), **campos}


def test_one_bad_event_does_not_fail_the_others(api: Api) -> None:
    """Each result equals that of a single request."""
    viejo = con_id(2, timestamp="2020-01-01T00:00:00Z")
    body = api.batch(con_id(1), {"tipo_evento": "X"}, viejo, None, con_id(3, tipo_evento="IMPRESSION"))
    assert (body["aceptados"], body["duplicados"], body["rechazados"]) == (2, 0, 3)
    assert [result["indice"] for result in body["resultados"]] == [0, 1, 2, 3, 4]
    assert [result["exito"] for result in body["resultados"]] == [True, False, False, False, True]
    assert [result.get("codigo") for result in body["resultados"]] == [
        None, "datos-no-validos", "timestamp-fuera-de-rango", "datos-no-validos", None
    ]  # fmt: skip
    assert body["resultados"][1]["status"] == 422
    assert {error["campo"] for error in body["resultados"][1]["errores"]} == {"tipo_evento", "id_afiliado"}
    assert body["resultados"][4]["topic_destino"] == "tracking.evt.impression"
    assert len(api.aceptados) == 2


@pytest.mark.parametrize(
    "datos", [{"x": "y" * 263_000}, {"x": ["\u00f1" * 1_000] * 140}, {"x": [int("1" * 40)] * 7_000}]
)
def test_an_event_too_large_to_publish_is_refused_alone(api: Api, datos: dict[str, Any]) -> None:
    """Its stored size is limited; the batch's own limit applies to all events together."""
    body = api.batch(con_id(1), con_id(2, datos_custom=datos), con_id(3, datos_custom={"x": "y" * 260_000}))
    assert [(result["exito"], result.get("status")) for result in body["resultados"]] == [
        (True, None), (False, 413), (True, None)
    ]  # fmt: skip
    assert body["resultados"][1]["codigo"] == "evento-demasiado-grande"
    assert len(api.aceptados) == 2


def test_repetitions_are_recognised_within_and_between_batches(api: Api) -> None:
    """Single events and batches recognise each other's events too."""
    single = api.post(con_id(1)).json_body
    first = api.batch(con_id(1), con_id(2), con_id(2), con_id(3))
    assert (first["aceptados"], first["duplicados"]) == (2, 2)
    assert first["resultados"][0] == {"indice": 0, **single, "duplicado": True}
    assert first["resultados"][2]["id_evento"] == first["resultados"][1]["id_evento"]
    assert first["resultados"][2]["duplicado"]
    second = api.batch(con_id(3), con_id(4))
    assert (second["aceptados"], second["duplicados"]) == (1, 1)
    assert api.post(con_id(4)).json_body["duplicado"]
    assert len(api.aceptados) == 4


def test_an_id_of_another_event_is_refused_alone(api: Api) -> None:
    """The other event may be an earlier one, or one of the same batch."""
    api.post(con_id(1))
    body = api.batch(con_id(1, id_oferta="o"), con_id(2), con_id(2, id_oferta="o"))
    assert [result.get("codigo") for result in body["resultados"]] == [
        "clave-de-idempotencia-reutilizada", None, "clave-de-idempotencia-reutilizada"
    ]  # fmt: skip


def test_the_first_events_get_the_rest_of_the_limit(api: Api) -> None:
    """Each affiliate has its own limit; repetitions do not count."""
    api.batch(*(con_id(n) for n in range(7)))
    otros = [con_id(n, id_afiliado="otro") for n in range(3)]
    body = api.batch(*(con_id(n) for n in range(5, 13)), *otros)
    assert (body["aceptados"], body["duplicados"], body["rechazados"]) == (3 + 3, 2, 3)
    assert [result.get("codigo") for result in body["resultados"][5:8]] == ["limite-de-eventos-excedido"] * 3
    assert body["resultados"][5]["status"] == 429


def test_one_signature_covers_the_whole_batch(api: Api) -> None:
    """It is required for webhooks of an affiliate with a secret, and of no others."""
    api.collector.afiliados.registrados["firma"] = Afiliado(id="firma", eventos_por_minuto=9, secreto_webhook=SECRET)
    webhook = {**EVENTO, "id_afiliado": "firma", "fuente_evento": "WEBHOOK"}
    text = json.dumps({"eventos": [webhook, {**webhook, "id_oferta": "o"}, EVENTO]})
    now = datetime.now(UTC).replace(microsecond=0)
    headers = {
        "webhook_id": "msg",
        "webhook_timestamp": str(int(now.timestamp())),
        "webhook_signature": Webhook(SECRET).sign("msg", now, text),
    }
    assert api.post(text, "events/batch", **headers).json_body["aceptados"] == 3
    refused = api.post(text + " ", "events/batch", **headers).json_body
    assert [result.get("codigo") for result in refused["resultados"]] == ["firma-no-valida"] * 2 + [None]


def test_each_event_shows_its_own_key(api: Api) -> None:
    """An event without a key uses the request's key."""
    llaves = (hashlib.sha256(b"k").digest(),)
    api.collector.afiliados.registrados["directo"] = Afiliado(id="directo", eventos_por_minuto=9, llaves=llaves)
    directo = {**EVENTO, "id_afiliado": "directo", "fuente_evento": "API_DIRECT"}
    body = api.batch(directo, {**directo, "api_key": "k"}, {**directo, "api_key": "x"})
    assert [result["exito"] for result in body["resultados"]] == [False, True, False]
    assert api.batch({**directo, "id_oferta": "o"}, X_Api_Key="k")["aceptados"] == 1


@pytest.mark.parametrize("eventos", [None, [], {}, [EVENTO] * 501])
def test_a_batch_has_one_to_five_hundred_events(api: Api, eventos: Any) -> None:
    """Other batches are refused as a whole."""
    answer = api.post({"eventos": eventos}, "events/batch")
    assert (answer.status_code, answer.json_body["errores"][0]["campo"]) == (422, "eventos")
    assert api.post({}, "events/batch").status_code == 422


def test_a_batch_of_five_hundred_is_one_transaction(api: Api) -> None:
    """One call stores all of them."""
    api.collector.afiliados.registrados["a"] = Afiliado(id="a", eventos_por_minuto=1_000)
    calls = []
    store = api.collector.eventos.agregar
    api.collector.eventos.agregar = lambda eventos: calls.append(len(eventos)) or store(eventos)  # type: ignore[method-assign, func-returns-value]
    body = api.batch(*(con_id(n, id_afiliado="a") for n in range(500)))
    assert (body["aceptados"], calls) == (500, [500])
