"""Payments' events are stored and published as their contracts say."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, TypedDict
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

import pytest

from pagos.dominio.comision import EN_CONFLICTO, SIN_IMPORTE, ComisionNoPagada
from pagos.dominio.eventos import (
    Origen,
    PagoEnProceso,
    PagoExitoso,
    PagoFallido,
    PagoPendiente,
    PagoRevertido,
    PagoSinRespuesta,
    ReversoRechazado,
    ReversoSinRespuesta,
    ReversoSolicitado,
)
from pagos.infraestructura.events.codec import TOPICS, from_payload, no_pagada_payload, to_payload
from seedwork.infraestructura.text import decimal_json
from support.builders import AHORA
from support.contracts import validate_data
from support.pagos.builders import unos_datos

if TYPE_CHECKING:
    from pagos.dominio.eventos import PagoEvento


class Preguntado(TypedDict):
    """The fields of an attempt at the gateway."""

    fecha_pregunta: datetime
    consultado_antes: bool


CONVERSION = UUID("7c9e6679-7425-40de-944b-e07fc1f90ae7")
DATOS = unos_datos(campana=uuid4())
PREGUNTADO: Preguntado = {"fecha_pregunta": AHORA, "consultado_antes": True}
EVENTS = [
    PagoPendiente(datos=unos_datos(), ocurrido_en=AHORA),
    PagoPendiente(datos=DATOS, ocurrido_en=AHORA),
    PagoPendiente(datos=replace(DATOS, origen=Origen(id_evento=uuid4())), ocurrido_en=AHORA),
    PagoEnProceso(datos=DATOS, ocurrido_en=AHORA),
    PagoExitoso(datos=DATOS, referencia_pasarela="tr_1", ocurrido_en=AHORA),
    PagoExitoso(datos=DATOS, referencia_pasarela="tr_1", **PREGUNTADO, ocurrido_en=AHORA),
    PagoFallido(datos=DATOS, mensaje_error="sin fondos", ocurrido_en=AHORA),
    PagoFallido(datos=DATOS, mensaje_error="sin fondos", **PREGUNTADO, ocurrido_en=AHORA),
    PagoSinRespuesta(datos=DATOS, causa="timeout", ocurrido_en=AHORA),
    PagoSinRespuesta(datos=DATOS, causa="timeout", **PREGUNTADO, ocurrido_en=AHORA),
    ReversoSolicitado(datos=DATOS, motivo="duplicado", ocurrido_en=AHORA),
    ReversoSinRespuesta(datos=DATOS, causa="timeout", ocurrido_en=AHORA),
    ReversoSinRespuesta(datos=DATOS, causa="timeout", fecha_pregunta=AHORA, ocurrido_en=AHORA),
    ReversoRechazado(datos=DATOS, mensaje_error="sin saldo", fecha_pregunta=AHORA, ocurrido_en=AHORA),
    PagoRevertido(datos=DATOS, motivo="duplicado", referencia_reverso="trr_1", fecha_pregunta=AHORA, ocurrido_en=AHORA),
]


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_an_event_survives_the_round_trip_through_json(event: PagoEvento) -> None:
    """The decoded event equals the recorded one, decimals included."""
    payload = decimal_json.loads(decimal_json.dumps(to_payload(uuid4(), event)))
    assert from_payload(type(event).__name__, payload, event.ocurrido_en) == event


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_a_payload_keeps_its_contract(event: PagoEvento) -> None:
    """The payload of each published event is valid under its schema in events/contracts."""
    payload = json.loads(decimal_json.dumps(to_payload(uuid4(), event)))
    validate_data("pagos", type(event).__name__, payload)


@pytest.mark.parametrize(
    ("referencia", "origen"),
    [
        (f"comision-{CONVERSION}", Origen(id_evento=CONVERSION)),
        ("comision-ajena", Origen(id_evento=uuid5(NAMESPACE_URL, "urn:aeropartners:evento:ajena"))),
        ("mi-comision-1", None),
        ("factura-1", None),
    ],
)
def test_an_event_older_than_origen_has_the_origin_of_its_reference(referencia: str, origen: Origen | None) -> None:
    """In events older than the field `origen`, only the reference marks a commission."""
    # Given
    payload = to_payload(uuid4(), PagoPendiente(datos=unos_datos(referencia=referencia), ocurrido_en=AHORA))
    del payload["origen"]
    # Then
    assert from_payload("PagoPendiente", payload, AHORA).datos.origen == origen


def test_an_outcome_from_before_the_question_was_recorded_is_read() -> None:
    """A stored event of that time has neither field."""
    event = PagoExitoso(datos=DATOS, referencia_pasarela="tr_1", ocurrido_en=AHORA)
    payload = to_payload(uuid4(), event)
    del payload["fecha_pregunta"], payload["consultado_antes"]
    validate_data("pagos", "PagoExitoso", json.loads(decimal_json.dumps(payload)))
    assert from_payload("PagoExitoso", payload, AHORA) == event


@pytest.mark.parametrize("codigo", [EN_CONFLICTO, SIN_IMPORTE])
@pytest.mark.parametrize("id_", [None, uuid4()])
def test_an_unpaid_conversion_keeps_its_contract(codigo: str, id_: UUID | None) -> None:
    """The contract holds with and without another payment that has the commission."""
    hecho = ComisionNoPagada(
        id_evento=uuid4(), id_afiliado="a", id_campana=id_, codigo=codigo, mensaje="m", id_pago=id_, ocurrido_en=AHORA
    )
    validate_data("pagos", "ComisionNoPagada", json.loads(decimal_json.dumps(no_pagada_payload(hecho))))


def test_no_event_is_forgotten() -> None:
    """The tests above try every type that the codec knows."""
    assert {type(event) for event in EVENTS} | {ComisionNoPagada} == set(TOPICS)


def test_an_unknown_type_is_not_guessed() -> None:
    """An unknown type is an error."""
    with pytest.raises(KeyError):
        from_payload("PagoImaginario", to_payload(uuid4(), EVENTS[0]), AHORA)
