"""The payments API, route by route."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from chalice.test import Client

import pagos.api
from pagos.composition_root import ApiDependencies
from seedwork.infraestructura.dependency_unavailable import DependencyUnavailableError
from support.lambda_events import FakeContext, proxy_event
from support.numbers import NO_AMOUNTS
from support.pagos.fakes import FakePagosUnitOfWork

if TYPE_CHECKING:
    from chalice.test import HTTPResponse

    from seedwork.infraestructura.idempotency.operation import Idempotency
    from support.idempotency_table import IdempotencyTable

CUERPO = {"id_afiliado": "afiliado-001", "monto": 100.50, "moneda": "COP", "referencia_pago": "test-ref-001"}


class Api:
    """A client of the API on fakes."""

    def __init__(self, client: Client, uow: FakePagosUnitOfWork) -> None:
        self._http = client.http
        self.uow = uow

    def post(self, body: Any = CUERPO, **headers: str) -> HTTPResponse:
        """`POST /pagos`; the body is JSON text already, or becomes it."""
        text = body if isinstance(body, (str, bytes)) else json.dumps(body)
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        return self._http.post("/pagos", body=text, headers={"Content-Type": "application/json", **names})

    def get(self, path: str) -> HTTPResponse:
        """`GET path`."""
        return self._http.get(path)


@pytest.fixture
def api(idempotency: Idempotency, monkeypatch: pytest.MonkeyPatch) -> Iterator[Api]:
    """On the fake unit of work and moto's DynamoDB."""
    uow = FakePagosUnitOfWork()
    dependencies = ApiDependencies(uow=uow, consultas=uow, trazas=uow, outbox=uow, idempotency=idempotency)
    monkeypatch.setattr(pagos.api, "api_dependencies", lambda: dependencies)
    with Client(pagos.api.app) as client:
        yield Api(client, uow)


def test_a_payment_is_accepted_as_pending(api: Api) -> None:
    """The answer has exactly the contract's fields, with the amount as it was given."""
    answer = api.post()
    assert answer.status_code == 200
    assert set(answer.json_body) == {
        "id_pago", "id_afiliado", "monto", "moneda", "estado", "referencia_pago", "fecha_creacion", "mensaje",
    }  # fmt: skip
    assert answer.json_body["estado"] == "PENDIENTE"
    assert b'"monto":100.50' in answer.body
    assert "Idempotency-Replayed" not in answer.headers


def test_a_repetition_gets_the_same_body(api: Api) -> None:
    """The same reference again is the same payment, and says that it is a replay."""
    first, second = api.post(), api.post()
    assert second.body == first.body
    assert second.headers["Idempotency-Replayed"] == "true"
    assert api.uow.transactions == 1


def test_a_repetition_after_the_table_forgot_gets_the_same_body(api: Api, idempotency_table: IdempotencyTable) -> None:
    """The database answers as DynamoDB would have."""
    first = api.post()
    idempotency_table.forget()
    second = api.post()
    assert second.body == first.body
    assert second.headers["Idempotency-Replayed"] == "true"


@pytest.mark.parametrize("key", ["clave-1", '"clave-1"'])
def test_the_idempotency_key_may_be_given(api: Api, key: str) -> None:
    """Bare or quoted, it is the same key; with other data it is refused."""
    assert api.post(Idempotency_Key="clave-1").status_code == 200
    assert api.post(Idempotency_Key=key).headers["Idempotency-Replayed"] == "true"
    otro = api.post(CUERPO | {"referencia_pago": "otra"}, Idempotency_Key=key)
    assert (otro.status_code, otro.json_body["codigo"]) == (422, "clave-de-idempotencia-reutilizada")


@pytest.mark.parametrize("key", ["", '""', "x" * 256, "con espacio", "comision-7c9e6679"])
def test_an_unusable_idempotency_key_is_refused(api: Api, key: str) -> None:
    """A key has 1 to 255 visible characters, and is not one that a commission would have."""
    answer = api.post(Idempotency_Key=key)
    assert (answer.status_code, answer.json_body["codigo"]) == (400, "idempotency-key-no-valida")


@pytest.fixture(params=["table", "database"])
def remembering(request: pytest.FixtureRequest, idempotency_table: IdempotencyTable) -> Callable[[], None]:
    """Called between two requests: repetitions are known by the table, or by the database alone."""
    return idempotency_table.forget if request.param == "database" else lambda: None


