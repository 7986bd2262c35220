"""`POST /event-collector/events`: what is accepted, what is one event, what is refused."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from event_collector.dominio.afiliado import Afiliado
from event_collector.dominio.tipo_evento import TipoEvento
from unit.event_collector.conftest import EVENTO

if TYPE_CHECKING:
    from support.idempotency_table import IdempotencyTable
    from unit.event_collector.conftest import Api

CHROME = (
    "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile"
    " Safari/537.36"
)


def test_an_event_is_accepted(api: Api) -> None:
    """With the fields of the contract, in their order."""
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


def test_a_browser_may_send_without_asking(api: Api) -> None:
    """Text is no reason for a preflight, and any page may read the answer."""
    answer = api.post(EVENTO, Content_Type="text/plain;charset=UTF-8")
    assert answer.status_code == 201
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_what_is_published_is_normalised(api: Api) -> None:
    """Case, URL, campaign parameters, and what the browser tells of its device."""
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


def test_a_page_that_nobody_was_sent_to_says_so(api: Api) -> None:
    """Its request's Referer is the page itself."""
    api.post({**EVENTO, "referrer": None}, Referer="https://shop.example/")
    api.post({**EVENTO, "referrer": "https://a.example/"}, Referer="https://shop.example/")
    assert [publicado["referrer"] for publicado in api.aceptados] == [None, "https://a.example/"]


def test_what_the_sender_says_of_the_device_counts_more(api: Api) -> None:
    """An app knows better than its user agent."""
    api.post({**EVENTO, "tipo_dispositivo": "tablet", "sistema_operativo": "FireOS"}, User_Agent=CHROME)
    [publicado] = api.aceptados
    assert (publicado["tipo_dispositivo"], publicado["sistema_operativo"]) == ("TABLET", "FireOS")
    assert publicado["navegador"] == "Chrome Mobile 126"


def test_an_equal_event_is_answered_with_the_first_answer(api: Api) -> None:
    """For a day; whatever the order of its fields."""
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
def test_an_event_that_says_something_else_is_another_one(api: Api, otro: dict[str, Any]) -> None:
    """Each field counts."""
    api.post()
    assert api.post({**EVENTO, **otro}).status_code == 201


def test_two_visitors_are_two_events(api: Api) -> None:
    """As far as they can be told apart."""
    assert [api.post(User_Agent=agent).status_code for agent in ("one", "two", "one")] == [201, 201, 200]


@pytest.mark.parametrize("header", [True, False], ids=["header", "body"])
def test_the_senders_id_decides_where_there_is_one(api: Api, *, header: bool) -> None:
    """Whatever the visitor; the same id of another affiliate is another event, and what it says must be the same."""

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


@pytest.mark.parametrize("gone", [True, False], ids=["DynamoDB is gone", "DynamoDB has forgotten"])
def test_without_dynamodb_the_database_decides(api: Api, idempotency_table: IdempotencyTable, *, gone: bool) -> None:
    """A repetition is one still, with the first answer; and so is the id of another event."""
    evento = {**EVENTO, "id_evento_cliente": "1"}
    first = api.post(evento)
    idempotency_table.drop() if gone else idempotency_table.forget()
    second = api.post(evento)
    assert second.status_code == 200
    assert second.json_body == first.json_body | {"duplicado": True}
    if gone:
        assert api.post({**evento, "id_oferta": "o"}).status_code == 422
        idempotency_table.create()


def test_after_a_day_an_equal_event_is_another_one(api: Api, idempotency_table: IdempotencyTable) -> None:
    """But not a conversion under its sender's id, which is paid."""
    conversion = {**EVENTO, "tipo_evento": "CONVERSION", "id_evento_cliente": "orden-1"}
    assert (api.post().status_code, api.post(conversion).status_code) == (201, 201)
    api.ahora += timedelta(hours=24)
    idempotency_table.forget()
    assert (api.post().status_code, api.post(conversion).status_code) == (201, 200)


