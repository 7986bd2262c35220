"""`POST /event-collector/events` accepts events according to their affiliate and its limit."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from event_collector.dominio.afiliado import Afiliado
from event_collector.dominio.tipo_evento import TipoEvento
from unit.event_collector.conftest import EVENTO

if TYPE_CHECKING:
    from unit.event_collector.conftest import Api


def test_an_affiliate_has_a_limit_per_minute(api: Api) -> None:
    """Repetitions do not count, and the next minute starts anew."""
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


def test_without_counts_every_event_is_accepted(api: Api) -> None:
    """No answer claims to know the rest of the limit."""
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
def test_an_affiliate_may_be_blocked(api: Api, afiliado: Afiliado, codigo: str) -> None:
    """All its events are refused, or those of some types."""
    api.collector.afiliados.registrados[afiliado.id] = afiliado
    answer = api.post()
    assert (answer.status_code, answer.json_body["codigo"]) == (403, codigo)


def test_an_affiliate_has_its_own_limit(api: Api) -> None:
    """It overrides the default limit."""
    api.collector.afiliados.registrados["afiliado-001"] = Afiliado(id="afiliado-001", eventos_por_minuto=1)
    assert [api.post({**EVENTO, "id_oferta": str(n)}).status_code for n in range(2)] == [201, 429]


def test_an_api_key_is_compared_by_its_hash(api: Api) -> None:
    """It is read from the body or the header, required for direct calls only, and never published."""
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


CONVERSION = {
    "tipo_evento": "CONVERSION", "id_afiliado": "afiliado-001", "id_evento_cliente": "orden-1",
    "valor_conversion": 250.50, "moneda": "COP",
}  # fmt: skip


def test_an_unproven_event_never_blocks_a_proven_one(api: Api) -> None:
    """An unproven event of any type under the order's id does not affect the proven conversion."""
    llave = Afiliado(id="afiliado-001", eventos_por_minuto=100, llaves=(hashlib.sha256(b"llave").digest(),))
    api.collector.afiliados.registrados["afiliado-001"] = llave
    for falso in ({**CONVERSION, "valor_conversion": 0.01}, {**CONVERSION, "fuente_evento": "MOBILE_SDK"}):
        assert api.post(falso).status_code in {201, 422}
    real = {**CONVERSION, "fuente_evento": "API_DIRECT", "api_key": "llave"}
    answer = api.post(real)
    assert answer.status_code == 201
    assert (api.post(real).status_code, api.post(real).json_body["id_evento"]) == (200, answer.json_body["id_evento"])
    assert api.post({**real, "valor_conversion": 7}).status_code == 422
    [enviado] = api.batch(real)["resultados"]
    assert (enviado["duplicado"], enviado["id_evento"]) == (True, answer.json_body["id_evento"])
    fuentes = {data["fuente_evento"]: data["probado"] for data in api.aceptados}
    assert fuentes == {"WEB_TAG": False, "API_DIRECT": True}


def test_an_unproven_click_does_not_block_a_proven_conversion(api: Api) -> None:
    """A click in the same batch does not block it either."""
    llave = Afiliado(id="afiliado-001", eventos_por_minuto=100, llaves=(hashlib.sha256(b"llave").digest(),))
    api.collector.afiliados.registrados["afiliado-001"] = llave
    real = {**CONVERSION, "fuente_evento": "API_DIRECT", "api_key": "llave"}
    otros = {**EVENTO, "id_evento_cliente": "orden-1"}, {**CONVERSION, "valor_conversion": 1}
    resultados = api.batch(*otros, real)["resultados"]
    assert [resultado.get("status", 201) for resultado in resultados] == [201, 422, 201]


def test_events_of_an_affiliate_without_keys_are_unproven(api: Api) -> None:
    """Without keys, direct calls and webhooks prove no more than a page."""
    for fuente in ("API_DIRECT", "WEBHOOK"):
        assert api.post({**CONVERSION, "id_evento_cliente": fuente, "fuente_evento": fuente}).status_code == 201
    assert {evento.recibido.probado for evento in api.collector.eventos.aceptados.values()} == {False}
