"""The event collector's API answers queries about events and affiliates, and serves its image and script."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest

from unit.event_collector.conftest import EVENTO

if TYPE_CHECKING:
    from chalice.test import HTTPResponse

    from unit.event_collector.conftest import Api


def un_evento(api: Api) -> UUID:
    """Send an event, which must be accepted; returns its id."""
    api.post({**EVENTO, "tipo_evento": "CONVERSION", "valor_conversion": 12.5, "moneda": "USD"})
    [id_evento] = api.collector.eventos.aceptados
    return id_evento


def test_an_event_shows_its_state(api: Api) -> None:
    """The state goes from the acceptance to the payment."""
    id_evento = un_evento(api)
    body = api.get(f"events/{id_evento}/status").json_body
    assert (body["estado"], body["fecha_publicacion"], body["pago"], body["fallos"]) == ("RECIBIDO", None, None, [])
    assert body["fecha_recepcion"] == api.ahora.isoformat()
    api.collector.eventos.publicar(id_evento, en=api.ahora)
    assert api.get(f"events/{id_evento}/status").json_body["estado"] == "PUBLICADO"


def test_a_retry_has_a_limit_even_if_forced(api: Api) -> None:
    """It is five in any hour for each event; 429 says when the next is allowed (RFC 9110, 10.2.3)."""
    uno, otro = (api.post({**EVENTO, "id_evento_cliente": n}).json_body["id_evento"] for n in "12")
    forced = {"forzar_reproceso": True}

    def retry(id_evento: str) -> HTTPResponse:
        return api.post(forced, f"events/{id_evento}/retry")

    answers = []
    for _ in range(30):
        answers.append(retry(uno))
        api.ahora += timedelta(seconds=10)
    assert [answer.status_code for answer in answers] == [202] * 5 + [429] * 25
    assert answers[5].json_body["codigo"] == "demasiados-reintentos"
    assert answers[5].headers["Retry-After"] == str(3600 - 50)
    assert retry(otro).status_code == 202
    api.ahora += timedelta(seconds=3600 - 300)
    assert (retry(uno).status_code, retry(uno).status_code) == (202, 429)


@pytest.mark.parametrize("path", ["events/{}/status", "events/{}/retry"])
def test_a_missing_event_is_404(api: Api, path: str) -> None:
    """The status is 404, or 400 for an invalid id."""
    ask = api.get if path.endswith("status") else lambda path: api.post({}, path)
    assert ask(path.format(uuid4())).json_body["codigo"] == "evento-no-encontrado"
    assert ask(path.format("x")).status_code == 400


def test_a_failed_event_is_published_again(api: Api) -> None:
    """One that has not failed needs force; the body is optional, and must not name another event."""
    id_evento = un_evento(api)
    retry = f"events/{id_evento}/retry"
    assert api.post("", retry).json_body["codigo"] == "reintento-innecesario"
    assert api.post({"forzar_reproceso": True, "id_evento": str(id_evento)}, retry).status_code == 202
    assert api.post({"id_evento": str(uuid4())}, retry).status_code == 422
    assert api.post({"forzar_reproceso": "quizás"}, retry).status_code == 422
    api.collector.eventos.aparcar(id_evento, motivo="too big", en=api.ahora)
    [fallo] = api.get("failed-events").json_body["eventos"]
    assert (fallo["id_evento"], fallo["consumidor"], fallo["motivo"]) == (str(id_evento), "relay", "too big")
    api.ahora += timedelta(seconds=1)
    answer = api.post("", retry)
    assert (answer.status_code, answer.json_body["reintentos"], answer.json_body["estado"]) == (202, 2, "RECIBIDO")
    assert api.get("failed-events").json_body == {"eventos": [], "total": 0}


@pytest.mark.parametrize("query", ["limite=0", "limite=x", "limite=1001", "id_afiliado=", "otro=1"])
def test_an_invalid_query_for_failures_is_refused(api: Api, query: str) -> None:
    """The status is 422."""
    assert api.get(f"failed-events?{query}").status_code == 422


def test_statistics_are_by_type_and_currency(api: Api) -> None:
    """They cover the last day unless a period is given."""
    un_evento(api)
    api.post()
    body = api.get("statistics").json_body
    assert body["total_eventos"] == 2
    assert body["por_tipo"] == {"CLICK": 1, "IMPRESSION": 0, "CONVERSION": 1, "PAGE_VIEW": 0}
    assert body["valor_conversiones"] == {"USD": 12.5}
    assert api.get("statistics?tipo_evento=click&id_afiliado=afiliado-001").json_body["por_tipo"] == {"CLICK": 1}
    assert api.get("statistics?id_afiliado=otro").json_body["total_eventos"] == 0
    assert api.get("statistics?desde=2020-01-01T00:00:00+00:00").status_code == 200  # its + arrives as a space


@pytest.mark.parametrize(
    "query", ["desde=ayer", "tipo_evento=x", "desde=2026-02-01&hasta=2026-01-01", "dias=5", "id_afiliado=" + "a" * 101]
)
def test_an_invalid_query_for_statistics_is_refused(api: Api, query: str) -> None:
    """The status is 422."""
    assert api.get(f"statistics?{query}").status_code == 422


def test_a_limit_is_shown_and_reset(api: Api) -> None:
    """The count may cover several minutes."""
    for n in range(3):
        api.post({**EVENTO, "id_oferta": str(n)})
    api.ahora += timedelta(minutes=1)
    api.post()
    assert api.get("rate-limit/afiliado-001").json_body["eventos_actuales"] == 1
    body = api.get("rate-limit/afiliado-001?ventana_minutos=2").json_body
    assert (body["eventos_actuales"], body["limite_maximo"], body["ventana_minutos"]) == (4, 20, 2)
    assert api.post("", "admin/rate-limit/afiliado-001/reset").json_body["exito"]
    assert api.get("rate-limit/afiliado-001?ventana_minutos=2").json_body["eventos_actuales"] == 0
    assert api.get("rate-limit/con%20espacio").json_body["id_afiliado"] == "con espacio"
    assert api.get("rate-limit/%00").status_code == 422
    for query in ("0", "61", "x"):
        assert api.get(f"rate-limit/afiliado-001?ventana_minutos={query}").status_code == 422


def test_an_unavailable_count_is_not_shown(api: Api) -> None:
    """The answer is 503, and the limit cannot be reset."""
    api.collector.limites.caido = True
    assert api.get("rate-limit/a").status_code == 503
    refused = api.post("", "admin/rate-limit/a/reset")
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "2")


def test_it_is_ready_with_its_database(api: Api) -> None:
    """Without the database it is alive and not ready."""
    assert api.get("ready").json_body["status"] == "ready"
    api.collector.disponibilidad.caida = True
    assert api.get("ready").status_code == 503
    assert api.get("health").json_body["status"] == "healthy"


def test_the_root_introduces_the_api(api: Api) -> None:
    """The router leads the root of its port there."""
    body = api.get_root("welcome").json_body
    assert body["message"]
    assert "/event-collector/events" in body["endpoints"]


def test_a_page_sends_an_event_with_an_image(api: Api) -> None:
    """It is an impression with the query's parameters; caches must not keep the image."""
    answer = api.get(
        "pixel.gif?id_afiliado=afiliado-001&utm_source=boletin&id_oferta=o&lista=7", Referer="https://a.example/p"
    )
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/gif")
    assert answer.headers["Cache-Control"] == "no-store"
    [publicado] = api.aceptados
    assert (publicado["tipo_evento"], publicado["fuente_evento"], publicado["url"]) == (
        "IMPRESSION", "WEB_TAG", "https://a.example/p"
    )  # fmt: skip
    assert publicado["parametros_tracking"] == {"utm_source": "boletin", "lista": "7"}
    assert (publicado["id_oferta"], publicado["referrer"]) == ("o", None)


