"""Every step of a payment is listed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from chalice.test import Client

import pagos.api
from pagos.dominio.pasarela_de_pagos import Desconocido, Hecho, Rechazado
from support.builders import AHORA, una_traza
from support.pagos.api_on_fakes import api_on
from support.pagos.builders import en_proceso, resuelto, un_pago
from support.pagos.fakes import FakePagosUnitOfWork

if TYPE_CHECKING:
    from pagos.dominio.pago import Pago
    from pagos.dominio.pasarela_de_pagos import Resultado
    from seedwork.infraestructura.idempotency.operation import Idempotency


SILENCIO = Desconocido(causa="timeout")


@pytest.fixture
def uow(idempotency: Idempotency, monkeypatch: pytest.MonkeyPatch) -> FakePagosUnitOfWork:
    """Return the payments that the API reads."""
    uow = FakePagosUnitOfWork()
    dependencies = api_on(uow, idempotency)
    monkeypatch.setattr(pagos.api, "api_dependencies", lambda: dependencies)
    return uow


@pytest.fixture
def client() -> Iterator[Client]:
    """Return a client of the API."""
    with Client(pagos.api.app) as client:
        yield client


def un_pago_con_historia() -> Pago:
    """Return a payment that was paid at the second attempt and reversed at the second one too."""
    pago = en_proceso()
    resuelto(pago, Desconocido(causa="timeout"), ahora=AHORA + timedelta(seconds=1))
    resuelto(pago, Hecho(referencia_pasarela="tr_1"), ahora=AHORA + timedelta(seconds=2))
    for segundos, resultado in ((3, Rechazado(motivo="sin saldo")), (5, Hecho(referencia_pasarela="trr_1"))):
        pago.solicitar_reverso("duplicado", ahora=AHORA + timedelta(seconds=segundos))
        resuelto(pago, resultado, ahora=AHORA + timedelta(seconds=segundos + 1))
    return pago


def test_every_step_is_listed(uow: FakePagosUnitOfWork, client: Client) -> None:
    """A step has its time, event, correlation, topic, attempt, gateway reference and message."""
    pago, traza = un_pago_con_historia(), una_traza()
    with uow:
        uow.agregar(pago, clave=None, traza=traza)
        uow.commit()
    answer = client.http.get(f"/pagos/{pago.id}/trazabilidad").json_body
    assert (answer["id_pago"], answer["estado"]) == (str(pago.id), "REVERSADO")
    shown = ("secuencia", "evento", "estado", "topico", "intento", "referencia_pasarela", "detalle")
    assert [tuple(paso[name] for name in shown) for paso in answer["pasos"]] == [
        (1, "PagoPendiente", "PENDIENTE", "payments.evt.pending", None, None, None),
        (2, "PagoEnProceso", "PROCESANDO", None, None, None, None),
        (3, "PagoSinRespuesta", "PROCESANDO", None, 1, None, "timeout"),
        (4, "PagoExitoso", "EXITOSO", "payments.evt.completed", 2, "tr_1", None),
        (5, "ReversoSolicitado", "EXITOSO", None, None, None, "duplicado"),
        (6, "ReversoRechazado", "EXITOSO", None, 1, None, "sin saldo"),
        (7, "ReversoSolicitado", "EXITOSO", None, None, None, "duplicado"),
        (8, "PagoRevertido", "REVERSADO", "payments.evt.reversed", 1, "trr_1", "duplicado"),
    ]
    assert {paso["correlation_id"] for paso in answer["pasos"]} == {traza.correlation_id}
    assert [paso["id_evento"] for paso in answer["pasos"]] == [paso.id_evento for paso in uow.pasos(pago.id)]
    assert [paso["fecha"] for paso in answer["pasos"]] == sorted(paso["fecha"] for paso in answer["pasos"])


def test_each_attempt_tells_when_the_gateway_was_asked(uow: FakePagosUnitOfWork, client: Client) -> None:
    """So the wait before an attempt can be told from the attempt, and a look-up from a repetition."""
    # Given
    pago = en_proceso()
    preguntas = [AHORA + timedelta(seconds=segundos) for segundos in (1, 60, 300)]
    resultados: list[Resultado] = [SILENCIO, SILENCIO, Hecho(referencia_pasarela="tr_1")]
    for pregunta, resultado in zip(preguntas, resultados, strict=True):
        respuesta = pregunta + timedelta(seconds=5)
        resuelto(pago, resultado, preguntada_en=pregunta, ahora=respuesta, consultar_antes=pregunta == preguntas[-1])
    with uow:
        uow.agregar(pago, clave=None, traza=una_traza())
        uow.commit()
    # When
    pasos = client.http.get(f"/pagos/{pago.id}/trazabilidad").json_body["pasos"]
    # Then
    assert [(paso["intento"], paso["fecha_pregunta"], paso["consultado_antes"]) for paso in pasos] == [
        (None, None, None),
        (None, None, None),
        (1, preguntas[0].isoformat(), False),
        (2, preguntas[1].isoformat(), False),
        (3, preguntas[2].isoformat(), True),
    ]


def test_an_abandoned_payment_had_no_attempt(uow: FakePagosUnitOfWork, client: Client) -> None:
    """The gateway was never asked."""
    pago = un_pago()
    pago.anular("conversion-en-conflicto", "no", ahora=AHORA)
    with uow:
        uow.agregar(pago, clave=None, traza=una_traza())
        uow.commit()
    [_, ultimo] = client.http.get(f"/pagos/{pago.id}/trazabilidad").json_body["pasos"]
    assert (ultimo["estado"], ultimo["intento"], ultimo["detalle"]) == ("FALLIDO", None, "conversion-en-conflicto: no")
    assert (ultimo["fecha_pregunta"], ultimo["consultado_antes"]) == (None, None)


def test_an_unknown_payment_has_no_steps(uow: FakePagosUnitOfWork, client: Client) -> None:
    """An unknown id is 404, a malformed one 400."""
    del uow
    answer = client.http.get(f"/pagos/{uuid4()}/trazabilidad")
    assert (answer.status_code, answer.json_body["codigo"]) == (404, "pago-no-encontrado")
    assert client.http.get("/pagos/7/trazabilidad").status_code == 400