@pytest.mark.parametrize("headers", [{}, {"Idempotency_Key": "clave"}])
@pytest.mark.parametrize("monto", ["100.5", "100.500", "1005e-1", "1.005E+2"])
def test_the_same_amount_written_otherwise_is_the_same_payment(
    api: Api, remembering: Callable[[], None], monto: str, headers: dict[str, str]
) -> None:
    """Numbers are equal by value (RFC 8259, 6, says nothing of digits); absent is null, an id has no case."""
    campana = "0f8fad5b-d9cb-469f-a165-70867728950e"
    first = api.post(
        f'{{"id_afiliado":"a","monto":100.50,"moneda":"COP","referencia_pago":"r","id_campana":"{campana}"}}', **headers
    )
    remembering()
    second = api.post(
        f'{{"id_campana":"{campana.upper()}","referencia_pago":"r","moneda":"COP","monto":{monto},"id_afiliado":"a"}}',
        **headers,
    )
    assert (second.status_code, second.body) == (200, first.body)
    assert second.headers["Idempotency-Replayed"] == "true"
    assert b'"monto":100.50' in second.body
    assert api.uow.transactions == 1


def test_an_affiliate_of_the_same_looks_is_the_same(api: Api, remembering: Callable[[], None]) -> None:
    """NFKC: its reference is known, and its id is answered in one form."""
    first = api.post()
    remembering()
    second = api.post(CUERPO | {"id_afiliado": "\uff41filiado-001\u3000"})
    assert (second.status_code, second.body) == (200, first.body)
    assert api.uow.transactions == 1


def test_affiliates_do_not_share_keys_and_references(api: Api, remembering: Callable[[], None]) -> None:
    """A key of one of them neither answers nor refuses another's request; nor does it stand for a reference."""
    assert api.post(Idempotency_Key="factura-1").status_code == 200
    for afiliado, headers in (("dos", {}), ("tres", {"Idempotency_Key": "factura-1"})):
        remembering()
        answer = api.post(CUERPO | {"id_afiliado": afiliado, "referencia_pago": "factura-1", "monto": 7}, **headers)
        assert (answer.status_code, answer.json_body["id_afiliado"]) == (200, afiliado)
        assert "Idempotency-Replayed" not in answer.headers
    assert api.uow.transactions == 3


@pytest.mark.parametrize(("headers", "named"), [({}, "referencia_pago"), ({"Idempotency_Key": "k"}, "idempotencia")])
def test_what_was_used_before_is_named(
    api: Api, remembering: Callable[[], None], headers: dict[str, str], named: str
) -> None:
    """A caller who gave no key is not told of one."""
    api.post(**headers)
    remembering()
    answer = api.post(CUERPO | {"monto": 7}, **headers)
    assert (answer.status_code, answer.json_body["codigo"]) == (422, "clave-de-idempotencia-reutilizada")
    assert named in answer.json_body["detail"]
    assert ("clave" in answer.json_body["detail"]) == bool(headers)


@pytest.mark.parametrize(
    "authorizer", [{"principalId": "suscriptor"}, {"claims": {"sub": "suscriptor"}}], ids=["lambda", "cognito"]
)
def test_a_key_belongs_to_the_subject_of_the_token(
    api: Api, remembering: Callable[[], None], authorizer: dict[str, Any]
) -> None:
    """The same caller's key with another affiliate is the same key with other data; another caller's is not."""

    def post(afiliado: str, caller: dict[str, Any]) -> int:
        event = proxy_event("POST", "/pagos", body=json.dumps(CUERPO | {"id_afiliado": afiliado}))
        event["headers"] |= {"Idempotency-Key": "clave"}
        event["requestContext"] |= {"authorizer": caller} if caller else {}
        remembering()
        status: int = pagos.api.app(event, FakeContext())["statusCode"]
        return status

    assert post("uno", authorizer) == 200
    assert post("dos", authorizer) == 422
    assert post("dos", {"principalId": "otro"}) == 200
    assert post("suscriptor", {}) == 200
    assert api.uow.transactions == 3


