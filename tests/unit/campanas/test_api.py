"""The campaigns API, route by route."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest
from chalice.test import Client

import campanas.api
from campanas.composition_root import Dependencies
from seedwork.dominio.solicitud import Solicitud
from seedwork.infraestructura.dependency_unavailable import DependencyUnavailableError
from support.builders import una_traza
from support.campanas.builders import AHORA, un_presupuesto
from support.campanas.fakes import FakeCampanasUnitOfWork, FakeConsultas
from support.numbers import NO_AMOUNTS

if TYPE_CHECKING:
    from chalice.test import HTTPResponse

CUERPO = {
    "nombre": "Verano",
    "presupuesto": {"monto": 1000.50, "moneda": "COP"},
    "fecha_inicio": "2026-01-01",
    "fecha_fin": "2999-01-01T00:00:00-05:00",
    "id_afiliado": "afiliado-001",
}


class Api:
    """A client of the API on fakes."""

    def __init__(self, client: Client, uow: FakeCampanasUnitOfWork) -> None:
        self._http = client.http
        self.uow = uow

    def post(self, body: Any = CUERPO, **headers: str) -> HTTPResponse:
        """`POST /campaigns`; the body is JSON text already, or becomes it."""
        return self._send(self._http.post, "/campaigns", body, headers)

    def patch(self, path: str, body: Any = None, **headers: str) -> HTTPResponse:
        """`PATCH /campaigns/{path}`."""
        return self._send(self._http.patch, f"/campaigns/{path}", body, headers)

    def get(self, path: str = "") -> HTTPResponse:
        """`GET /campaigns{path}`."""
        return self._http.get(f"/campaigns{path}")

    def nueva(self, **changes: Any) -> str:
        """The id of a new campaign."""
        return str(self.post(CUERPO | changes).json_body["id"])

    @staticmethod
    def _send(send: Any, path: str, body: Any, headers: dict[str, str]) -> HTTPResponse:
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        text = b"" if body is None else (body if isinstance(body, str) else json.dumps(body)).encode()
        answer: HTTPResponse = send(path, body=text, headers={"Content-Type": "application/json", **names})
        return answer


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[Api]:
    """On the fake unit of work."""
    uow = FakeCampanasUnitOfWork()
    dependencies = Dependencies(uow=uow, consultas=FakeConsultas(uow))
    monkeypatch.setattr(campanas.api, "dependencies", lambda: dependencies)
    with Client(campanas.api.app) as client:
        yield Api(client, uow)


def test_a_campaign_is_created(api: Api) -> None:
    """The answer has the contract's fields, with the amount as it was given and dates in UTC."""
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


def test_a_repetition_gets_the_first_answer(api: Api) -> None:
    """Also when the campaign has changed since."""
    first = api.post(Idempotency_Key="clave-1")
    api.patch(f"{first.json_body['id']}/activate")
    second = api.post(Idempotency_Key='"clave-1"')
    assert second.body == first.body
    assert second.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    assert api.get().json_body["total"] == 1


def test_without_a_key_nothing_is_a_repetition(api: Api) -> None:
    """Two equal campaigns are two."""
    assert api.nueva() != api.nueva()


def test_a_repeated_change_takes_effect_once(api: Api) -> None:
    """Although the state that it has led to would not allow it."""
    id_campana = api.nueva()
    first, second = (api.patch(f"{id_campana}/activate", Idempotency_Key="clave-2") for _ in range(2))
    assert second.status_code == 200
    assert (second.body, second.headers["Idempotency-Replayed"]) == (first.body, "true")
    assert api.patch(f"{id_campana}/activate", Idempotency_Key="clave-3").status_code == 409


def test_a_repeated_change_that_changed_nothing_does_nothing_later(api: Api) -> None:
    """What somebody else has done since is not undone."""
    id_campana = api.nueva()
    assert api.patch(id_campana, {"nombre": "Verano"}, Idempotency_Key="clave").status_code == 200
    api.patch(id_campana, {"nombre": "Otoño"})
    assert api.patch(id_campana, {"nombre": "Verano"}, Idempotency_Key="clave").status_code == 200
    assert api.get(f"/{id_campana}").json_body["nombre"] == "Otoño"


