"""The reversal of a payment, `PATCH /pagos/{id_pago}/revertir`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from chalice.test import Client

import pagos.revertir_pago
from pagos.composition_root import GatewayDependencies
from pagos.dominio.pasarela_de_pagos import Desconocido, Hecho, Rechazado
from support.builders import una_traza
from support.pagos.builders import en_proceso, resuelto, un_pago
from support.pagos.fake_pasarela import FakePasarela
from support.pagos.fakes import FakePagosUnitOfWork

if TYPE_CHECKING:
    from chalice.test import HTTPResponse

    from pagos.dominio.pago import Pago


class Api:
    """A client of the function on fakes, with one payment."""

    def __init__(self, client: Client) -> None:
        self._http = client.http
        self.uow = FakePagosUnitOfWork()
        self.pasarela = FakePasarela(self.uow)
        self.traza = una_traza()
        self.pago = self.con(resuelto(en_proceso(), Hecho(referencia_pasarela="tr_1")))

    def con(self, pago: Pago) -> Pago:
        """Use that payment."""
        with self.uow:
            self.uow.agregar(pago, clave=None, traza=self.traza)
            self.uow.commit()
        self.pasarela.cargos[pago.id] = "tr_1"
        return pago

    def patch(self, body: Any, *, id_pago: object = None, **headers: str) -> HTTPResponse:
        """Ask for the reversal; a body that is not a string is sent as JSON."""
        text = body if isinstance(body, (str, bytes)) else json.dumps(body)
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        return self._http.patch(
            f"/pagos/{id_pago or self.pago.id}/revertir",
            body=text,
            headers={"Content-Type": "application/json", **names},
        )


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[Api]:
    """Return a client of the function on fakes."""
    with Client(pagos.revertir_pago.app) as client:
        api = Api(client)
        dependencies = GatewayDependencies(uow=api.uow, pasarela=api.pasarela, trazas=api.uow, outbox=api.uow)
        monkeypatch.setattr(pagos.revertir_pago, "gateway_dependencies", lambda: dependencies)
        yield api


MOTIVO = {"motivo": "pago duplicado"}


def test_a_payment_is_reversed(api: Api) -> None:
    """The answer has the outcome; a repetition gets the same body."""
    first, second = api.patch(MOTIVO), api.patch(MOTIVO)
    assert first.status_code == 200
    assert first.json_body == {
        "id_pago": str(api.pago.id), "estado": "REVERSADO", "motivo": "pago duplicado",
        "fecha_reverso": first.json_body["fecha_reverso"], "mensaje": "Pago revertido.",
    }  # fmt: skip
    assert second.body == first.body
    assert ("Idempotency-Replayed" in first.headers, second.headers["Idempotency-Replayed"]) == (False, "true")
    assert len(api.pasarela.reversos) == 1


def test_another_reason_is_a_conflict(api: Api) -> None:
    """The payment is reversed already."""
    api.patch(MOTIVO)
    answer = api.patch({"motivo": "otro"})
    assert (answer.status_code, answer.json_body["codigo"]) == (409, "transicion-no-permitida")


def test_an_unpaid_payment_cannot_be_reversed(api: Api) -> None:
    """The answer is 409, and the gateway is not asked."""
    answer = api.patch(MOTIVO, id_pago=api.con(un_pago()).id)
    assert (answer.status_code, answer.json_body["codigo"]) == (409, "transicion-no-permitida")
    assert api.pasarela.llamadas == []


def test_a_silent_gateway_is_503(api: Api) -> None:
    """The answer has Retry-After, and the repetition is the same reversal."""
    api.pasarela.antes = lambda _orden: Desconocido(causa="timeout")
    answer = api.patch(MOTIVO)
    assert (answer.status_code, answer.json_body["codigo"]) == (503, "resultado-desconocido")
    assert answer.headers["Retry-After"] == "2"
    api.pasarela.antes = lambda _orden: None
    assert api.patch(MOTIVO).json_body["estado"] == "REVERSADO"


def test_a_refusal_of_the_gateway_is_a_conflict(api: Api) -> None:
    """The answer has the gateway's reason."""
    api.pasarela.antes = lambda _orden: Rechazado(motivo="sin saldo")
    answer = api.patch(MOTIVO)
    assert (answer.status_code, answer.json_body["codigo"]) == (409, "reverso-rechazado")
    assert "sin saldo" in answer.json_body["detail"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"motivo": ""}, 422),
        ({"motivo": "\u200b"}, 422),
        ({"motivo": "x" * 501}, 422),
        ({"motivo": 7}, 422),
        ("{", 400),
        ("[]", 422),
    ],
)
def test_a_reversal_needs_a_reason(api: Api, body: Any, status: int) -> None:
    """A reason has 1 to 500 characters; without one nothing changes."""
    assert api.patch(body).status_code == status
    assert api.pasarela.llamadas == []


def test_an_unknown_payment_is_404(api: Api) -> None:
    """An unknown id is 404."""
    answer = api.patch(MOTIVO, id_pago=uuid4())
    assert (answer.status_code, answer.json_body["codigo"]) == (404, "pago-no-encontrado")
    assert api.patch(MOTIVO, id_pago="no-es-uuid").status_code == 400


def test_a_reversal_has_the_payments_correlation_id(api: Api) -> None:
    """The id is in the answer, at the gateway and in the events, unless the caller gives another."""
    answer = api.patch(MOTIVO)
    assert answer.headers["X-Correlation-Id"] == api.traza.correlation_id
    assert {orden.correlation_id for orden in api.pasarela.llamadas} == {api.traza.correlation_id}
    assert {paso.correlation_id for paso in api.uow.pasos(api.pago.id)} == {api.traza.correlation_id}
    otro = api.con(resuelto(en_proceso(), Hecho(referencia_pasarela="tr_1")))
    answer = api.patch(MOTIVO, id_pago=otro.id, X_Correlation_Id="soporte-7")
    assert answer.headers["X-Correlation-Id"] == "soporte-7"
    assert api.uow.pasos(otro.id)[-1].correlation_id == "soporte-7"
