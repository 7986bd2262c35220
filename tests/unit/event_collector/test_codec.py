"""Tracking events are published by their contracts, and identified by their data."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from jsonschema import ValidationError

from event_collector.dominio.evento import DatosDelEvento, Dispositivo, EventoRecibido, Visita
from event_collector.dominio.tipo_evento import FuenteEvento, TipoEvento
from event_collector.infraestructura.events.codec import (
    TYPES,
    partition_key,
    solicitud_de,
    to_payload,
    topic_of,
)
from seedwork.dominio.dinero import Dinero, Moneda
from seedwork.infraestructura.text import decimal_json
from support.builders import AHORA
from support.contracts import CONTRACTS, validate_data
from support.event_collector.builders import un_aceptado, un_recibido, unos_datos

CAMPANA = UUID("5f2b1c9e-3a57-4d0b-9a55-0d6f0c1b7e21")
COMPLETO: dict[str, Any] = {
    "fuente": FuenteEvento.API_DIRECT,
    "timestamp": AHORA,
    "id_campana": CAMPANA,
    "id_oferta": "oferta-7",
    "url": "https://tienda.example/?utm_source=boletin",
    "parametros_tracking": {"utm_source": "boletin"},
    "datos_custom": {"pedido": {"total": Decimal("12.50"), "articulos": [1, None, "x"]}},
    "valor": Dinero(monto=Decimal("250000.50"), moneda=Moneda.COP),
    "dispositivo": Dispositivo(
        tipo="MOBILE",
        identificador="dispositivo-42",
        sistema_operativo="Android 15",
        navegador="Chrome Mobile 150",
        resolucion_pantalla="1080x2424",
    ),
    "id_cliente": "clic-1",
    "hash_validacion": "sha256-hash-here",
}
VISITA = Visita(id_sesion="sesion-42", user_agent="Mozilla/5.0", referrer="https://buscador.example/", ip="2001:db8::1")


def contract(tipo: TipoEvento) -> dict[str, Any]:
    """Return the contract of the type's events."""
    document: dict[str, Any] = json.loads((CONTRACTS / f"event_collector/{TYPES[tipo]}.schema.json").read_text())
    return document


def published(recibido: EventoRecibido) -> dict[str, Any]:
    """Return the event's payload as a consumer reads it."""
    document: dict[str, Any] = json.loads(decimal_json.dumps(to_payload(un_aceptado(recibido))))
    return document


@pytest.mark.parametrize("tipo", TipoEvento)
@pytest.mark.parametrize("campos", [{}, COMPLETO], ids=["little", "everything"])
def test_published_events_keep_their_contract(tipo: TipoEvento, campos: dict[str, Any]) -> None:
    """It does, with few fields and with all; the contract describes exactly these fields."""
    payload = published(un_recibido(tipo, visita=VISITA if campos else Visita(), **campos))
    validate_data("event_collector", TYPES[tipo], payload)
    assert payload.keys() == contract(tipo)["properties"].keys()
    assert not campos or None not in payload.values()
    assert topic_of(tipo) == f"tracking.evt.{tipo.lower()}"


@pytest.mark.parametrize(
    "change",
    [
        {"id_evento": "7"}, {"id_afiliado": ""}, {"tipo_evento": "OTRO"}, {"fuente_evento": None}, {"moneda": None},
        {"valor_conversion": 0}, {"timestamp": "ayer"}, {"url": ""}, {"parametros_tracking": {"a": 1}},
        {"navegador": "x" * 101}, {"hash_evento": "x"},
    ],
    ids=lambda change: next(iter(change)),
)  # fmt: skip
def test_a_contract_refuses_other_payloads(change: dict[str, Any]) -> None:
    """A contract that accepts everything would check nothing."""
    payload = published(un_recibido(TipoEvento.CONVERSION, **COMPLETO)) | change
    with pytest.raises(ValidationError):
        validate_data("event_collector", "ConversionRegistrada", payload)


def test_all_types_have_the_same_fields() -> None:
    """Their contracts differ only in the type and in the meaning of a value."""

    def fields(tipo: TipoEvento) -> dict[str, Any]:
        schema = contract(tipo)
        del schema["properties"]["tipo_evento"], schema["properties"]["valor_conversion"]["description"]
        return {name: member for name, member in schema.items() if name not in {"$id", "title", "description"}}

    assert all(fields(tipo) == fields(TipoEvento.CLICK) for tipo in TipoEvento)


