"""The reports API answers in each version, and names invalid parameters."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from pydantic import BaseModel, Field

from reportes.dominio.pago_reportado import EstadoReportado
from seedwork.dominio.dinero import Moneda
from seedwork.infraestructura.dependency_unavailable import DependencyUnavailableError
from support.builders import AHORA
from support.reportes.builders import un_pago, utc
from support.reportes.fakes import FakeInformes

if TYPE_CHECKING:
    from unit.reportes.conftest import Api

UNA, OTRA = UUID(int=1), UUID(int=2)
ENERO = "fecha_desde=2026-01-01&fecha_hasta=2026-02-01"
V1 = (
    b'{"summary":{"totalPayments":3,"totalAmount":300.75,"currency":"COP"},'
    b'"period":{"from":"2026-01-01T00:00:00Z","to":"2026-02-01T00:00:00Z"}}'
)
V2 = (
    b'{"summary":{"totalPayments":3,"totalAmount":300.75,"currency":"COP","avgTicket":100.25,'
    b'"byStatus":{"PENDING":1,"COMPLETED":2,"FAILED":0}},'
    b'"period":{"from":"2026-01-01T00:00:00Z","to":"2026-02-01T00:00:00Z"},'
    b'"breakdown":{"byCampaign":[{"campaignId":"00000000-0000-0000-0000-000000000002","payments":2,"amount":200.50},'
    b'{"campaignId":null,"payments":1,"amount":100.25}],'
    b'"byCurrency":[{"currency":"USD","payments":1,"amount":7.00}]},"version":"v2"}'
)


class Summary(BaseModel):
    """The summary of version 1."""

    totalPayments: int  # noqa: N815 - the contract's names
    totalAmount: Decimal  # noqa: N815
    currency: str


class Period(BaseModel):
    """The period of version 1."""

    since: str | None = Field(alias="from")
    to: str | None


class V1Report(BaseModel):
    """The report for a strict client of version 1, which ignores unknown fields."""

    summary: Summary
    period: Period


@pytest.fixture
def unos_pagos(api: Api) -> None:
    """Project payments of January in two currencies, one of February, and a reversed one."""
    enero = utc(2026, 1, 31, 23)
    api.hay(
        un_pago("100.25", fecha=enero, id_afiliado="ana"),
        un_pago("100.25", fecha=enero, estado=EstadoReportado.COMPLETED, id_campana=OTRA),
        un_pago("100.25", fecha=utc(2026, 1, 1), estado=EstadoReportado.COMPLETED, id_campana=OTRA),
        un_pago("7", Moneda.USD, fecha=enero, id_campana=UNA),
        un_pago("50", fecha=utc(2026, 2, 1), estado=EstadoReportado.FAILED, id_campana=UNA),
        un_pago("1000", fecha=enero, estado=EstadoReportado.REVERSED, id_campana=UNA),
    )


@pytest.mark.usefixtures("unos_pagos")
@pytest.mark.parametrize(("version", "body"), [("v1", V1), ("v2", V2)])
def test_a_report_has_exactly_this_form(api: Api, version: str, body: bytes) -> None:
    """Amounts have their cents; a header names the version."""
    answer = api.get(f"payments?{ENERO}&version={version}")
    assert (answer.status_code, answer.body) == (200, body)
    assert (answer.headers["X-Report-Version"], answer.headers["Content-Type"]) == (version, "application/json")


@pytest.mark.usefixtures("unos_pagos")
@pytest.mark.parametrize("query", ["", f"{ENERO}&", "moneda=EUR&", "estado=REVERSED&", "id_afiliado=nadie&"])
def test_version_2_has_all_that_version_1_has(api: Api, query: str) -> None:
    """The fields have the same places, so a reader of version 1 can read version 2."""
    uno, dos = (api.get(f"payments?{query}version={version}") for version in ("v1", "v2"))
    assert V1Report.model_validate_json(dos.body) == V1Report.model_validate_json(uno.body)
    assert contains(dos.json_body, uno.json_body)


def contains(whole: Any, part: Any) -> bool:
    """Return whether all of the part is in the whole."""
    if isinstance(part, dict):
        return all(name in whole and contains(whole[name], value) for name, value in part.items())
    return bool(whole == part)


def test_a_report_without_payments_has_zeros(api: Api) -> None:
    """There is no division by zero for the average."""
    assert api.get("payments?version=v1").json_body == {
        "summary": {"totalPayments": 0, "totalAmount": 0, "currency": "COP"}, "period": {"from": None, "to": None},
    }  # fmt: skip
    detail = api.get("payments?version=v2&moneda=USD").json_body
    assert detail["summary"] == {
        "totalPayments": 0, "totalAmount": 0, "currency": "USD", "avgTicket": 0,
        "byStatus": {"PENDING": 0, "COMPLETED": 0, "FAILED": 0},
    }  # fmt: skip
    assert detail["breakdown"] == {"byCampaign": [], "byCurrency": []}


@pytest.mark.usefixtures("unos_pagos")
@pytest.mark.parametrize(
    ("query", "pagos"),
    [
        ("", 4),
        ("fecha_hasta=2026-01-31T23:00:00Z", 1),
        ("fecha_desde=2026-01-31T18:00:00-05:00", 3),
        ("fecha_desde=2026-01-31T18:00:00.000001-05:00", 1),
        # a payment's instant is also stored to the microsecond
        ("fecha_desde=2026-01-31T18:00:00.0000009999-05:00", 3),
        ("fecha_hasta=2026-01-31T23:00:00.0000009999Z", 1),
        ("moneda=USD", 1),
        ("estado=PENDING", 1),
        ("estado=FAILED", 1),
        ("estado=REVERSED", 1),
        (f"id_campana={OTRA}", 2),
        ("id_afiliado=ana", 1),
        (f"id_afiliado=ana&id_campana={OTRA}", 0),
        ("estado=COMPLETED&fecha_desde=2026-01-02", 1),
    ],
)
def test_a_report_covers_the_requested_payments(api: Api, query: str, pagos: int) -> None:
    """Each parameter limits it."""
    for version in ("v1", "v2"):
        answer = api.get(f"payments?version={version}&{query}")
        assert answer.json_body["summary"]["totalPayments"] == pagos


@pytest.mark.parametrize("plus", ["+", "%2B", "%20"])
@pytest.mark.parametrize("offset", ["05:00", "0500", "05"])
def test_an_unencoded_plus_is_read_as_plus(api: Api, plus: str, offset: str) -> None:
    """Before an offset from UTC, a space can only be a +."""
    answer = api.get(f"payments?fecha_desde=2026-11-01T00:00:00{plus}{offset}")
    assert answer.json_body["period"]["from"] == "2026-10-31T19:00:00Z"


@pytest.mark.parametrize(
    ("query", "campo", "codigo"),
    [
        ("fecha=2026-01-01", "fecha", "extra_forbidden"),
        ("Moneda=USD", "Moneda", "extra_forbidden"),
        ("moneda=GBP", "moneda", "enum"),
        ("moneda=usd", "moneda", "enum"),
        ("estado=PENDIENTE", "estado", "enum"),
        ("estado=", "estado", "enum"),
        ("version=v3", "version", "enum"),
        ("id_campana=7", "id_campana", "uuid_parsing"),
        ("id_afiliado=", "id_afiliado", "string_too_short"),
        ("id_afiliado=%00", "id_afiliado", "string_pattern_mismatch"),
        ("fecha_desde=ayer", "fecha_desde", "datetime_parsing"),
        ("fecha_desde=1767225600", "fecha_desde", "datetime_parsing"),
        ("fecha_hasta=2026-02-30", "fecha_hasta", "datetime_parsing"),
        ("fecha_hasta=2026-11-01+05:00", "fecha_hasta", "datetime_parsing"),
        ("fecha_hasta=2026-11-01_10:00", "fecha_hasta", "datetime_parsing"),
        ("fecha_hasta=2026-01-01T00:00:00 99:00", "fecha_hasta", "datetime_parsing"),
        ("fecha_hasta=0001-01-01T00:00:00%2B14:00", "fecha_hasta", "datetime_parsing"),
    ],
)
@pytest.mark.parametrize("path", ["payments", "payments.csv"])
def test_a_wrong_parameter_is_named(api: Api, path: str, query: str, campo: str, codigo: str) -> None:
    """An unknown name is refused too: a report of everything would look like the intended one."""
    answer = api.get(f"{path}?{query.replace(' ', '%20')}")
    assert answer.status_code == 422
    assert [(error["campo"], error["codigo"]) for error in answer.json_body["errores"]] == [(campo, codigo)]


def test_a_period_has_the_original_apis_form(api: Api) -> None:
    """The form is `2024-01-01T00:00:00Z` for any zone of the query; fractions of a second are kept."""
    period = api.get("payments?fecha_desde=2024-01-01&fecha_hasta=2024-02-01T00:00:00.25-05:00").json_body["period"]
    assert period == {"from": "2024-01-01T00:00:00Z", "to": "2024-02-01T05:00:00.250000Z"}


def test_the_known_versions_are_listed(api: Api) -> None:
    """The answer to an unknown version lists them."""
    [error] = api.get("payments?version=v3").json_body["errores"]
    assert error["mensaje"] == "debe ser uno de: 'v1' o 'v2'"


def test_a_period_that_ends_before_it_begins_is_refused(api: Api) -> None:
    """An empty period is valid."""
    answer = api.get("payments?fecha_desde=2026-01-02&fecha_hasta=2026-01-01")
    assert (answer.status_code, answer.json_body["codigo"]) == (422, "periodo-invertido")
    assert api.get("payments?fecha_desde=2026-01-02&fecha_hasta=2026-01-02").status_code == 200


def test_a_payment_shows_its_counted_event_and_the_time_of_counting(api: Api) -> None:
    """The data are as counted: the payments' own schema is not read."""
    pago = un_pago("100.50", ultimo_evento="e-1")
    api.hay(pago)
    answer = api.get(f"payments/{pago.id}")
    assert answer.status_code == 200
    assert json.loads(answer.body) == {
        "id": f"{pago.id}", "affiliateId": "afiliado-001", "campaignId": None, "amount": 100.5, "currency": "COP",
        "status": "PENDING", "acceptedAt": AHORA.isoformat(), "countedAt": AHORA.isoformat(),
        "event": {"id": "e-1", "version": 1},
    }  # fmt: skip


