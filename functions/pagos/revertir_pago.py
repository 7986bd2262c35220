"""`PATCH /pagos/{id_pago}/revertir` (`pagos.revertir_pago.app`), a function of its own: the API may not move money."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pagos.aplicacion.revertir_pago import RevertirPago, revertir_pago
from pagos.composition_root import ahora, gateway_dependencies
from pagos.infraestructura.http.models import RevertirPagoBody
from pagos.infraestructura.http.statuses import STATUSES
from pagos.infraestructura.http.views import pago_reversado
from seedwork.dominio.traza import Traza
from seedwork.infraestructura.http.path_uuid import path_uuid
from seedwork.infraestructura.http.rest_api import RestApi, json_response
from seedwork.infraestructura.idempotency.key import REPLAYED

if TYPE_CHECKING:
    from chalice.app import Response

app = RestApi("pagos", statuses=STATUSES)


@app.route("/pagos/{id_pago}/revertir", methods=["PATCH"])
def patch_revertir(id_pago: str) -> Response:
    """Refund a payment; a repeated request gets the first answer."""
    uuid, cuerpo = path_uuid(id_pago, name="id_pago"), app.body(RevertirPagoBody)
    dependencies = gateway_dependencies()
    app.continue_correlation(dependencies.trazas.correlacion(uuid))
    comando = RevertirPago(id_pago=uuid, motivo=cuerpo.motivo, traza=Traza(correlation_id=app.correlation_id))
    reversado = revertir_pago(comando, uow=dependencies.uow, pasarela=dependencies.pasarela, reloj=ahora)
    headers = REPLAYED if reversado.repetido else {}
    return json_response(pago_reversado(reversado.pago), headers=headers)
