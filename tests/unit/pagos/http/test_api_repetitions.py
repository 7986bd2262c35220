"""A repeated payment is the first one, in any spelling."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

import pagos.api
from support.lambda_events import FakeContext, proxy_event

if TYPE_CHECKING:
    from support.seedwork.idempotency_table import IdempotencyTable
from unit.pagos.conftest import CUERPO, Api


def test_a_repetition_gets_the_same_body(api: Api) -> None:
    """A request with the same reference gets the first payment, marked as a replay."""
    first, second = api.post(), api.post()
    assert second.body == first.body
    assert second.headers["Idempotency-Replayed"] == "true"
    assert api.uow.transactions == 1


def test_a_repetition_after_the_table_forgot_gets_the_same_body(api: Api, idempotency_table: IdempotencyTable) -> None:
    """The database gives the same answer as DynamoDB."""
    first = api.post()
    idempotency_table.forget()
    second = api.post()
    assert second.body == first.body
    assert second.headers["Idempotency-Replayed"] == "true"


@pytest.mark.parametrize("key", ["clave-1", '"clave-1"'])
def test_the_idempotency_key_may_be_given(api: Api, key: str) -> None:
    """A bare key and a quoted key are the same; with other data the key is refused."""
    assert api.post(Idempotency_Key="clave-1").status_code == 200
    assert api.post(Idempotency_Key=key).headers["Idempotency-Replayed"] == "true"
    otro = api.post(CUERPO | {"referencia_pago": "otra"}, Idempotency_Key=key)
    assert (otro.status_code, otro.json_body["codigo"]) == (422, "clave-de-idempotencia-reutilizada")


@pytest.mark.parametrize("key", ["", '""', "x" * 256, "con espacio", "comision-7c9e6679"])
def test_an_unusable_idempotency_key_is_refused(api: Api, key: str) -> None:
    """A key has 1 to 255 visible characters and must not begin like a commission's reference."""
    answer = api.post(Idempotency_Key=key)
    assert (answer.status_code, answer.json_body["codigo"]) == (400, "idempotency-key-no-valida")


@pytest.fixture(params=["table", "database"])
def remembering(request: pytest.FixtureRequest, idempotency_table: IdempotencyTable) -> Callable[[], None]:
    """Return a function, called between two requests, after which the table or only the database knows the first."""
    return idempotency_table.forget if request.param == "database" else lambda: None


@pytest.mark.parametrize("headers", [{}, {"Idempotency_Key": "clave"}])
@pytest.mark.parametrize("monto", ["100.5", "100.500", "1005e-1", "1.005E+2"])
def test_the_same_amount_in_another_form_is_the_same_payment(
    api: Api, remembering: Callable[[], None], monto: str, headers: dict[str, str]
) -> None:
    """Numbers are compared by value (RFC 8259, 6, says nothing of digits), null equals absence, and ids ignore case."""
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


def test_an_affiliates_id_is_normalized(api: Api, remembering: Callable[[], None]) -> None:
    """Ids are compared in NFKC: the reference is recognized, and the answer has the normalized id."""
    first = api.post()
    remembering()
    second = api.post(CUERPO | {"id_afiliado": "\uff41filiado-001\u3000"})
    assert (second.status_code, second.body) == (200, first.body)
    assert api.uow.transactions == 1


def test_affiliates_do_not_share_keys_and_references(api: Api, remembering: Callable[[], None]) -> None:
    """One affiliate's key does not match another affiliate's request, nor any reference."""
    assert api.post(Idempotency_Key="factura-1").status_code == 200
    for afiliado, headers in (("dos", {}), ("tres", {"Idempotency_Key": "factura-1"})):
        remembering()
        answer = api.post(CUERPO | {"id_afiliado": afiliado, "referencia_pago": "factura-1", "monto": 7}, **headers)
        assert (answer.status_code, answer.json_body["id_afiliado"]) == (200, afiliado)
        assert "Idempotency-Replayed" not in answer.headers
    assert api.uow.transactions == 3


@pytest.mark.parametrize(("headers", "named"), [({}, "referencia_pago"), ({"Idempotency_Key": "k"}, "idempotencia")])
def test_the_reused_key_or_reference_is_named(
    api: Api, remembering: Callable[[], None], headers: dict[str, str], named: str
) -> None:
    """A caller without a key is not told about a key."""
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
    """The same caller's key with another affiliate is a reused key; another caller's key is a different one."""

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
    """It is refused as a reused key (422) under the same key, as a conflict (409) under another."""
    api.post()
    assert api.post(CUERPO | {"monto": 7}).status_code == 422
    answer = api.post(CUERPO | {"monto": 7}, Idempotency_Key="otra")
    assert (answer.status_code, answer.json_body["codigo"]) == (409, "referencia-duplicada")