@pytest.mark.parametrize(("id_pago", "status", "codigo"), [
    ("01a2172f-0000-7000-8000-000000000001", 404, "pago-no-contado"),
    ("no-es-uuid", 400, "identificador-no-valido"),
])  # fmt: skip
def test_an_uncounted_payment_is_not_found(api: Api, id_pago: str, status: int, codigo: str) -> None:
    """One of its events may still arrive."""
    answer = api.get(f"payments/{id_pago}")
    assert (answer.status_code, json.loads(answer.body)["codigo"]) == (status, codigo)


@pytest.mark.parametrize(
    "path",
    [
        *("payments?version=v1", "payments?version=v2", "payments.csv", "health"),
        "payments/01a2172f-0000-7000-8000-000000000001",
    ],
)
def test_a_database_that_is_down_is_503(api: Api, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    """The caller may retry."""

    def unavailable(*_: Any) -> None:
        raise DependencyUnavailableError("postgresql")

    for name in ("resumen", "detalle", "tabla", "pago", "estado"):
        monkeypatch.setattr(FakeInformes, name, unavailable)
    answer = api.get(path)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert json.loads(answer.body)["codigo"] == "dependencia-no-disponible"


@pytest.mark.parametrize("instancia", ["reports-v1", "reports-v2"])
def test_the_root_of_a_port_introduces_its_version(api: Api, instancia: str) -> None:
    """The router leads the root of the port there."""
    assert "/api/reports/payments" in json.loads(api.por(instancia, "/welcome")["body"])["endpoints"]
