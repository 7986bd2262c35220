"""`POST /event-collector/events` accepts events, and recognises repetitions."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from unit.event_collector.conftest import EVENTO

if TYPE_CHECKING:
    from support.seedwork.idempotency_table import IdempotencyTable
    from unit.event_collector.conftest import Api

CHROME = (
    "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile"
    " Safari/537.36"
)


def test_an_event_is_accepted(api: Api) -> None:
    """The payload has the fields of the contract, in their order."""
    answer = api.post()
    assert answer.status_code == 201
    body = answer.json_body
    assert list(body) == [
        "exito", "id_evento", "estado", "mensaje", "hash_evento", "topic_destino", "timestamp_procesamiento"
    ]  # fmt: skip
    assert (body["exito"], body["estado"], body["topic_destino"]) == (True, "RECIBIDO", "tracking.evt.click")
    assert body["timestamp_procesamiento"] == api.ahora.isoformat()
    assert UUID(body["id_evento"]).version == 7
    assert len(body["hash_evento"]) == 64


def test_a_browser_may_send_without_a_preflight(api: Api) -> None:
    """A text needs no preflight, and any page may read the answer."""
    answer = api.post(EVENTO, Content_Type="text/plain;charset=UTF-8")
    assert answer.status_code == 201
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_published_events_are_normalised(api: Api) -> None:
    """Case, URL, campaign parameters, and the device from the User-Agent are normalised."""
    evento = {
        **EVENTO,
        "tipo_evento": " page-view ",
        "fuente_evento": "web_tag",
        "url": "HTTPS://Tienda.Example.COM:443/a/../b?utm_Source=boletin&utm_medium=email&x=1",
        "parametros_tracking": {"UTM_Medium": "sms", "pagina": 2, "vacio": "", "activo": True},
        "id_campana": "AAAAAAAA-0000-4000-8000-000000000000",
        "timestamp": "2026-03-01T07:00:00-05:00",
    }
    api.ahora = api.ahora.replace(year=2026, month=3, day=1, hour=12)
    assert api.post(evento, User_Agent=CHROME, Referer="https://a.example/").status_code == 201
    [publicado] = api.aceptados
    assert publicado["tipo_evento"] == "PAGE_VIEW"
    assert publicado["fuente_evento"] == "WEB_TAG"
    assert publicado["url"].startswith("https://tienda.example.com/b?")
    assert publicado["parametros_tracking"] == {
        "utm_source": "boletin", "utm_medium": "sms", "pagina": "2", "activo": "true"
    }  # fmt: skip
    assert publicado["id_campana"] == "aaaaaaaa-0000-4000-8000-000000000000"
    assert publicado["timestamp"] == "2026-03-01T12:00:00+00:00"
    assert (publicado["tipo_dispositivo"], publicado["sistema_operativo"]) == ("MOBILE", "Android 14")
    assert publicado["navegador"] == "Chrome Mobile 126"
    assert (publicado["user_agent"], publicado["referrer"]) == (CHROME, "https://a.example/")
    assert publicado["ip"]


def test_a_page_without_a_referrer_may_say_so(api: Api) -> None:
    """The Referer of its request names the page itself."""
    api.post({**EVENTO, "referrer": None}, Referer="https://shop.example/")
    api.post({**EVENTO, "referrer": "https://a.example/"}, Referer="https://shop.example/")
    assert [publicado["referrer"] for publicado in api.aceptados] == [None, "https://a.example/"]


def test_the_senders_device_data_override_the_user_agent(api: Api) -> None:
    """An app's own data override its User-Agent."""
    api.post({**EVENTO, "tipo_dispositivo": "tablet", "sistema_operativo": "FireOS"}, User_Agent=CHROME)
    [publicado] = api.aceptados
    assert (publicado["tipo_dispositivo"], publicado["sistema_operativo"]) == ("TABLET", "FireOS")
    assert publicado["navegador"] == "Chrome Mobile 126"


def test_an_equal_event_gets_the_first_answer(api: Api) -> None:
    """This holds for a day, whatever the order of its fields."""
    first = api.post({**EVENTO, "datos_custom": {"a": 1, "b": [1.50]}})
    second = api.post(
        json.dumps({"datos_custom": {"b": [1.50], "a": 1}, "id_afiliado": "afiliado-001", "tipo_evento": "click"})
    )
    assert (first.status_code, second.status_code) == (201, 200)
    assert second.json_body == first.json_body | {"duplicado": True}
    assert len(api.aceptados) == 1