@pytest.mark.parametrize(
    ("evento", "campos"),
    [
        ({}, ["tipo_evento", "id_afiliado"]),
        ({**EVENTO, "tipo_evento": 5}, ["tipo_evento"]),
        ({**EVENTO, "id_afiliado": " "}, ["id_afiliado"]),
        ({**EVENTO, "id_afiliado": "a" * 101}, ["id_afiliado"]),
        ({**EVENTO, "timestamp": 5}, ["timestamp"]),
        ({**EVENTO, "timestamp": "ayer"}, ["timestamp"]),
        ({**EVENTO, "id_campana": "x"}, ["id_campana"]),
        ({**EVENTO, "url": "tienda"}, ["url"]),
        ({**EVENTO, "url": "ftp://a.example/"}, ["url"]),
        ({**EVENTO, "url": "https://a.example:puerto/"}, ["url"]),
        ({**EVENTO, "url": "https://" + "a" * 2_048}, ["url"]),
        ({**EVENTO, "valor_conversion": 1}, ["moneda"]),
        ({**EVENTO, "moneda": "COP"}, ["moneda"]),
        ({**EVENTO, "valor_conversion": 0, "moneda": "COP"}, ["valor_conversion"]),
        ({**EVENTO, "valor_conversion": -1, "moneda": "COP"}, ["valor_conversion"]),
        ({**EVENTO, "valor_conversion": 1.001, "moneda": "COP"}, ["valor_conversion"]),
        ({**EVENTO, "valor_conversion": "1", "moneda": "COP"}, ["valor_conversion"]),
        ({**EVENTO, "valor_conversion": 1, "moneda": "ABC"}, ["moneda"]),
        ({**EVENTO, "fuente_evento": "OTRA"}, ["fuente_evento"]),
        ({**EVENTO, "parametros_tracking": []}, ["parametros_tracking"]),
        ({**EVENTO, "parametros_tracking": {"a": {}}}, ["parametros_tracking.a"]),
        ({**EVENTO, "parametros_tracking": {str(n): "x" for n in range(51)}}, ["parametros_tracking"]),
        ({**EVENTO, "parametros_tracking": {"a": "\0"}}, ["parametros_tracking"]),
        ({**EVENTO, "datos_custom": "x"}, ["datos_custom"]),
        ({**EVENTO, "datos_custom": {"a": "\0"}}, ["datos_custom"]),
        ({**EVENTO, "datos_custom": {"\0": 1}}, ["datos_custom"]),
        ({**EVENTO, "datos_custom": {"a": "\ud800"}}, ["datos_custom"]),
        ({**EVENTO, "datos_custom": {"a": [[[[[[[[[1]]]]]]]]]}}, ["datos_custom"]),
        ({**EVENTO, "id_evento_cliente": "a" * 201}, ["id_evento_cliente"]),
        ({**EVENTO, "navegador": "a\nb"}, ["navegador"]),
        ({**EVENTO, "hash_validacion": "no"}, [""]),
        ([], [""]),
    ],
)
def test_bad_fields_are_named(api: Api, evento: Any, campos: list[str]) -> None:
    """And nothing is accepted."""
    answer = api.post(evento)
    assert (answer.status_code, answer.json_body["codigo"]) == (422, "datos-no-validos")
    assert [error["campo"] for error in answer.json_body["errores"]] == campos
    assert all(error["mensaje"] != "no es válido" for error in answer.json_body["errores"])
    assert not api.aceptados


@pytest.mark.parametrize("number", ["1e400", "1e-400", "123456789e301", "-1e309"])
def test_a_number_that_no_double_holds_is_refused(api: Api, number: str) -> None:
    """PostgreSQL would write hundreds of thousands of digits."""
    answer = api.post(f'{{"tipo_evento": "CLICK", "id_afiliado": "a", "datos_custom": {{"n": {number}}}}}')
    assert answer.status_code == 422
    assert api.post('{"tipo_evento": "CLICK", "id_afiliado": "a", "datos_custom": {"n": 1e300}}').status_code == 201


@pytest.mark.parametrize(
    ("before", "status"),
    [
        (timedelta(hours=24), 201), (timedelta(hours=24, microseconds=1), 422),
        (-timedelta(minutes=5), 201), (-timedelta(minutes=5, microseconds=1), 422),
    ],
)  # fmt: skip
def test_an_event_is_of_the_last_day(api: Api, before: timedelta, status: int) -> None:
    """Clocks may be five minutes fast."""
    answer = api.post({**EVENTO, "timestamp": (api.ahora - before).isoformat()})
    assert answer.status_code == status
    assert status == 201 or answer.json_body["codigo"] == "timestamp-fuera-de-rango"


def test_the_senders_hash_must_fit_what_arrives(api: Api) -> None:
    """SHA-256 of six fields as they were sent, joined by a bar."""
    evento = {**EVENTO, "tipo_evento": "conversion", "valor_conversion": 10.50, "moneda": "cop"}
    signed = hashlib.sha256(b"conversion|afiliado-001|||10.5|cop").hexdigest()
    assert api.post({**evento, "hash_validacion": signed.upper()}).status_code == 201
    assert api.post({**evento, "valor_conversion": 99, "hash_validacion": signed}).status_code == 422