def test_a_conversion_may_be_an_image_too(api: Api) -> None:
    """The page after a sale may contain it."""
    query = "pixel.gif?id_afiliado=a&tipo_evento=conversion&valor_conversion=12.50&moneda=cop&id_evento_cliente=orden-1"
    assert [api.get(query).status_code for _ in range(2)] == [200, 200]
    [publicado] = api.aceptados
    assert (str(publicado["valor_conversion"]), publicado["moneda"]) == ("12.50", "COP")


@pytest.mark.parametrize("query", ["", "id_afiliado=a&tipo_evento=x", "id_afiliado=a&valor_conversion=1e5&moneda=COP"])
def test_an_image_without_a_valid_event_is_refused(api: Api, query: str) -> None:
    """The answer gives the reason."""
    answer = api.get(f"pixel.gif?{query}")
    assert (answer.status_code, answer.json_body["codigo"]) == (422, "datos-no-validos")


@pytest.mark.parametrize("fact", ["id_afiliado", "tipo_evento", "valor_conversion", "moneda", "id_evento_cliente"])
@pytest.mark.parametrize("wrong", ["twice", "%EF%BF%BD"])
def test_a_fact_of_an_image_is_given_once_and_readably(api: Api, fact: str, wrong: str) -> None:
    """Two values would be ambiguous; U+FFFD replaces octets that are not UTF-8."""
    said = {"id_afiliado": "a", "tipo_evento": "CONVERSION", "valor_conversion": "1", "moneda": "COP"}
    said["id_evento_cliente"] = "orden-1"
    query = "&".join(f"{name}={value}" for name, value in said.items() if wrong == "twice" or name != fact)
    answer = api.get(f"pixel.gif?{query}&{fact}={said[fact] if wrong == 'twice' else wrong}")
    assert (answer.status_code, [error["campo"] for error in answer.json_body["errores"]]) == (422, [fact])
    assert api.aceptados == []


def test_a_descriptive_parameter_of_an_image_is_lenient(api: Api) -> None:
    """It may be repeated or unreadable: the last value counts, and the event is accepted."""
    assert api.get("pixel.gif?id_afiliado=a&id_oferta=x&id_oferta=y&utm_source=caf%EF%BF%BD").status_code == 200
    [publicado] = api.aceptados
    assert (publicado["id_oferta"], publicado["parametros_tracking"]) == ("y", {"utm_source": "caf\ufffd"})


def test_the_script_is_served(api: Api) -> None:
    """Any page may load it, and caches keep it for an hour."""
    answer = api.get("tracker.js")
    assert answer.headers["Content-Type"] == "text/javascript"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert b"sendBeacon" in answer.body
