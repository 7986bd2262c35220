"""`POST /event-collector/events`: what is refused, and why."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

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


@pytest.mark.parametrize("text", ["{", "", '{"a": NaN}', b"\xff", "[" * 5_000])
def test_what_is_no_json_is_malformed(api: Api, text: str | bytes) -> None:
    """400."""
    assert api.post(text).status_code == 400


def test_a_body_that_is_too_large_is_not_read(api: Api) -> None:
    """64 KB for one event."""
    assert api.post({**EVENTO, "datos_custom": {"a": "x" * 65_536}}).status_code == 413