@pytest.mark.parametrize("text", ["{", "", '{"a": NaN}', b"\xff", "[" * 5_000])
def test_what_is_no_json_is_malformed(api: Api, text: str | bytes) -> None:
    """400."""
    assert api.post(text).status_code == 400


def test_a_body_that_is_too_large_is_not_read(api: Api) -> None:
    """64 KB for one event."""
    assert api.post({**EVENTO, "datos_custom": {"a": "x" * 65_536}}).status_code == 413


def test_an_affiliate_may_send_so_many_in_a_minute(api: Api) -> None:
    """Repetitions do not count; the next minute begins anew."""
    sent = [api.post({**EVENTO, "id_evento_cliente": str(n)}) for n in range(12)]
    assert [answer.status_code for answer in sent] == [201] * 10 + [429] * 2
    assert sent[0].headers["RateLimit-Policy"] == '"afiliado";q=10;w=60'
    seconds = 60 - int(api.ahora.timestamp()) % 60
    assert sent[3].headers["RateLimit"] == f'"afiliado";r=6;t={seconds}'
    refused = sent[11]
    assert (refused.headers["Retry-After"], refused.headers["RateLimit"]) == (
        str(seconds),
        f'"afiliado";r=0;t={seconds}',
    )
    assert refused.json_body["codigo"] == "limite-de-eventos-excedido"
    assert api.post({**EVENTO, "id_evento_cliente": "3"}).status_code == 200
    assert api.post({**EVENTO, "id_afiliado": "otro"}).status_code == 201
    api.ahora += timedelta(seconds=seconds)
    assert api.post({**EVENTO, "id_evento_cliente": "11"}).status_code == 201


def test_while_nobody_counts_everything_is_accepted(api: Api) -> None:
    """And no answer pretends to know what is left."""
    api.collector.limites.caido = True
    sent = [api.post({**EVENTO, "id_evento_cliente": str(n)}) for n in range(12)]
    assert {answer.status_code for answer in sent} == {201}
    assert "RateLimit" not in sent[0].headers
    assert sent[0].headers["RateLimit-Policy"]


@pytest.mark.parametrize(
    ("afiliado", "codigo"),
    [
        (Afiliado(id="afiliado-001", activo=False, eventos_por_minuto=1), "afiliado-inactivo"),
        (
            Afiliado(id="afiliado-001", permisos=frozenset([TipoEvento.CONVERSION]), eventos_por_minuto=1),
            "tipo-de-evento-no-permitido",
        ),
    ],
)
def test_an_affiliate_may_be_kept_out(api: Api, afiliado: Afiliado, codigo: str) -> None:
    """As a whole, or of some types."""
    api.collector.afiliados.registrados[afiliado.id] = afiliado
    answer = api.post()
    assert (answer.status_code, answer.json_body["codigo"]) == (403, codigo)


def test_an_affiliate_has_its_own_limit(api: Api) -> None:
    """Not the default one."""
    api.collector.afiliados.registrados["afiliado-001"] = Afiliado(id="afiliado-001", eventos_por_minuto=1)
    assert [api.post({**EVENTO, "id_oferta": str(n)}).status_code for n in range(2)] == [201, 429]


def test_an_api_key_is_compared_by_its_hash(api: Api) -> None:
    """In the body or its header; of a direct call alone, and it is not published."""
    llaves = tuple(hashlib.sha256(key).digest() for key in (b"old", b"new"))
    api.collector.afiliados.registrados["afiliado-001"] = Afiliado(
        id="afiliado-001", eventos_por_minuto=100, llaves=llaves
    )
    direct = {**EVENTO, "fuente_evento": "API_DIRECT"}
    refused = api.post(direct)
    assert (refused.status_code, refused.headers["WWW-Authenticate"]) == (401, "ApiKey")
    assert api.post({**direct, "api_key": "other"}).status_code == 401
    assert api.post({**direct, "api_key": "old"}).status_code == 201
    assert api.post({**direct, "id_oferta": "o"}, X_Api_Key="new").status_code == 201
    assert api.post().status_code == 201
    assert not any("api_key" in publicado for publicado in api.aceptados)


def test_the_chain_goes_on_under_the_callers_correlation(api: Api) -> None:
    """From here to the payment and the report."""
    api.post(X_Correlation_Id="mine-1")
    [evento] = api.collector.eventos.aceptados.values()
    assert evento.recibido.traza.correlation_id == "mine-1"