@pytest.mark.parametrize(
    "otro",
    [
        {"id_afiliado": "otro"}, {"tipo_evento": "IMPRESSION"}, {"url": "https://a.example/"},
        {"datos_custom": {"a": 1}}, {"id_campana": "00000000-0000-4000-8000-000000000001"},
        {"id_oferta": "o"}, {"fuente_evento": "MOBILE_SDK"},
        {"id_sesion": "s"}, {"referrer": "https://a.example/"}, {"identificador_dispositivo": "d"},
        {"parametros_tracking": {"a": "b"}}, {"valor_conversion": 1, "moneda": "COP"},
    ],
    ids=lambda otro: next(iter(otro)),
)  # fmt: skip
def test_an_event_with_other_data_is_a_new_one(api: Api, otro: dict[str, Any]) -> None:
    """Every field counts."""
    api.post()
    assert api.post({**EVENTO, **otro}).status_code == 201


def test_equal_events_of_two_visitors_are_two_events(api: Api) -> None:
    """Session, address, User-Agent and referrer tell visitors apart."""
    assert [api.post(User_Agent=agent).status_code for agent in ("one", "two", "one")] == [201, 201, 200]


@pytest.mark.parametrize("header", [True, False], ids=["header", "body"])
def test_the_senders_id_identifies_the_event(api: Api, *, header: bool) -> None:
    """The visitor does not count, the affiliate does; the same id with other data is refused."""

    def send(evento: dict[str, Any], id_: str, agent: str = "one") -> tuple[int, str]:
        if header:
            answer = api.post(evento, Idempotency_Key=id_, User_Agent=agent)
        else:
            answer = api.post({**evento, "id_evento_cliente": id_}, User_Agent=agent)
        return answer.status_code, answer.json_body.get("codigo", "")

    assert send(EVENTO, "1") == (201, "")
    assert send(EVENTO, "2") == (201, "")
    assert send(EVENTO, "1", "two") == (200, "")
    assert send({**EVENTO, "id_afiliado": "otro"}, "1") == (201, "")
    assert send({**EVENTO, "id_oferta": "o"}, "1") == (422, "clave-de-idempotencia-reutilizada")


def test_an_order_is_one_event_for_any_ids_of_its_requests(api: Api) -> None:
    """A client may use a new idempotency key for each attempt: it is still the same sale."""
    venta = {
        **EVENTO,
        "tipo_evento": "CONVERSION",
        "id_evento_cliente": "orden-1",
        "valor_conversion": 1,
        "moneda": "COP",
    }
    answers = [api.post(venta, Idempotency_Key=key) for key in ("a", "b")] + [api.post(venta)]
    assert [answer.status_code for answer in answers] == [201, 200, 200]
    assert len({answer.json_body["id_evento"] for answer in answers}) == 1
    assert api.post({**venta, "valor_conversion": 2}, Idempotency_Key="c").status_code == 422


def test_two_orders_under_one_request_id_are_two_events(api: Api) -> None:
    """A client that reuses a key loses no sale; this includes webhooks, whose id is also the request's."""
    for headers in ({"Idempotency_Key": "K"}, {"Webhook_Id": "K"}):
        fuente = "WEBHOOK" if "Webhook_Id" in headers else "WEB_TAG"
        orders = [{**EVENTO, "fuente_evento": fuente, "id_evento_cliente": f"{fuente}-{number}"} for number in (1, 2)]
        assert [api.post(order, **headers).status_code for order in orders] == [201, 201]
        assert [api.post(order, **headers).status_code for order in orders] == [200, 200]


@pytest.mark.parametrize("gone", [True, False], ids=["DynamoDB is gone", "DynamoDB has forgotten"])
def test_without_dynamodb_the_database_decides(api: Api, idempotency_table: IdempotencyTable, *, gone: bool) -> None:
    """A repetition gets the first answer, and an id with other data is refused."""
    evento = {**EVENTO, "id_evento_cliente": "1"}
    first = api.post(evento)
    idempotency_table.drop() if gone else idempotency_table.forget()
    second = api.post(evento)
    assert second.status_code == 200
    assert second.json_body == first.json_body | {"duplicado": True}
    if gone:
        assert api.post({**evento, "id_oferta": "o"}).status_code == 422
        idempotency_table.create()


def test_after_a_day_an_equal_event_is_a_new_one(api: Api, idempotency_table: IdempotencyTable) -> None:
    """A conversion under its sender's id is still a repetition, because it is paid."""
    conversion = {**EVENTO, "tipo_evento": "CONVERSION", "id_evento_cliente": "orden-1"}
    assert (api.post().status_code, api.post(conversion).status_code) == (201, 201)
    api.ahora += timedelta(hours=24)
    idempotency_table.forget()
    assert (api.post().status_code, api.post(conversion).status_code) == (201, 200)


def test_the_callers_correlation_id_is_continued(api: Api) -> None:
    """The payment and the report then have it too."""
    api.post(X_Correlation_Id="mine-1")
    [evento] = api.collector.eventos.aceptados.values()
    assert evento.recibido.traza.correlation_id == "mine-1"
