"""The campaigns API refuses bad requests, each with the reason."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest

from support.numbers import NO_AMOUNTS
from unit.campanas.conftest import CUERPO, Api


@pytest.mark.parametrize(
    ("change", "campo"),
    [
        ({"nombre": None}, "nombre"),
        ({"nombre": "\u200b"}, "nombre"),
        ({"nombre": "x" * 201}, "nombre"),
        ({"nombre": "nulo\x00"}, "nombre"),
        ({"presupuesto": {"monto": -1, "moneda": "COP"}}, "presupuesto.monto"),
        ({"presupuesto": {"monto": 0.001, "moneda": "COP"}}, "presupuesto.monto"),
        ({"presupuesto": {"monto": "5", "moneda": "COP"}}, "presupuesto.monto"),
        ({"presupuesto": {"monto": 1000000.01, "moneda": "COP"}}, "presupuesto.monto"),
        ({"presupuesto": {"monto": 5, "moneda": "GBP"}}, "presupuesto.moneda"),
        ({"presupuesto": 5}, "presupuesto"),
        ({"fecha_inicio": "ayer"}, "fecha_inicio"),
        ({"fecha_inicio": 1767225600}, "fecha_inicio"),
        ({"fecha_inicio": "1767225600"}, "fecha_inicio"),
        ({"fecha_inicio": "2026-01-01+05:00"}, "fecha_inicio"),
        ({"fecha_inicio": "0001-01-01T00:00:00+14:00"}, "fecha_inicio"),
        ({"id_afiliado": ""}, "id_afiliado"),
        ({"tipo": "OTRO"}, "tipo"),
        ({"descripcion": "x" * 2001}, "descripcion"),
    ],
)
def test_a_wrong_field_is_named(api: Api, change: dict[str, Any], campo: str) -> None:
    """The field is named, and nothing is created."""
    answer = api.post(CUERPO | change)
    assert answer.status_code == 422
    assert [error["campo"] for error in answer.json_body["errores"]] == [campo]
    assert api.get().json_body["total"] == 0


def test_an_end_before_the_start_is_refused(api: Api) -> None:
    """It is refused at creation and in a change."""
    wrong = {"fecha_inicio": "2026-02-01", "fecha_fin": "2026-01-31"}
    assert api.post(CUERPO | wrong).json_body["codigo"] == "fechas-no-validas"
    answer = api.patch(api.nueva(), {"fecha_fin": "2025-01-01"})
    assert (answer.status_code, answer.json_body["codigo"]) == (422, "fechas-no-validas")


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=1001", "limit=x", "offset=-1", "offset=99999999999999999999", "estado=OTRO", "id_afiliado=",
     "cursor=abc", "cursor=%C3%A1", "cursor=MjAyNi0wMS0wMSBubw=="],
)  # fmt: skip
def test_a_wrong_parameter_is_named(api: Api, query: str) -> None:
    """A wrong parameter of the list's query is named."""
    answer = api.get(f"/?{query}")
    assert answer.status_code == 422
    assert answer.json_body["errores"][0]["campo"] == query.partition("=")[0]


@pytest.mark.parametrize(
    "body", [{}, {"clicks": -1}, {"clicks": 1.5}, {"clicks": True}, {"clicks": 10**16}, {"ctr": 1}]
)
def test_a_wrong_correction_is_refused(api: Api, body: dict[str, Any]) -> None:
    """Rates cannot be corrected, since they follow from the counts, and counts are whole numbers."""
    id_campana = api.nueva()
    assert api.patch(f"{id_campana}/metrics", body).status_code == 422
    assert api.get(f"/{id_campana}").json_body["version"] == 1


@pytest.mark.parametrize("number", NO_AMOUNTS)
@pytest.mark.parametrize(
    ("path", "body", "campo"),
    [
        ("metrics", '{"gasto_actual": NUMBER}', "gasto_actual"),
        ("metrics", '{"clicks": NUMBER}', "clicks"),
        ("budget", '{"monto": NUMBER, "moneda": "COP"}', "monto"),
    ],
)
def test_a_number_beyond_any_amount_is_a_wrong_field(api: Api, path: str, body: str, campo: str, number: str) -> None:
    """It is valid JSON (RFC 8259, 6), so the field is refused and not the document."""
    id_campana = api.nueva()
    answer = api.patch(f"{id_campana}/{path}", body.replace("NUMBER", number))
    assert (answer.status_code, [error["campo"] for error in answer.json_body["errores"]]) == (422, [campo])
    assert api.get(f"/{id_campana}").json_body["version"] == 1


@pytest.mark.parametrize("zero", ["0", "-0", "0.0", "0.00", "-0.00", "0e2"])
def test_an_amount_of_zero_has_one_form(api: Api, zero: str) -> None:
    """Zero has two decimals and no sign, in any spelling of the request and for a campaign without spending."""
    body = json.dumps(CUERPO | {"presupuesto": {"monto": "nothing", "moneda": "COP"}}).replace('"nothing"', zero)
    created = api.post(body)
    assert b'"presupuesto":{"monto":0.00,' in created.body
    assert b'"gasto_actual":0.00,' in created.body
    id_campana = created.json_body["id"]
    api.patch(f"{id_campana}/metrics", f'{{"gasto_actual": {zero}}}')
    told = api.get(f"/{id_campana}/metrics").body
    for name in (b"gasto_actual", b"presupuesto_restante", b"porcentaje_gastado"):
        assert b'"%s":0.00' % name in told


@pytest.mark.parametrize("path", ["", "/metrics"])
def test_an_unknown_campaign_is_404_and_a_malformed_id_400(api: Api, path: str) -> None:
    """It is refused on reading and on changing."""
    assert api.get(f"/{uuid4()}{path}").status_code == 404
    assert api.get(f"/7{path}").status_code == 400
    assert api.patch(f"{uuid4()}/activate").json_body["codigo"] == "campana-no-encontrada"
    assert api.patch("7/activate").status_code == 400
