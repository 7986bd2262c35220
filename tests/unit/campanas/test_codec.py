"""Campaigns' events are stored and published as their contracts say."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from campanas.dominio.eventos import CampanaCreada, MetricasCorregidas
from campanas.dominio.metricas import Correccion
from campanas.infraestructura.events.codec import TOPICS, from_payload, to_payload
from seedwork.infraestructura.text import decimal_json
from support.campanas.builders import AHORA, unos_datos_de_campana
from support.contracts import validate_data

if TYPE_CHECKING:
    from campanas.dominio.eventos import CampanaEvento

DATOS = unos_datos_de_campana(descripcion="Con descripción")
EVENTS = [
    CampanaCreada(datos=unos_datos_de_campana(), ocurrido_en=AHORA),
    MetricasCorregidas(datos=DATOS, ocurrido_en=AHORA, correccion=Correccion(clicks=3, gasto=Decimal("1.50"))),
    *(type_(datos=DATOS, ocurrido_en=AHORA) for type_ in TOPICS if type_ is not MetricasCorregidas),
]


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_an_event_survives_the_round_trip_through_json(event: CampanaEvento) -> None:
    """The decoded event equals the recorded one, decimals included, and its payload is valid under the contract."""
    text = decimal_json.dumps(to_payload(uuid4(), event))
    assert from_payload(type(event).__name__, decimal_json.loads(text), event.ocurrido_en) == event
    validate_data("campanas", type(event).__name__, json.loads(text))


def test_an_unknown_type_is_not_guessed() -> None:
    """An unknown type is an error."""
    with pytest.raises(KeyError):
        from_payload("CampanaImaginaria", to_payload(uuid4(), EVENTS[0]), AHORA)
