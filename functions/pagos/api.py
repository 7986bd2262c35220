"""The payments API: the Chalice app is the Lambda handler (`pagos.api.app`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pagos.aplicacion.crear_pago import CrearPago, crear_pago
from pagos.composition_root import ahora, api_database, api_dependencies
from pagos.dominio.errores import (
    ClaveReutilizadaError,
    PagoNoEncontradoError,
    PeriodoInvertidoError,
    ReferenciaDuplicadaError,
)
from pagos.infraestructura.http import answers, examples
from pagos.infraestructura.http.models import (
    CLAVE,
    ID_PAGO,
    CrearPagoBody,
    ListarPagosParametros,
    RecientesParametros,
    clave_de_solicitud,
    solicitud_de,
)
from pagos.infraestructura.http.statuses import STATUSES
from pagos.infraestructura.http.trace_view import trazabilidad
from pagos.infraestructura.http.views import estadisticas, pagina, pago_aceptado, pago_vista, recientes
from seedwork.dominio.traza import Traza
from seedwork.infraestructura.http.operation.answer_types import NO_STORE, Disponibilidad, Salud
from seedwork.infraestructura.http.readiness import ready_response
from seedwork.infraestructura.http.rest_api import RestApi, json_response
from seedwork.infraestructura.idempotency.answer import IN_PROGRESS, IdempotentAnswer
from seedwork.infraestructura.idempotency.key import IDEMPOTENCY_REPLAYED, REPLAYED
from seedwork.infraestructura.text import decimal_json

if TYPE_CHECKING:
    from uuid import UUID

    from chalice.app import Response

app = RestApi("pagos", statuses=STATUSES)


@app.route(
    "/pagos",
    methods=["POST"],
    headers=(CLAVE,),
    body=CrearPagoBody,
    examples=examples.CREAR_PAGO,
    answer=answers.PagoAceptado,
    answer_headers=(IDEMPOTENCY_REPLAYED,),
    refuses=(ReferenciaDuplicadaError, ClaveReutilizadaError, IN_PROGRESS),
)
def post_pago(cuerpo: CrearPagoBody) -> Response:
    """Accept a payment; a repeated request gets the first answer.

    The payment is stored together with its event and paid asynchronously, exactly once. A reference belongs to its
    affiliate: the same data under it is a repetition, other data is refused.
    """
    clave = clave_de_solicitud(app.given(CLAVE), solicitante=app.token_subject)
    comando = CrearPago(datos=cuerpo.datos(), clave=clave, traza=Traza(correlation_id=app.correlation_id))
    named = "La clave de idempotencia" if clave else "referencia_pago"
    answer = _una_vez(comando, named=named)
    return json_response(answer.body, headers=REPLAYED if answer.replayed else {})


@app.route(
    "/pagos",
    methods=["GET"],
    query=ListarPagosParametros,
    answer=answers.PaginaDePagos,
    refuses=(PeriodoInvertidoError,),
)
def get_pagos(parametros: ListarPagosParametros) -> answers.PaginaDePagos:
    """List the payments, newest first, page by page.

    A page costs the same at any depth. Payments accepted meanwhile do not shift the next page.
    """
    return pagina(api_dependencies().listas.pagina(parametros.busqueda()), limite=parametros.limite)


@app.route("/pagos/estadisticas", methods=["GET"], query=RecientesParametros, answer=answers.Recientes)
def get_recientes(parametros: RecientesParametros) -> answers.Recientes:
    """Count the payments accepted in each of the last minutes, and the open payments with the age of the oldest.

    The cost depends on the traffic of the last minutes and on the open payments, and not on the history.
    """
    return recientes(api_dependencies().recientes.contar(minutos=parametros.minutos, ahora=ahora()))


@app.route(
    "/pagos/{id_pago}",
    methods=["GET"],
    path_parameters=(ID_PAGO,),
    answer=answers.Pago,
    refuses=(PagoNoEncontradoError,),
)
def get_pago(id_pago: UUID) -> answers.Pago:
    """Return a payment's current state.

    PENDIENTE, PROCESANDO, then EXITOSO or FALLIDO; an EXITOSO payment may become REVERSADO.
    """
    return pago_vista(api_dependencies().consultas.por_id(id_pago))


@app.route(
    "/pagos/{id_pago}/trazabilidad",
    methods=["GET"],
    path_parameters=(ID_PAGO,),
    answer=answers.Trazabilidad,
    refuses=(PagoNoEncontradoError,),
)
def get_trazabilidad(id_pago: UUID) -> answers.Trazabilidad:
    """Return every step of a payment so far.

    Each step is a stored event, with its topic, its publication and the attempt at the gateway that it answers.
    """
    return trazabilidad(id_pago, api_dependencies().trazas.pasos(id_pago))


@app.route("/pagos/outbox/estadisticas", methods=["GET"], answer=answers.EstadisticasDelOutbox)
def get_outbox_estadisticas() -> answers.EstadisticasDelOutbox:
    """Return the counts of stored, published and waiting events.

    Payments with an unknown outcome are counted too, and the age of the oldest payment of each open state is given.
    """
    return estadisticas(api_dependencies().outbox.estadisticas())


@app.route("/health", methods=["GET"], answer=Salud)
def get_health() -> Salud:
    """Report that the API is alive.

    No dependency is asked: an unreachable database must not take the API out of service.
    """
    return {"status": "healthy", "service": "pagos", "timestamp": ahora().isoformat()}


@app.route("/ready", methods=["GET"], answer=Disponibilidad, answer_headers=(NO_STORE,))
def get_ready() -> Response:
    """Report whether payments are accepted now; 503 without the database.

    Without DynamoDB the service is `degraded`: repetitions are then recognised by PostgreSQL alone.
    """
    api_database().require_ready(to_write=True)
    return ready_response("pagos", {"dynamodb": api_dependencies().idempotency.cause_of_absence()})


def _una_vez(comando: CrearPago, *, named: str) -> IdempotentAnswer:
    return api_dependencies().idempotency.run(
        lambda: _crear_pago(comando), solicitud_de(comando), named=named, context=app.lambda_context
    )


def _crear_pago(comando: CrearPago) -> IdempotentAnswer:
    aceptado = crear_pago(comando, uow=api_dependencies().uow, ahora=ahora())
    return IdempotentAnswer(body=decimal_json.dumps(pago_aceptado(aceptado.pago)), replayed=aceptado.repetido)
