"""The payments API: the Chalice app is the Lambda handler (`pagos.api.app`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pagos.aplicacion.crear_pago import CrearPago, crear_pago
from pagos.composition_root import ahora, api_database, api_dependencies
from pagos.infraestructura.http.models import CrearPagoBody, clave_de_solicitud, solicitud_de
from pagos.infraestructura.http.statuses import STATUSES
from pagos.infraestructura.http.trace_view import trazabilidad
from pagos.infraestructura.http.views import estadisticas, pago_aceptado, pago_vista
from seedwork.dominio.traza import Traza
from seedwork.infraestructura.http.path_uuid import path_uuid
from seedwork.infraestructura.http.readiness import ready_response
from seedwork.infraestructura.http.rest_api import RestApi, json_response
from seedwork.infraestructura.http.welcome import welcome
from seedwork.infraestructura.idempotency.answer import IdempotentAnswer
from seedwork.infraestructura.idempotency.key import HEADER, REPLAYED
from seedwork.infraestructura.text import decimal_json

if TYPE_CHECKING:
    from chalice.app import Response

app = RestApi("pagos", statuses=STATUSES)


@app.route("/pagos", methods=["POST"])
def post_pago() -> Response:
    """Accept a payment; a repeated request gets the first answer."""
    datos = app.body(CrearPagoBody).datos()
    clave = clave_de_solicitud(app.header(HEADER), solicitante=app.token_subject)
    comando = CrearPago(datos=datos, clave=clave, traza=Traza(correlation_id=app.correlation_id))
    answer = api_dependencies().idempotency.run(
        lambda: _crear_pago(comando),
        solicitud_de(comando),
        named="La clave de idempotencia" if clave else "referencia_pago",
        context=app.lambda_context,
    )
    return json_response(answer.body, headers=REPLAYED if answer.replayed else {})


@app.route("/pagos/{id_pago}", methods=["GET"])
def get_pago(id_pago: str) -> dict[str, Any]:
    """Return a payment's current state."""
    return pago_vista(api_dependencies().consultas.por_id(path_uuid(id_pago, name="id_pago")))


@app.route("/pagos/{id_pago}/trazabilidad", methods=["GET"])
def get_trazabilidad(id_pago: str) -> dict[str, Any]:
    """Return every step of a payment so far."""
    uuid = path_uuid(id_pago, name="id_pago")
    return trazabilidad(uuid, api_dependencies().trazas.pasos(uuid))


@app.route("/pagos/outbox/estadisticas", methods=["GET"])
def get_outbox_estadisticas() -> dict[str, Any]:
    """Return the counts of stored, published and waiting events, and of payments with an unknown outcome."""
    return estadisticas(api_dependencies().outbox.estadisticas())


@app.route("/", methods=["GET"])
def get_welcome() -> dict[str, Any]:
    """Greet a caller who knows no path yet, and list the endpoints of the platform."""
    return welcome(
        "pagos",
        "Bienvenido a Aeropartners: pagos, campañas, informes y eventos de afiliados.",
        endpoints=("/pagos", "/campaigns", "/api/campaigns", "/api/reports/payments", "/event-collector", "/status"),
    )


@app.route("/health", methods=["GET"])
def get_health() -> dict[str, Any]:
    """Report that the API is alive.

    No dependency is asked: an unreachable database must not take the API out of service.
    """
    return {"status": "healthy", "service": "pagos", "timestamp": ahora().isoformat()}


@app.route("/ready", methods=["GET"])
def get_ready() -> Response:
    """Report whether payments are accepted now; 503 without the database."""
    api_database().require_ready(to_write=True)
    return ready_response("pagos", {"dynamodb": api_dependencies().idempotency.cause_of_absence()})


def _crear_pago(comando: CrearPago) -> IdempotentAnswer:
    aceptado = crear_pago(comando, uow=api_dependencies().uow, ahora=ahora())
    return IdempotentAnswer(body=decimal_json.dumps(pago_aceptado(aceptado.pago)), replayed=aceptado.repetido)
