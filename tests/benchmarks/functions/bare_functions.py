"""The floor of a request of the payments API: each part as a function of its own, with only the drivers' calls.

With `times` in its event, a function repeats its part in one invocation, so that the runtime's cost becomes negligible.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID, uuid4

from benchmarks.functions.bare_parts import Event, Recorder, answered, connection, idempotent, prepared
from pagos.dominio.errores import PagoNoEncontradoError
from pagos.dominio.eventos import DatosDelPago
from pagos.dominio.pago import Pago
from pagos.infraestructura.http.views import pago_aceptado
from pagos.infraestructura.postgres.pago_queries import PostgresPagoConsultas
from pagos.infraestructura.postgres.pago_repository import PostgresPagoRepository
from seedwork.dominio.dinero import Dinero, Moneda
from seedwork.dominio.traza import Traza
from seedwork.infraestructura.text import decimal_json


def _function(part: Callable[[Event], Any]) -> Callable[[Event, object], Any]:
    def handler(event: Event, _context: object) -> Any:
        for _ in range(event.get("times", 1) - 1):
            part(event)
        return part(event)

    return handler


@_function
def nothing(_event: Event) -> Any:
    """Answer at once, which costs only AWS's runtime client."""
    return answered("{}")


@_function
def row(event: Event) -> Any:
    """Read a payment by its id with a prepared statement: one round trip."""
    id_pago = event["pathParameters"]["id_pago"]
    [found] = prepared(_select()).run(id=id_pago)
    return answered(_pago(id_pago, found))


@_function
def row_unprepared(event: Event) -> Any:
    """Read a payment by its id without a prepared statement, as pg8000 does by default."""
    id_pago = event["pathParameters"]["id_pago"]
    [found] = connection().run(_select(), id=id_pago)
    return answered(_pago(id_pago, found))


@_function
def transaction(_event: Event) -> Any:
    """Insert a new payment and its event."""
    return answered(_insert_pago())


@_function
def idempotent_nothing(event: Event) -> Any:
    """Make Powertools' two calls of DynamoDB."""
    return idempotent(_do_nothing)(request={"key": str(uuid4()), "payload": json.loads(event["body"])})


@_function
def idempotent_transaction(event: Event) -> Any:
    """Make Powertools' two calls of DynamoDB, and insert a new payment between them."""
    request = {"key": str(uuid4()), "payload": decimal_json.loads(event["body"])}
    return answered(idempotent(_insert_pago)(request=request)["body"])


def _do_nothing() -> str:
    return "{}"


def _pago(id_pago: str, found: list[Any]) -> str:
    afiliado, monto, moneda, estado, referencia, creado, procesado, mensaje = found
    document = {
        "id": id_pago,
        "id_afiliado": afiliado,
        "monto": monto,
        "moneda": moneda,
        "estado": estado,
        "referencia_pago": referencia,
        "fecha_creacion": creado.isoformat(),
        "fecha_procesamiento": procesado and procesado.isoformat(),
        "mensaje_error": mensaje,
    }
    return decimal_json.dumps(document)


def _insert_pago() -> str:
    session, (sql, parameters, aceptado), new = connection(), _insert(), str(uuid4())
    session.run("BEGIN")
    # Insert the recorded payment under a new id, also in its events.
    rows = parameters["rows"].replace(str(parameters["id"]), new).replace('"id":"', f'"id":"{uuid4()}', 1)
    prepared(sql).run(**parameters | {"id": new, "referencia_pago": new, "rows": rows})
    session.run("COMMIT")
    return decimal_json.dumps(aceptado | {"id_pago": new})


@cache
def _select() -> str:
    recorder = Recorder()
    with suppress(PagoNoEncontradoError):
        PostgresPagoConsultas(recorder).por_id(UUID(int=0))  # type: ignore[arg-type] # it only runs statements
    return recorder.sql


@cache
def _insert() -> tuple[str, Event, Event]:
    recorder = Recorder()
    datos = DatosDelPago(id_afiliado="a", monto=Dinero(monto=Decimal(1), moneda=Moneda.COP), referencia_pago="r")
    pago = Pago.crear(uuid4(), datos, ahora=datetime.now(UTC))
    traza = Traza(correlation_id=str(uuid4()))
    PostgresPagoRepository(recorder).agregar(pago, clave=None, traza=traza)  # type: ignore[arg-type]
    rows = decimal_json.loads(recorder.parameters["rows"])
    rows[0]["id"] = ""
    return recorder.sql, recorder.parameters | {"rows": decimal_json.dumps(rows)}, dict(pago_aceptado(pago))
