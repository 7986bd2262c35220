"""The list of payments over HTTP."""

from __future__ import annotations

import pytest

from unit.pagos.conftest import CUERPO, Api


def ids(answer: dict[str, list[dict[str, str]]]) -> list[str]:
    """Return the ids of a page."""
    return [pago["id"] for pago in answer["pagos"]]


def test_the_list_has_the_fields_of_a_payment_and_its_campaign(api: Api) -> None:
    """Each element is what `GET /pagos/{id_pago}` answers, and `id_campana`."""
    campana = "5d0f9d53-4a4c-4a8e-9c6f-0a1b2c3d4e5f"
    id_pago = api.post(CUERPO | {"id_campana": campana}).json_body["id_pago"]
    answer = api.get("/pagos")
    assert answer.status_code == 200
    assert answer.json_body == {
        "pagos": [api.get(f"/pagos/{id_pago}").json_body | {"id_campana": campana}],
        "limite": 50,
        "siguiente": None,
    }


def test_pages_follow_each_other_by_the_cursor(api: Api) -> None:
    """`siguiente` leads through all payments once, the newest first."""
    made = [api.post(CUERPO | {"referencia_pago": f"r-{n}"}).json_body["id_pago"] for n in range(5)]
    found, path = [], "/pagos?limite=2"
    while path:
        page = api.get(path).json_body
        found += ids(page)
        path = page["siguiente"] and f"/pagos?limite=2&cursor={page['siguiente']}"
    assert found == made[::-1]


def test_filters_choose(api: Api) -> None:
    """They are combined."""
    mine = api.post(CUERPO | {"id_afiliado": "otro"}).json_body["id_pago"]
    api.post()
    assert ids(api.get("/pagos?id_afiliado=otro&estado=PENDIENTE&desde=2020-01-01").json_body) == [mine]
    assert ids(api.get("/pagos?id_afiliado=otro&estado=EXITOSO").json_body) == []
    assert ids(api.get("/pagos?hasta=2020-01-01").json_body) == []


@pytest.mark.parametrize(
    ("query", "campo"),
    [
        ("limite=0", "limite"),
        ("limite=201", "limite"),
        ("limite=x", "limite"),
        ("estado=pagado", "estado"),
        ("desde=ayer", "desde"),
        ("hasta=1700000000", "hasta"),
        ("cursor=abc", "cursor"),
        ("cursor=%C3%A1", "cursor"),
        ("cursor=MjAyNi0wMS0wMSBubw==", "cursor"),
        ("id_afiliado=", "id_afiliado"),
        ("limit=5", "limit"),
    ],
)
def test_a_wrong_parameter_is_named(api: Api, query: str, campo: str) -> None:
    """The answer is 422 with the parameter and a Spanish message; an unknown one may be a typing error."""
    answer = api.get(f"/pagos?{query}")
    assert answer.status_code == 422
    assert [error["campo"] for error in answer.json_body["errores"]] == [campo]
    assert answer.json_body["errores"][0]["mensaje"] != "no es válido"


def test_a_period_does_not_end_before_it_begins(api: Api) -> None:
    """An empty one is answered with an empty list, as reports answer it."""
    inverted = api.get("/pagos?desde=2026-01-02&hasta=2026-01-01")
    assert (inverted.status_code, inverted.json_body["codigo"]) == (422, "periodo-invertido")
    empty = api.get("/pagos?desde=2026-01-02&hasta=2026-01-02")
    assert (empty.status_code, empty.json_body["pagos"]) == (200, [])


def test_recent_and_open_payments_are_counted(api: Api) -> None:
    """The current minute is the last of as many as asked for; states without a payment have no age."""
    api.post()
    answer = api.get("/pagos/estadisticas?minutos=3")
    assert answer.status_code == 200
    assert answer.json_body.keys() == {"por_minuto", "abiertos", "mas_antiguo_segundos"}
    assert len(answer.json_body["por_minuto"]) == 3
    assert sum(minuto["creados"] for minuto in answer.json_body["por_minuto"]) == 1
    assert answer.json_body["abiertos"] == {"PENDIENTE": 1, "PROCESANDO": 0}
    assert answer.json_body["mas_antiguo_segundos"]["PROCESANDO"] is None
    assert len(api.get("/pagos/estadisticas").json_body["por_minuto"]) == 10


@pytest.mark.parametrize("query", ["minutos=0", "minutos=61", "minutos=x", "minuto=5"])
def test_at_most_an_hour_is_counted(api: Api, query: str) -> None:
    """The answer is 422 otherwise."""
    assert api.get(f"/pagos/estadisticas?{query}").status_code == 422
