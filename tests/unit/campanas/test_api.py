"""The campaigns API, route by route."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from seedwork.infraestructura.dependency_unavailable import DependencyUnavailableError
from support.campanas.fakes import FakeCampanasUnitOfWork

if TYPE_CHECKING:
    from unit.campanas.conftest import Api


def test_a_campaign_is_created(api: Api) -> None:
    """The answer has the contract's fields, with the amount as given and dates in UTC."""
    answer = api.post()
    assert answer.status_code == 200
    campana = answer.json_body
    assert set(campana) == {
        "id", "nombre", "tipo", "descripcion", "estado", "presupuesto", "fecha_inicio", "fecha_fin", "fecha_creacion",
        "fecha_actualizacion", "id_afiliado", "version", "metricas",
    }  # fmt: skip
    assert (campana["estado"], campana["tipo"], campana["version"]) == ("CREATED", "PROMOCIONAL", 1)
    assert b'"presupuesto":{"monto":1000.50,"moneda":"COP"}' in answer.body
    assert campana["fecha_inicio"] == "2026-01-01T00:00:00+00:00"
    assert campana["fecha_fin"] == "2999-01-01T05:00:00+00:00"
    assert set(campana["metricas"]) == {
        "impresiones", "clicks", "conversiones", "gasto_actual", "ctr", "tasa_conversion",
    }  # fmt: skip
    assert api.get(f"/{campana['id']}").body == answer.body


@pytest.mark.parametrize(
    ("actions", "estado"),
    [
        (["activate"], "ACTIVE"),
        (["activate", "pause"], "PAUSED"),
        (["activate", "pause", "activate", "finish"], "COMPLETED"),
        (["cancel"], "CANCELLED"),
    ],
)
def test_an_action_changes_the_state(api: Api, actions: list[str], estado: str) -> None:
    """The answer confirms the action and has the campaign's id."""
    id_campana = api.nueva()
    answers = [api.patch(f"{id_campana}/{action}") for action in actions]
    assert [answer.status_code for answer in answers] == [200] * len(actions)
    assert set(answers[-1].json_body) == {"message", "id_campana"}
    assert answers[-1].json_body["id_campana"] == id_campana
    assert api.get(f"/{id_campana}").json_body["estado"] == estado


@pytest.mark.parametrize(
    ("changes", "action", "codigo"),
    [
        ({}, "pause", "transicion-no-permitida"),
        ({"presupuesto": {"monto": 0, "moneda": "COP"}}, "activate", "campana-sin-presupuesto"),
        ({"fecha_fin": "2026-01-02"}, "activate", "campana-vencida"),
    ],
)
def test_a_forbidden_command_is_a_conflict(api: Api, changes: dict[str, Any], action: str, codigo: str) -> None:
    """Each reason has a code of its own."""
    answer = api.patch(f"{api.nueva(**changes)}/{action}")
    assert (answer.status_code, answer.json_body["codigo"]) == (409, codigo)


def test_only_the_given_fields_are_changed(api: Api) -> None:
    """A description may be removed, and a budget be changed with other fields."""
    id_campana = api.nueva(descripcion="de prueba")
    before = api.get(f"/{id_campana}").json_body
    assert api.patch(id_campana, {"nombre": "Otoño", "presupuesto": {"monto": 7, "moneda": "COP"}}).status_code == 200
    after = api.get(f"/{id_campana}").json_body
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"nombre", "presupuesto", "version", "fecha_actualizacion"}
    api.patch(id_campana, {"descripcion": None})
    assert api.get(f"/{id_campana}").json_body["descripcion"] is None


@pytest.mark.parametrize(
    ("body", "campo", "codigo"),
    [
        ({}, "", "sin_cambios"),
        ({"id_afiliado": "otro"}, "id_afiliado", "extra_forbidden"),
        ({"estado": "ACTIVE"}, "estado", "extra_forbidden"),
        ({"nombre": " "}, "nombre", "string_too_short"),
        ({"nombre": "\u200b"}, "nombre", "string_too_short"),
        ({"tipo": "OTRO"}, "tipo", "enum"),
        ({"presupuesto": {"monto": 1000000.01, "moneda": "COP"}}, "presupuesto.monto", "less_than_equal"),
    ],
)
def test_an_invalid_change_is_refused_as_a_whole(api: Api, body: dict[str, Any], campo: str, codigo: str) -> None:
    """A change is never applied in part, nor silently ignored."""
    id_campana = api.nueva()
    answer = api.patch(id_campana, {"descripcion": "nueva"} | body if body else body)
    assert answer.status_code == 422
    assert (answer.json_body["errores"][0]["campo"], answer.json_body["errores"][0]["codigo"]) == (campo, codigo)
    assert api.get(f"/{id_campana}").json_body["version"] == 1


