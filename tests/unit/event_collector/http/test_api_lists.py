"""The list of events and the counts of recent ones over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from unit.event_collector.conftest import EVENTO

if TYPE_CHECKING:
    from unit.event_collector.conftest import Api


def test_the_list_has_the_state_of_each_event(api: Api) -> None:
    """The newest comes first, with the facts that its status has."""
    api.post(EVENTO)
    conversion = {**EVENTO, "tipo_evento": "CONVERSION", "valor_conversion": 12.5, "moneda": "USD"}
    id_evento = api.post(conversion).json_body["id_evento"]
    answer = api.get("events")
    assert (answer.status_code, answer.json_body["limite"], answer.json_body["siguiente"]) == (200, 50, None)
    newest, click = answer.json_body["eventos"]
    assert newest == {
        "id_evento": id_evento, "tipo_evento": "CONVERSION", "id_afiliado": "afiliado-001", "estado": "RECIBIDO",
        "timestamp": api.ahora.isoformat(), "fecha_publicacion": None, "id_campana": None, "fuente_evento": "WEB_TAG",
        "valor_conversion": 12.5, "moneda": "USD", "pago": None,
    }  # fmt: skip
    assert (click["tipo_evento"], click["valor_conversion"]) == ("CLICK", None)


def test_pages_follow_each_other_by_the_cursor(api: Api) -> None:
    """`siguiente` leads through all events once."""
    made = [api.post({**EVENTO, "id_evento_cliente": str(n)}).json_body["id_evento"] for n in range(5)]
    found, path = [], "events?limite=2"
    while path:
        page = api.get(path).json_body
        found += [evento["id_evento"] for evento in page["eventos"]]
        path = page["siguiente"] and f"events?limite=2&cursor={page['siguiente']}"
    assert found == made[::-1]


def test_filters_are_combined(api: Api) -> None:
    """A type may be written as in an event."""
    api.post(EVENTO)
    mine = api.post({**EVENTO, "id_afiliado": "otro"}).json_body["id_evento"]
    page = api.get("events?id_afiliado=otro&tipo_evento=click&estado=RECIBIDO&desde=2020-01-01").json_body
    assert [evento["id_evento"] for evento in page["eventos"]] == [mine]
    assert api.get("events?id_afiliado=otro&estado=FALLIDO").json_body["eventos"] == []


@pytest.mark.parametrize(
    "query",
    ["events?limite=0", "events?limite=201", "events?estado=x", "events?tipo_evento=x", "events?cursor=abc",
     "events?desde=ayer", "events?limit=5", "events?desde=2026-01-02&hasta=2026-01-01", "statistics/recent?minutos=0",
     "statistics/recent?minutos=61", "statistics/recent?minuto=1"],
)  # fmt: skip
def test_a_wrong_parameter_is_refused(api: Api, query: str) -> None:
    """The answer is 422; an unknown parameter may be a typing error."""
    assert api.get(query).status_code == 422


def test_an_empty_period_has_no_events(api: Api) -> None:
    """It is answered, as reports answer it."""
    answer = api.get("events?desde=2026-01-02&hasta=2026-01-02")
    assert (answer.status_code, answer.json_body["eventos"]) == (200, [])


def test_only_listed_pages_may_read_the_list(api: Api) -> None:
    """Any page may send events to the same path."""
    headers = {"Origin": "https://otra.example"}
    assert "Access-Control-Allow-Origin" not in api.get("events", **headers).headers
    assert api.post(EVENTO, **headers).headers["Access-Control-Allow-Origin"] == "*"


def test_recent_events_are_counted_by_type(api: Api) -> None:
    """The current minute is the last of as many as asked for."""
    api.post(EVENTO)
    minutos = api.get("statistics/recent?minutos=3").json_body["por_minuto"]
    assert len(minutos) == 3
    assert minutos[-1]["por_tipo"] == {"CLICK": 1, "IMPRESSION": 0, "CONVERSION": 0, "PAGE_VIEW": 0}
    assert sum(minutos[0]["por_tipo"].values()) == 0