def test_an_event_has_one_hash_however_it_is_written() -> None:
    """The order of members does not count, and neither do the sender's id and hash."""
    one = unos_datos(datos_custom={"a": {"x": 1, "y": Decimal("2.50")}, "b": 2}, id_cliente="1", hash_validacion="1")
    same = unos_datos(datos_custom={"b": 2, "a": {"y": Decimal("2.50"), "x": 1}}, id_cliente="2", hash_validacion="2")
    assert data_hash(one) == data_hash(same)


@pytest.mark.parametrize(
    ("one", "same"),
    [
        (Decimal("1.5"), Decimal("1.50")), (1, Decimal("1.0")), (1000, Decimal("1e3")), (0, Decimal("-0.00")),
        ("caf\u00e9", "cafe\u0301"), ({"caf\u00e9": 1}, {"cafe\u0301": Decimal("1.00")}),
    ],
)  # fmt: skip
def test_numbers_and_texts_are_compared_by_value(one: object, same: object) -> None:
    """Digits do not count, nor does the Unicode composition of a letter (UAX 15)."""
    assert data_hash(unos_datos(datos_custom={"a": one})) == data_hash(unos_datos(datos_custom={"a": same}))


@pytest.mark.parametrize("value", ["1.5", Decimal("1.51"), 1, True, [Decimal("1.5")], None])
def test_other_data_of_an_event_has_another_hash(value: object) -> None:
    """A number differs from its text."""
    assert data_hash(unos_datos(datos_custom={"a": value})) != data_hash(unos_datos(datos_custom={"a": Decimal("1.5")}))


def data_hash(datos: DatosDelEvento) -> str:
    """Return the hash of the data."""
    return solicitud_de(datos, VISITA).huella


# SHA-256 of ["id","afiliado-001","orden-1"], of an event's own text, and of ["hash",…] with it; made with `sha256sum`.
def test_hashes_of_earlier_versions_are_recognised() -> None:
    """Where the old and the new hash of a number differ, both are given."""
    datos = unos_datos(TipoEvento.CONVERSION, id_cliente="orden-1", datos_custom={"a": Decimal("2.5"), "b": 1})
    text = (
        '{"datos_custom":{"a":["decimal","2.5"],"b":1},"fuente_evento":"WEB_TAG","id_afiliado":"afiliado-001",'
        '"moneda":"COP","tipo_evento":"CONVERSION","valor_conversion":["decimal","100.00"]}'
    )
    solicitud = solicitud_de(datos, VISITA)
    assert solicitud.huella == hashlib.sha256(text.encode()).hexdigest()
    assert solicitud.clave == hashlib.sha256(b'["id","afiliado-001","orden-1"]').hexdigest()
    assert (solicitud.clave_anterior, solicitud.huella_anterior) == (None, None)
    escrito = solicitud_de(replace(datos, datos_custom={"a": Decimal("2.50"), "b": 1}), VISITA)
    assert escrito.huella == solicitud.huella
    assert escrito.huella_anterior == hashlib.sha256(text.replace('"2.5"', '"2.50"').encode()).hexdigest()
    sin_id = solicitud_de(replace(datos, datos_custom={"a": Decimal("2.50")}, id_cliente=None), VISITA)
    assert sin_id.clave_anterior is not None
    assert sin_id.clave_anterior != sin_id.clave


def test_an_event_is_identified_by_its_senders_id_or_else_its_visitor() -> None:
    """The id, which belongs to the affiliate, overrides the data and the visitor."""

    def key(visita: Visita = VISITA, **campos: Any) -> str:
        return solicitud_de(unos_datos(**campos), visita).clave

    assert key(id_cliente="1") == key(Visita(), id_cliente="1", id_oferta="otra")
    assert key(id_cliente="1") != key(id_cliente="1", id_afiliado="afiliado-002")
    assert key() == key()
    assert len({key(), key(Visita()), key(id_oferta="otra"), key(id_cliente="1")}) == 4


def test_a_campaign_of_an_affiliate_has_one_partition() -> None:
    """Events without a campaign have one too."""
    assert partition_key(un_aceptado(id_campana=CAMPANA)) == f"afiliado-001#{CAMPANA}"
    assert partition_key(un_aceptado()) == "afiliado-001#"