def test_the_same_campaign_written_otherwise_is_the_same_request(api: Api) -> None:
    """Amounts and instants are compared by value, texts by what they are canonically equivalent to (UAX 15)."""
    cuerpo = CUERPO | {"nombre": "Rebajas de caf\u00e9", "presupuesto": {"monto": 1000.5, "moneda": "COP"}}
    cuerpo |= {"fecha_inicio": "2026-01-01T00:00:00Z"}
    first = api.post(cuerpo, Idempotency_Key="clave")
    otra = {
        "descripcion": None,
        "tipo": "PROMOCIONAL",
        "fecha_inicio": "2025-12-31T19:00:00.000-05:00",
        "presupuesto": {"moneda": "COP", "monto": "MONTO"},
        "nombre": "Rebajas de cafe\u0301",
    }
    second = api.post(json.dumps(cuerpo | otra).replace('"MONTO"', "1.000500E3"), Idempotency_Key="clave")
    assert (second.status_code, second.body) == (200, first.body)
    assert second.headers["Idempotency-Replayed"] == "true"


@pytest.mark.parametrize(
    ("path", "una", "otra"),
    [
        ("/budget", '{"monto":5,"moneda":"COP"}', '{"moneda":"COP","monto":5.00}'),
        ("/metrics", '{"gasto_actual":7.5}', '{"gasto_actual":7.50,"clicks":null}'),
        (
            "",
            '{"nombre":"x","fecha_fin":"2027-01-01"}',
            '{"tipo":null,"fecha_fin":"2026-12-31T21:00:00-03:00","nombre":"x"}',
        ),
        ("", '{"presupuesto":{"monto":6,"moneda":"USD"}}', '{"presupuesto":{"monto":60e-1,"moneda":"USD"}}'),
    ],
)
def test_the_same_change_written_otherwise_is_the_same_request(api: Api, path: str, una: str, otra: str) -> None:
    """It is answered as the first one was, and takes effect once."""
    id_campana = api.nueva()
    first, second = (api.patch(f"{id_campana}{path}", cuerpo, Idempotency_Key="clave") for cuerpo in (una, otra))
    assert (first.status_code, second.status_code, second.body) == (200, 200, first.body)
    assert second.headers["Idempotency-Replayed"] == "true"
    assert api.get(f"/{id_campana}").json_body["version"] == 2


def test_taking_a_description_away_is_no_silence_about_it(api: Api) -> None:
    """In a change null says something, where absence does not."""
    id_campana = api.nueva()
    assert api.patch(id_campana, {"nombre": "x"}, Idempotency_Key="clave").status_code == 200
    assert api.patch(id_campana, {"nombre": "x", "descripcion": None}, Idempotency_Key="clave").status_code == 422


def test_a_request_from_before_is_still_known(api: Api) -> None:
    """Of what earlier versions stored there is the hash of the body as it was written."""
    id_campana = api.nueva()
    accion = f"cambiar-presupuesto {id_campana}"
    written = f'["{accion}",{{"monto":"5.50","moneda":"COP"}}]'
    solicitud = Solicitud(clave="de-antes", huella=hashlib.sha256(written.encode()).hexdigest())
    with api.uow as uow:
        campana = uow.buscar(UUID(id_campana))
        assert campana is not None
        campana.cambiar_presupuesto(un_presupuesto("5.50"), ahora=AHORA)
        uow.guardar(campana, solicitud=solicitud, traza=una_traza())
        uow.commit()
    answer = api.patch(f"{id_campana}/budget", '{"monto":5.50,"moneda":"COP"}', Idempotency_Key="de-antes")
    assert (answer.status_code, answer.headers.get("Idempotency-Replayed")) == (200, "true")


def test_affiliates_do_not_share_keys(api: Api) -> None:
    """Of a change the affiliate is that of the campaign."""
    suya = api.post(Idempotency_Key="clave").json_body
    ajena = api.post(CUERPO | {"id_afiliado": "otro"}, Idempotency_Key="clave")
    assert (ajena.status_code, ajena.json_body["id_afiliado"]) == (200, "otro")
    for campana in (suya, ajena.json_body):
        assert api.patch(f"{campana['id']}/activate", Idempotency_Key="otra").status_code == 200
        assert api.patch(f"{campana['id']}/pause", Idempotency_Key="otra").status_code == 422


