"""The payments API, route by route."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest

import pagos.api
from seedwork.infraestructura.dependency_unavailable import DependencyUnavailableError
from support.lambda_events import FakeContext, proxy_event
from support.numbers import NO_AMOUNTS
from support.pagos.fakes import FakePagosUnitOfWork
from unit.pagos.conftest import CUERPO, Api


def test_a_payment_is_accepted_as_pending(api: Api) -> None:
    """The answer has exactly the contract's fields, with the amount as given."""
    answer = api.post()
    assert answer.status_code == 200
    assert set(answer.json_body) == {
        "id_pago", "id_afiliado", "monto", "moneda", "estado", "referencia_pago", "fecha_creacion", "mensaje",
    }  # fmt: skip
    assert answer.json_body["estado"] == "PENDIENTE"
    assert b'"monto":100.50' in answer.body
    assert "Idempotency-Replayed" not in answer.headers


@pytest.mark.parametrize(
    ("change", "campo"),
    [
        ({"monto": -1}, "monto"),
        ({"monto": 0}, "monto"),
        ({"monto": 0.001}, "monto"),
        ({"monto": 10**40}, "monto"),
        ({"monto": "100"}, "monto"),
        ({"monto": True}, "monto"),
        ({"monto": None}, "monto"),
        ({"monto": {}}, "monto"),
        ({"moneda": "GBP"}, "moneda"),
        ({"moneda": "cop"}, "moneda"),
        ({"moneda": 1}, "moneda"),
        ({"id_afiliado": ""}, "id_afiliado"),
        ({"id_afiliado": "   "}, "id_afiliado"),
        ({"id_afiliado": 7}, "id_afiliado"),
        ({"id_afiliado": "nulo\x00"}, "id_afiliado"),
        ({"id_afiliado": "\ud800"}, "id_afiliado"),
        ({"referencia_pago": "x" * 256}, "referencia_pago"),
        ({"referencia_pago": None}, "referencia_pago"),
        ({"referencia_pago": "comision-7c9e6679"}, "referencia_pago"),
        ({"id_campana": "no-es-uuid"}, "id_campana"),
        ({"id_afiliado": "afiliado-001\u200b"}, "id_afiliado"),
        ({"referencia_pago": "test-ref-001\u2060"}, "referencia_pago"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_stored(api: Api, change: dict[str, Any], campo: str) -> None:
    """The answer is 422 with the field and a Spanish message."""
    answer = api.post(CUERPO | change)
    assert answer.status_code == 422
    assert [error["campo"] for error in answer.json_body["errores"]] == [campo]
    assert answer.json_body["errores"][0]["mensaje"] != "no es válido"
    assert api.uow.transactions == 0


@pytest.mark.parametrize("number", NO_AMOUNTS)
def test_a_number_beyond_any_amount_is_a_wrong_field(api: Api, number: str) -> None:
    """It is valid JSON (RFC 8259, 6), so the field is refused and not the document."""
    answer = api.post(json.dumps(CUERPO).replace("100.5", number))
    assert (answer.status_code, [error["campo"] for error in answer.json_body["errores"]]) == (422, ["monto"])
    assert api.uow.transactions == 0


@pytest.mark.parametrize("campo", ["id_afiliado", "monto", "moneda", "referencia_pago"])
def test_a_missing_field_is_named(api: Api, campo: str) -> None:
    """Each of the four fields is required."""
    answer = api.post({name: value for name, value in CUERPO.items() if name != campo})
    assert answer.json_body["errores"] == [{"campo": campo, "codigo": "missing", "mensaje": "es obligatorio"}]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("", 400),
        ("{", 400),
        ('{"monto": NaN}', 400),
        ('{"monto": Infinity}', 400),
        (b"\xff\xfe", 400),
        ("[]", 422),
        ("x" * 1_000_000, 413),
    ],
)
def test_an_unreadable_body_is_refused(api: Api, body: str | bytes, status: int) -> None:
    """A body is refused if it is malformed or too large."""
    assert api.post(body).status_code == status
    assert api.uow.transactions == 0


def test_a_payment_can_be_read(api: Api) -> None:
    """The answer has exactly the contract's fields."""
    id_pago = api.post().json_body["id_pago"]
    answer = api.get(f"/pagos/{id_pago}")
    assert answer.status_code == 200
    assert set(answer.json_body) == {
        "id", "id_afiliado", "monto", "moneda", "estado", "referencia_pago", "fecha_creacion", "fecha_procesamiento",
        "mensaje_error",
    }  # fmt: skip
    assert (answer.json_body["id"], answer.json_body["estado"]) == (id_pago, "PENDIENTE")


def test_an_unknown_payment_is_404(api: Api) -> None:
    """The answer has a code for programs."""
    answer = api.get(f"/pagos/{uuid4()}")
    assert (answer.status_code, answer.json_body["codigo"]) == (404, "pago-no-encontrado")


@pytest.mark.parametrize("bad", ["7", "no-es-uuid", "{5d0f9d53-4a4c-4a8e-9c6f-0a1b2c3d4e5f}", "x" * 2_000])
@pytest.mark.usefixtures("api")
def test_a_malformed_id_is_400(bad: str) -> None:
    """It is refused before any query."""
    event = proxy_event("GET", f"/pagos/{bad}", resource="/pagos/{id_pago}", path_parameters={"id_pago": bad})
    answer = pagos.api.app(event, FakeContext())
    assert (answer["statusCode"], json.loads(answer["body"])["codigo"]) == (400, "identificador-no-valido")


def test_the_outbox_is_counted(api: Api) -> None:
    """The counts are whole numbers that add up, with the unknown outcomes and the age of the open payments by state."""
    api.post()
    answer = api.get("/pagos/outbox/estadisticas")
    assert answer.json_body == {
        "total_eventos": 1, "eventos_procesados": 0, "eventos_pendientes": 1, "pagos_desconocidos": 0,
        "mas_antiguo_segundos": {"PENDIENTE": 0, "PROCESANDO": None, "REVERSO_EN_CURSO": None},
    }  # fmt: skip


def test_the_api_is_healthy(api: Api) -> None:
    """The health check asks no dependency."""
    answer = api.get("/health")
    assert (answer.status_code, answer.json_body["status"], answer.json_body["service"]) == (200, "healthy", "pagos")


def test_a_dead_database_is_503(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer has Retry-After, and the same request is accepted once the database is back."""

    def down(*_args: object, **_kwargs: object) -> bool:
        raise DependencyUnavailableError("postgresql")

    with monkeypatch.context() as broken:
        broken.setattr(FakePagosUnitOfWork, "agregar", down)
        answer = api.post()
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert api.post().status_code == 200
