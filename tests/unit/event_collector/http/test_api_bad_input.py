"""`POST /event-collector/events` refuses bad input with its reason."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from support.numbers import NO_AMOUNTS
from unit.event_collector.conftest import EVENTO

if TYPE_CHECKING:
    from unit.event_collector.conftest import Api


@pytest.mark.parametrize(
    ("evento", "campos"),
    [
        ({}, ["tipo_evento", "id_afiliado"]),
        ({**EVENTO, "tipo_evento": 5}, ["tipo_evento"]),
        ({**EVENTO, "id_afiliado": " "}, ["id_afiliado"]),
        ({**EVENTO, "id_afiliado": "a" * 101}, ["id_afiliado"]),
        ({**EVENTO, "timestamp": 5}, ["timestamp"]),
        ({**EVENTO, "timestamp": "ayer"}, ["timestamp"]),
        ({**EVENTO, "timestamp": "2026-11-01_10:00"}, ["timestamp"]),
        ({**EVENTO, "id_campana": "x"}, ["id_campana"]),
        ({**EVENTO, "valor_conversion": 1}, ["moneda"]),
        ({**EVENTO, "moneda": "COP"}, ["moneda"]),
        ({**EVENTO, "valor_conversion": 0, "moneda": "COP"}, ["valor_conversion"]),
        ({**EVENTO, "valor_conversion": -1, "moneda": "COP"}, ["valor_conversion"]),
        ({**EVENTO, "valor_conversion": 1.001, "moneda": "COP"}, ["valor_conversion"]),
        ({**EVENTO, "valor_conversion": "1", "moneda": "COP"}, ["valor_conversion"]),
        ({**EVENTO, "valor_conversion": 1, "moneda": "ABC"}, ["moneda"]),
        ({**EVENTO, "fuente_evento": "OTRA"}, ["fuente_evento"]),
        ({**EVENTO, "datos_custom": "x"}, ["datos_custom"]),
        ({**EVENTO, "datos_custom": {"a": [[[[[[[[[1]]]]]]]]]}}, ["datos_custom"]),
        ({**EVENTO, "id_evento_cliente": "a" * 201}, ["id_evento_cliente"]),
        ([], [""]),
    ],
)
def test_bad_fields_are_named(api: Api, evento: Any, campos: list[str]) -> None:
    """Nothing is accepted."""
    answer = api.post(evento)
    assert (answer.status_code, answer.json_body["codigo"]) == (422, "datos-no-validos")
    assert [error["campo"] for error in answer.json_body["errores"]] == campos
    assert all(error["mensaje"] != "no es válido" for error in answer.json_body["errores"])
    assert not api.aceptados


@pytest.mark.parametrize("number", NO_AMOUNTS)
def test_a_number_that_is_no_amount_is_an_invalid_field(api: Api, number: str) -> None:
    """The document is valid JSON (RFC 8259, 6), so only the field is refused."""
    answer = api.post(
        f'{{"tipo_evento": "CONVERSION", "id_afiliado": "a", "valor_conversion": {number}, "moneda": "COP"}}'
    )
    assert (answer.status_code, answer.json_body["codigo"]) == (422, "datos-no-validos")
    assert "valor_conversion" in [error["campo"] for error in answer.json_body["errores"]]
    assert not api.aceptados


@pytest.mark.parametrize("number", NO_AMOUNTS)
def test_an_endless_number_in_a_parameter_is_left_out(api: Api, number: str) -> None:
    """A parameter is no reason to lose the event."""
    text = f'{{"tipo_evento": "CLICK", "id_afiliado": "a", "parametros_tracking": {{"n": {number}, "m": 1.5}}}}'
    assert api.post(text).status_code == 201
    [aceptado] = api.aceptados
    assert aceptado["parametros_tracking"] == {"m": "1.5"}


def test_an_events_size_is_its_stored_size(api: Api) -> None:
    """Six characters may become forty when stored, so a small body may be an event too large."""
    numbers = ",".join(["1e39"] * 12_000)
    text = f'{{"tipo_evento": "CLICK", "id_afiliado": "a", "datos_custom": {{"n": [{numbers}]}}}}'
    assert len(text) < 64 * 1024
    answer = api.post(text)
    assert (answer.status_code, answer.json_body["codigo"]) == (413, "evento-demasiado-grande")
    assert "262144" in answer.json_body["detail"]
    assert not api.aceptados


@pytest.mark.parametrize("number", ["1e308", "1e40", "1e-40", "1e99999999999999999999", "9" * 5_000])
def test_a_number_of_more_than_forty_characters_is_refused(api: Api, number: str) -> None:
    """PostgreSQL writes all its digits, in the table, on the topic and in answers."""
    answer = api.post(f'{{"tipo_evento": "CLICK", "id_afiliado": "a", "datos_custom": {{"n": {number}}}}}')
    assert answer.status_code == 422
    assert api.post('{"tipo_evento": "CLICK", "id_afiliado": "a", "datos_custom": {"n": 1e39}}').status_code == 201


@pytest.mark.parametrize(
    ("before", "status"),
    [
        (timedelta(hours=24), 201), (timedelta(hours=24, microseconds=1), 422),
        (-timedelta(minutes=5), 201), (-timedelta(minutes=5, microseconds=1), 422),
    ],
)  # fmt: skip
def test_an_event_is_at_most_a_day_old(api: Api, before: timedelta, status: int) -> None:
    """A timestamp may lie five minutes in the future, because clocks differ."""
    answer = api.post({**EVENTO, "timestamp": (api.ahora - before).isoformat()})
    assert answer.status_code == status
    assert status == 201 or answer.json_body["codigo"] == "timestamp-fuera-de-rango"


@pytest.mark.parametrize("text", ["{", "", '{"a": NaN}', b"\xff", "[" * 5_000])
def test_invalid_json_is_malformed(api: Api, text: str | bytes) -> None:
    """The status is 400."""
    assert api.post(text).status_code == 400


def test_a_too_large_body_is_not_read(api: Api) -> None:
    """The limit is 256 KiB for one event, as for each event of a batch."""
    answer = api.post({**EVENTO, "datos_custom": {"a": "x" * 262_144}})
    assert (answer.status_code, answer.json_body["codigo"]) == (413, "cuerpo-demasiado-grande")
    assert api.post({**EVENTO, "datos_custom": {"a": "x" * 260_000}}).status_code == 201