@pytest.mark.parametrize("otra", ["body", "campaign", "action"])
def test_a_key_belongs_to_one_request(api: Api, otra: str) -> None:
    """With another one it is refused, and nothing changes."""
    una, dos = api.nueva(), api.nueva()
    presupuesto = {"monto": 5, "moneda": "COP"}
    assert api.patch(f"{una}/budget", presupuesto, Idempotency_Key="clave").status_code == 200
    answer = {
        "body": lambda: api.patch(f"{una}/budget", presupuesto | {"monto": 6}, Idempotency_Key="clave"),
        "campaign": lambda: api.patch(f"{dos}/budget", presupuesto, Idempotency_Key="clave"),
        "action": lambda: api.patch(f"{una}/cancel", Idempotency_Key="clave"),
    }[otra]()
    assert (answer.status_code, answer.json_body["codigo"]) == (422, "clave-de-idempotencia-reutilizada")
    assert api.get(f"/{una}").json_body["presupuesto"]["monto"] == 5
    assert api.get(f"/{dos}").json_body["version"] == 1


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
    """And says so, with the campaign's id."""
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
def test_what_the_campaign_does_not_allow_is_a_conflict(
    api: Api, changes: dict[str, Any], action: str, codigo: str
) -> None:
    """With a code of its own for each reason."""
    answer = api.patch(f"{api.nueva(**changes)}/{action}")
    assert (answer.status_code, answer.json_body["codigo"]) == (409, codigo)


def test_what_is_given_is_changed_and_nothing_else(api: Api) -> None:
    """A description may be taken away, a budget be given with the rest."""
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
def test_a_change_that_cannot_be_made_is_refused_as_a_whole(
    api: Api, body: dict[str, Any], campo: str, codigo: str
) -> None:
    """Never half of it, and never silently nothing."""
    id_campana = api.nueva()
    answer = api.patch(id_campana, {"descripcion": "nueva"} | body if body else body)
    assert answer.status_code == 422
    assert (answer.json_body["errores"][0]["campo"], answer.json_body["errores"][0]["codigo"]) == (campo, codigo)
    assert api.get(f"/{id_campana}").json_body["version"] == 1


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
    """And nothing is created."""
    answer = api.post(CUERPO | change)
    assert answer.status_code == 422
    assert [error["campo"] for error in answer.json_body["errores"]] == [campo]
    assert api.get().json_body["total"] == 0


def test_an_end_before_the_start_is_refused(api: Api) -> None:
    """At creation and by a change."""
    wrong = {"fecha_inicio": "2026-02-01", "fecha_fin": "2026-01-31"}
    assert api.post(CUERPO | wrong).json_body["codigo"] == "fechas-no-validas"
    answer = api.patch(api.nueva(), {"fecha_fin": "2025-01-01"})
    assert (answer.status_code, answer.json_body["codigo"]) == (422, "fechas-no-validas")


def test_the_list_has_pages(api: Api) -> None:
    """By offset as the original's, or by cursor, which is not shifted by what is created meanwhile."""
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
    """By affiliate, by state, and by both; the total is of what fits."""
    una, otra = api.nueva(id_afiliado="otro"), api.nueva(id_afiliado="otro")
    api.patch(f"{api.nueva()}/activate")
    api.patch(f"{una}/activate")
    for query, expected in (("id_afiliado=otro", 2), ("estado=ACTIVE", 2), ("id_afiliado=otro&estado=ACTIVE", 1)):
        page = api.get(f"/?{query}").json_body
        assert (page["total"], len(page["campanas"])) == (expected, expected)
    assert otra in {campana["id"] for campana in api.get("/?estado=CREATED").json_body["campanas"]}


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=1001", "limit=x", "offset=-1", "offset=99999999999999999999", "estado=OTRO", "id_afiliado=",
     "cursor=abc", "cursor=%C3%A1", "cursor=MjAyNi0wMS0wMSBubw=="],
)  # fmt: skip
def test_a_wrong_parameter_is_named(api: Api, query: str) -> None:
    """In the list's query."""
    answer = api.get(f"/?{query}")
    assert answer.status_code == 422
    assert answer.json_body["errores"][0]["campo"] == query.partition("=")[0]


def test_metrics_are_told_with_what_follows_from_them(api: Api) -> None:
    """In the original's shape."""
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


