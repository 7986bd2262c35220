"""A repeated request takes effect once, in any spelling."""

from __future__ import annotations

import hashlib
import json
from uuid import UUID

import pytest

from seedwork.dominio.solicitud import Solicitud
from support.builders import una_traza
from support.campanas.builders import AHORA, un_presupuesto
from unit.campanas.conftest import CUERPO, Api


def test_a_repetition_gets_the_first_answer(api: Api) -> None:
    """The answer is the first one, even if the campaign has changed since."""
    first = api.post(Idempotency_Key="clave-1")
    api.patch(f"{first.json_body['id']}/activate")
    second = api.post(Idempotency_Key='"clave-1"')
    assert second.body == first.body
    assert second.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    assert api.get().json_body["total"] == 1


def test_without_a_key_no_request_is_a_repetition(api: Api) -> None:
    """Two equal requests create two campaigns."""
    assert api.nueva() != api.nueva()


def test_a_repeated_change_takes_effect_once(api: Api) -> None:
    """The repetition is answered, even though the new state would not allow the change."""
    id_campana = api.nueva()
    first, second = (api.patch(f"{id_campana}/activate", Idempotency_Key="clave-2") for _ in range(2))
    assert second.status_code == 200
    assert (second.body, second.headers["Idempotency-Replayed"]) == (first.body, "true")
    assert api.patch(f"{id_campana}/activate", Idempotency_Key="clave-3").status_code == 409


def test_a_repeated_no_op_changes_nothing_later(api: Api) -> None:
    """A later change by another caller is not undone."""
    id_campana = api.nueva()
    assert api.patch(id_campana, {"nombre": "Verano"}, Idempotency_Key="clave").status_code == 200
    api.patch(id_campana, {"nombre": "Otoño"})
    assert api.patch(id_campana, {"nombre": "Verano"}, Idempotency_Key="clave").status_code == 200
    assert api.get(f"/{id_campana}").json_body["nombre"] == "Otoño"


def test_the_same_campaign_in_another_form_is_the_same_request(api: Api) -> None:
    """Amounts and instants are compared by value, texts by canonical equivalence (UAX 15)."""
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
def test_the_same_change_in_another_form_is_the_same_request(api: Api, path: str, una: str, otra: str) -> None:
    """It gets the first answer and takes effect once."""
    id_campana = api.nueva()
    first, second = (api.patch(f"{id_campana}{path}", cuerpo, Idempotency_Key="clave") for cuerpo in (una, otra))
    assert (first.status_code, second.status_code, second.body) == (200, 200, first.body)
    assert second.headers["Idempotency-Replayed"] == "true"
    assert api.get(f"/{id_campana}").json_body["version"] == 2


def test_removing_a_description_differs_from_omitting_it(api: Api) -> None:
    """In a change, null removes the description and absence leaves it."""
    id_campana = api.nueva()
    assert api.patch(id_campana, {"nombre": "x"}, Idempotency_Key="clave").status_code == 200
    assert api.patch(id_campana, {"nombre": "x", "descripcion": None}, Idempotency_Key="clave").status_code == 422


def test_a_request_of_an_earlier_version_is_recognized(api: Api) -> None:
    """Earlier versions stored the hash of the body as written."""
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
    """A change belongs to the campaign's affiliate."""
    suya = api.post(Idempotency_Key="clave").json_body
    ajena = api.post(CUERPO | {"id_afiliado": "otro"}, Idempotency_Key="clave")
    assert (ajena.status_code, ajena.json_body["id_afiliado"]) == (200, "otro")
    for campana in (suya, ajena.json_body):
        assert api.patch(f"{campana['id']}/activate", Idempotency_Key="otra").status_code == 200
        assert api.patch(f"{campana['id']}/pause", Idempotency_Key="otra").status_code == 422


@pytest.mark.parametrize("otra", ["body", "campaign", "action"])
def test_a_key_belongs_to_one_request(api: Api, otra: str) -> None:
    """With another request the key is refused, and nothing changes."""
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


@pytest.mark.parametrize("key", ["", "con espacio", "ñ", "x" * 256])
def test_an_unusable_key_is_refused(api: Api, key: str) -> None:
    """It is refused before anything is done."""
    answer = api.post(Idempotency_Key=key)
    assert (answer.status_code, answer.json_body["codigo"]) == (400, "idempotency-key-no-valida")