def test_the_list_has_pages(api: Api) -> None:
    """Pages are by offset, as the original's, or by cursor, which new campaigns do not shift."""
    ids = [api.nueva() for _ in range(5)]
    first = api.get("/?limit=2").json_body
    assert (first["total"], first["limit"], first["offset"]) == (5, 2, 0)
    assert [campana["id"] for campana in first["campanas"]] == [ids[4], ids[3]]
    api.nueva()
    second = api.get(f"/?limit=2&cursor={first['siguiente']}").json_body
    assert [campana["id"] for campana in second["campanas"]] == [ids[2], ids[1]]
    by_offset = api.get("/?limit=2&offset=3").json_body
    assert [campana["id"] for campana in by_offset["campanas"]] == [ids[2], ids[1]]
    last = api.get(f"/?limit=2&cursor={second['siguiente']}").json_body
    assert (len(last["campanas"]), last["siguiente"]) == (1, None)


def test_the_list_is_filtered(api: Api) -> None:
    """The filters are affiliate, state or both; the total counts the matching campaigns."""
    una, otra = api.nueva(id_afiliado="otro"), api.nueva(id_afiliado="otro")
    api.patch(f"{api.nueva()}/activate")
    api.patch(f"{una}/activate")
    for query, expected in (("id_afiliado=otro", 2), ("estado=ACTIVE", 2), ("id_afiliado=otro&estado=ACTIVE", 1)):
        page = api.get(f"/?{query}").json_body
        assert (page["total"], len(page["campanas"])) == (expected, expected)
    assert otra in {campana["id"] for campana in api.get("/?estado=CREATED").json_body["campanas"]}


def test_metrics_have_their_rates_and_suggestions(api: Api) -> None:
    """The answer has the original's shape."""
    id_campana = api.nueva()
    correction = {"impresiones": 1000, "clicks": 20, "conversiones": 2, "gasto_actual": 100.05}
    assert set(api.patch(f"{id_campana}/metrics", correction).json_body) == {"message", "id_campana"}
    answer = api.get(f"/{id_campana}/metrics").json_body
    assert set(answer) == {
        "id_campana", "metricas_basicas", "metricas_calculadas", "rendimiento", "optimizaciones",
    }  # fmt: skip
    assert answer["metricas_basicas"] | {"moneda": "COP"} == correction | {"moneda": "COP", "gasto_otras_monedas": {}}
    assert answer["metricas_calculadas"] == {
        "ctr": 2.0, "tasa_conversion": 10.0, "costo_por_click": 5.0, "costo_por_conversion": 50.03,
    }  # fmt: skip
    assert answer["rendimiento"]["nivel"] == "ALTO"
    listed = api.get(f"/{id_campana}").json_body["metricas"]
    assert (listed["gasto_actual"], listed["ctr"]) == (100.05, 2.0)


def test_a_budget_below_the_spent_amount_is_a_conflict(api: Api) -> None:
    """The campaign's own state refuses it."""
    id_campana = api.nueva()
    api.patch(f"{id_campana}/metrics", {"gasto_actual": 500})
    answer = api.patch(f"{id_campana}/budget", {"monto": 499.99, "moneda": "COP"})
    assert (answer.status_code, answer.json_body["codigo"]) == (409, "presupuesto-menor-que-gasto")
    answer = api.patch(f"{id_campana}/budget", {"monto": 600, "moneda": "USD"})
    assert (answer.status_code, answer.json_body["codigo"]) == (422, "moneda-distinta")


def test_statistics_are_about_all_campaigns(api: Api) -> None:
    """Campaigns are counted by state, and amounts are added by currency."""
    api.patch(f"{api.nueva()}/cancel")
    usd = api.nueva(presupuesto={"monto": 10, "moneda": "USD"})
    api.patch(f"{usd}/metrics", {"clicks": 3, "gasto_actual": 4})
    answer = api.get("/stats/general").json_body
    assert answer["total_campanas"] == 2
    assert answer["por_estado"] == {"CREATED": 1, "ACTIVE": 0, "PAUSED": 0, "COMPLETED": 0, "CANCELLED": 1}
    assert answer["presupuesto_total"] == {"COP": 1000.5, "USD": 10}
    assert answer["gasto_total"] == {"USD": 4}
    assert answer["metricas"]["clicks"] == 3


def test_a_change_may_insist_on_a_version(api: Api) -> None:
    """A concurrent change is not overwritten; a repetition of the change itself is no conflict."""
    id_campana = api.nueva()
    for _ in range(2):
        answer = api.patch(id_campana, {"nombre": "Otoño"}, If_Match='"1"', Idempotency_Key="clave")
        assert answer.status_code == 200
    answer = api.patch(id_campana, {"nombre": "Invierno"}, If_Match='"1"')
    assert (answer.status_code, answer.json_body["codigo"]) == (412, "version-distinta")
    assert api.patch(id_campana, {"nombre": "Invierno"}, If_Match="2").status_code == 200
    assert api.patch(id_campana, {"nombre": "Primavera"}, If_Match="*").status_code == 200
    assert api.patch(id_campana, {"nombre": "Primavera"}, If_Match="W/x").status_code == 400


def test_an_unavailable_database_is_503(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """The caller may try again; the health check does not depend on the database."""

    def unavailable(*_: Any, **__: Any) -> None:
        raise DependencyUnavailableError("postgresql")

    monkeypatch.setattr(FakeCampanasUnitOfWork, "__enter__", unavailable)
    answer = api.post()
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    for path in ("/healthz", "/health"):
        assert api.get(path).json_body["status"] == "healthy"
