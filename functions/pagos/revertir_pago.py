"""`PATCH /pagos/{id_pago}/revertir` (`pagos.revertir_pago.app`), a function of its own: the API may not move money."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pagos.aplicacion.revertir_pago import RevertirPago, revertir_pago
from pagos.composition_root import ahora, gateway_dependencies
from pagos.dominio.errores import (
    PagoNoEncontradoError,
    ResultadoDesconocidoError,
    ReversoEnCursoError,
    ReversoRechazadoError,
    TransicionNoPermitidaError,
)
from pagos.infraestructura.http import answers, examples
from pagos.infraestructura.http.models import ID_PAGO, RevertirPagoBody
from pagos.infraestructura.http.statuses import STATUSES
from pagos.infraestructura.http.views import pago_reversado
from seedwork.dominio.traza import Traza
from seedwork.infraestructura.http.rest_api import RestApi, json_response
from seedwork.infraestructura.idempotency.key import IDEMPOTENCY_REPLAYED, REPLAYED

if TYPE_CHECKING:
    from uuid import UUID

    from chalice.app import Response

app = RestApi("pagos", statuses=STATUSES)


@app.route(
    "/pagos/{id_pago}/revertir",
    methods=["PATCH"],
    path_parameters=(ID_PAGO,),
    body=RevertirPagoBody,
    examples=examples.REVERTIR_PAGO,
    answer=answers.PagoRevertido,
    answer_headers=(IDEMPOTENCY_REPLAYED,),
    refuses=(
        PagoNoEncontradoError,
        TransicionNoPermitidaError,
        ReversoEnCursoError,
        ReversoRechazadoError,
        ResultadoDesconocidoError,
    ),
)
def patch_revertir(id_pago: UUID, cuerpo: RevertirPagoBody) -> Response:
    """Refund a payment as a whole; a repeated request gets the first answer.

    Only an EXITOSO payment can be refunded. While the gateway does not answer, the request is 503, and the platform
    asks on until it does.
    """
    dependencies = gateway_dependencies()
    app.continue_correlation(dependencies.trazas.correlacion(id_pago))
    comando = RevertirPago(id_pago=id_pago, motivo=cuerpo.motivo, traza=Traza(correlation_id=app.correlation_id))
    reversado = revertir_pago(comando, uow=dependencies.uow, pasarela=dependencies.pasarela, reloj=ahora)
    return json_response(pago_reversado(reversado.pago), headers=REPLAYED if reversado.repetido else {})