@pytest.mark.parametrize(
    "body", [{}, {"clicks": -1}, {"clicks": 1.5}, {"clicks": True}, {"clicks": 10**16}, {"ctr": 1}]
)
def test_a_wrong_correction_is_refused(api: Api, body: dict[str, Any]) -> None:
    """Rates follow from counts, and counts are whole."""
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
def test_a_number_that_is_no_amount_is_a_wrong_field(api: Api, path: str, body: str, campo: str, number: str) -> None:
    """It is JSON (RFC 8259, 6), so the field is refused and not the document."""
    id_campana = api.nueva()
    answer = api.patch(f"{id_campana}/{path}", body.replace("NUMBER", number))
    assert (answer.status_code, [error["campo"] for error in answer.json_body["errores"]]) == (422, [campo])
    assert api.get(f"/{id_campana}").json_body["version"] == 1


@pytest.mark.parametrize("zero", ["0", "-0", "0.0", "0.00", "-0.00", "0e2"])
def test_nothing_is_written_in_one_way(api: Api, zero: str) -> None:
    """Of money: with its cents and without a sign, whatever was sent; so it is where nothing was spent yet."""
    body = json.dumps(CUERPO | {"presupuesto": {"monto": "nothing", "moneda": "COP"}}).replace('"nothing"', zero)
    created = api.post(body)
    assert b'"presupuesto":{"monto":0.00,' in created.body
    assert b'"gasto_actual":0.00,' in created.body
    id_campana = created.json_body["id"]
    api.patch(f"{id_campana}/metrics", f'{{"gasto_actual": {zero}}}')
    told = api.get(f"/{id_campana}/metrics").body
    for name in (b"gasto_actual", b"presupuesto_restante", b"porcentaje_gastado"):
        assert b'"%s":0.00' % name in told


def test_a_budget_below_what_was_spent_is_a_conflict(api: Api) -> None:
    """The campaign's own state refuses it."""
    id_campana = api.nueva()
    api.patch(f"{id_campana}/metrics", {"gasto_actual": 500})
    answer = api.patch(f"{id_campana}/budget", {"monto": 499.99, "moneda": "COP"})
    assert (answer.status_code, answer.json_body["codigo"]) == (409, "presupuesto-menor-que-gasto")
    answer = api.patch(f"{id_campana}/budget", {"monto": 600, "moneda": "USD"})
    assert (answer.status_code, answer.json_body["codigo"]) == (422, "moneda-distinta")


def test_statistics_are_about_all_campaigns(api: Api) -> None:
    """By state, and amounts by currency."""
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
    """What somebody else has changed meanwhile is not overwritten; a repetition of the change itself is no conflict."""
    id_campana = api.nueva()
    for _ in range(2):
        answer = api.patch(id_campana, {"nombre": "Otoño"}, If_Match='"1"', Idempotency_Key="clave")
        assert answer.status_code == 200
    answer = api.patch(id_campana, {"nombre": "Invierno"}, If_Match='"1"')
    assert (answer.status_code, answer.json_body["codigo"]) == (412, "version-distinta")
    assert api.patch(id_campana, {"nombre": "Invierno"}, If_Match="2").status_code == 200
    assert api.patch(id_campana, {"nombre": "Primavera"}, If_Match="*").status_code == 200
    assert api.patch(id_campana, {"nombre": "Primavera"}, If_Match="W/x").status_code == 400


@pytest.mark.parametrize("key", ["", "con espacio", "ñ", "x" * 256])
def test_an_unusable_key_is_refused(api: Api, key: str) -> None:
    """Before anything is done."""
    answer = api.post(Idempotency_Key=key)
    assert (answer.status_code, answer.json_body["codigo"]) == (400, "idempotency-key-no-valida")


@pytest.mark.parametrize("path", ["", "/metrics"])
def test_an_unknown_campaign_is_404_and_a_malformed_id_400(api: Api, path: str) -> None:
    """Whether it is read or changed."""
    assert api.get(f"/{uuid4()}{path}").status_code == 404
    assert api.get(f"/7{path}").status_code == 400
    assert api.patch(f"{uuid4()}/activate").json_body["codigo"] == "campana-no-encontrada"
    assert api.patch("7/activate").status_code == 400


def test_a_database_that_is_down_is_503(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """The caller may try again; health does not depend on it."""

    def unavailable(*_: Any, **__: Any) -> None:
        raise DependencyUnavailableError("postgresql")

    monkeypatch.setattr(FakeCampanasUnitOfWork, "__enter__", unavailable)
    answer = api.post()
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    for path in ("/healthz", "/health"):
        assert api.get(path).json_body["status"] == "healthy"