def test_a_reference_with_other_data_is_refused(api: Api) -> None:
    """As the same key with another payload (422), or as a conflict when the key is another (409)."""
    api.post()
    assert api.post(CUERPO | {"monto": 7}).status_code == 422
    answer = api.post(CUERPO | {"monto": 7}, Idempotency_Key="otra")
    assert (answer.status_code, answer.json_body["codigo"]) == (409, "referencia-duplicada")


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
    """422 with the field and a Spanish message."""
    answer = api.post(CUERPO | change)
    assert answer.status_code == 422
    assert [error["campo"] for error in answer.json_body["errores"]] == [campo]
    assert answer.json_body["errores"][0]["mensaje"] != "no es válido"
    assert api.uow.transactions == 0


@pytest.mark.parametrize("number", NO_AMOUNTS)
def test_a_number_that_is_no_amount_is_a_wrong_field(api: Api, number: str) -> None:
    """It is JSON (RFC 8259, 6), so the field is refused and not the document."""
    answer = api.post(json.dumps(CUERPO).replace("100.5", number))
    assert (answer.status_code, [error["campo"] for error in answer.json_body["errores"]]) == (422, ["monto"])
    assert api.uow.transactions == 0


@pytest.mark.parametrize("campo", ["id_afiliado", "monto", "moneda", "referencia_pago"])
def test_a_missing_field_is_named(api: Api, campo: str) -> None:
    """All four are needed."""
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
def test_a_body_that_cannot_be_read_is_refused(api: Api, body: str | bytes, status: int) -> None:
    """Malformed, or too large."""
    assert api.post(body).status_code == status
    assert api.uow.transactions == 0


def test_a_payment_can_be_read(api: Api) -> None:
    """With exactly the contract's fields."""
    id_pago = api.post().json_body["id_pago"]
    answer = api.get(f"/pagos/{id_pago}")
    assert answer.status_code == 200
    assert set(answer.json_body) == {
        "id", "id_afiliado", "monto", "moneda", "estado", "referencia_pago", "fecha_creacion", "fecha_procesamiento",
        "mensaje_error",
    }  # fmt: skip
    assert (answer.json_body["id"], answer.json_body["estado"]) == (id_pago, "PENDIENTE")


def test_an_unknown_payment_is_404(api: Api) -> None:
    """With a code that a program can read."""
    answer = api.get(f"/pagos/{uuid4()}")
    assert (answer.status_code, answer.json_body["codigo"]) == (404, "pago-no-encontrado")


@pytest.mark.parametrize("bad", ["7", "no-es-uuid", "{5d0f9d53-4a4c-4a8e-9c6f-0a1b2c3d4e5f}", "x" * 2_000])
@pytest.mark.usefixtures("api")
def test_an_id_that_is_no_uuid_is_400(bad: str) -> None:
    """Before any query."""
    event = proxy_event("GET", f"/pagos/{bad}", resource="/pagos/{id_pago}", path_parameters={"id_pago": bad})
    answer = pagos.api.app(event, FakeContext())
    assert (answer["statusCode"], json.loads(answer["body"])["codigo"]) == (400, "identificador-no-valido")


def test_the_outbox_is_counted(api: Api) -> None:
    """Whole numbers that add up, how many outcomes are unknown, and the age of what is not final, by its state."""
    api.post()
    answer = api.get("/pagos/outbox/estadisticas")
    assert answer.json_body == {
        "total_eventos": 1, "eventos_procesados": 0, "eventos_pendientes": 1, "pagos_desconocidos": 0,
        "mas_antiguo_segundos": {"PENDIENTE": 0, "PROCESANDO": None, "REVERSO_EN_CURSO": None},
    }  # fmt: skip


def test_the_api_is_healthy(api: Api) -> None:
    """Without asking anything else."""
    answer = api.get("/health")
    assert (answer.status_code, answer.json_body["status"], answer.json_body["service"]) == (200, "healthy", "pagos")


def test_the_api_welcomes_who_knows_no_path(api: Api) -> None:
    """As the original does at `/`, in JSON."""
    answer = api.get("/")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")
    assert answer.json_body["service"] == "pagos"
    assert answer.json_body["message"].startswith("Bienvenido")
    assert all(path.startswith("/") for path in answer.json_body["endpoints"])


def test_a_dead_database_is_503(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """With Retry-After, and the same request is accepted when it is back."""

    def down(*_args: object, **_kwargs: object) -> bool:
        raise DependencyUnavailableError("postgresql")

    with monkeypatch.context() as broken:
        broken.setattr(FakePagosUnitOfWork, "agregar", down)
        answer = api.post()
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert api.post().status_code == 200
