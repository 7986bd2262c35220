"""The reports API: the Chalice app is the Lambda handler (`reportes.api.app`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from chalice.app import Response

from reportes.composition_root import ahora, api_database, api_dependencies
from reportes.dominio.errores import VersionFijaError
from reportes.dominio.version import Version
from reportes.infraestructura.http import views
from reportes.infraestructura.http.csv_view import MEDIA_TYPE, csv_of, uncounted
from reportes.infraestructura.http.models import InformeParametros, VersionBody
from reportes.infraestructura.http.statuses import STATUSES
from seedwork.infraestructura.aws.telemetry import logger
from seedwork.infraestructura.http.operation.path_uuid import path_uuid
from seedwork.infraestructura.http.readiness import ready_response
from seedwork.infraestructura.http.rest_api import RestApi, json_response
from seedwork.infraestructura.http.welcome import welcome

if TYPE_CHECKING:
    from seedwork.infraestructura.http.operation.answer_types import Bienvenida

SERVED: Final = "X-Report-Version"
UNCOUNTED: Final = "X-Report-Tracking-Uncounted"
# Prefixes that serve one version only, whichever is active: those of ports 9001 and 9002.
FIXED: Final = {"/instances/reports-v1": Version.V1, "/instances/reports-v2": Version.V2}

app = RestApi("reportes", statuses=STATUSES, prefixes=tuple(FIXED))


@app.route("/api/reports/payments", methods=["GET"])
def get_payments() -> Response:
    """Return the report, in the caller's version."""
    parametros = app.query(InformeParametros)
    version, informes = _version(parametros), api_dependencies().informes
    consulta = parametros.consulta()
    body = views.v1(informes.resumen(consulta)) if version is Version.V1 else views.v2(informes.detalle(consulta))
    return json_response(body, headers={SERVED: version})


@app.route("/api/reports/payments.csv", methods=["GET"])
def get_payments_csv() -> Response:
    """Return the report as a CSV file for spreadsheets, by campaign."""
    parametros = app.query(InformeParametros)
    version = _version(parametros)
    tabla = api_dependencies().informes.tabla(parametros.consulta())
    headers = {"Content-Type": MEDIA_TYPE, "Content-Disposition": 'attachment; filename="payments.csv"'}
    if (parts := uncounted(tabla)) and version is Version.V2:
        headers[UNCOUNTED] = parts
    return Response(body=csv_of(tabla, version), headers={**headers, SERVED: version})


@app.route("/api/reports/payments/{id_pago}", methods=["GET"])
def get_payment(id_pago: str) -> dict[str, Any]:
    """Return one payment as counted in reports, with the time of counting and its latest event."""
    return views.pago(api_dependencies().informes.pago(path_uuid(id_pago, name="id_pago")))


@app.route("/api/reports/version", methods=["GET"])
def get_version() -> dict[str, Any]:
    """Return the active version and the history of changes."""
    return views.version(*api_dependencies().versiones.con_historial())


@app.route("/api/reports/version", methods=["PUT"])
def put_version() -> dict[str, Any]:
    """Activate another version, for all affiliates or some."""
    cuerpo, versiones = app.body(VersionBody), api_dependencies().versiones
    vigente = versiones.cambiar(cuerpo.reparto(), por=cuerpo.by or _caller())
    return views.version(vigente, versiones.historial_hasta(vigente.publicacion))


@app.route("/api/reports/health", methods=["GET"])
def get_reports_health() -> Response:
    """Return how current the reports are, and the state of their dependencies; 503 without the database."""
    modelo = api_dependencies().informes.estado()
    vigente = api_dependencies().versiones.vigente()
    body = views.health(logger.service, vigente, modelo, ahora=ahora())
    return json_response(body, headers={"Cache-Control": "no-store"})


@app.route("/welcome", methods=["GET"])
def get_welcome() -> Bienvenida:
    """Return the links of the front page of one version's port."""
    return welcome(
        logger.service,
        "Bienvenido a los informes de Aeropartners.",
        endpoints=("/api/reports/payments", "/api/reports/payments.csv", "/api/reports/version", "/api/reports/health"),
    )


@app.route("/health", methods=["GET"])
def get_health() -> dict[str, Any]:
    """Answer 200 while the function runs; no dependency is checked."""
    fixed = FIXED.get(app.prefix)
    return {"status": "healthy", "service": logger.service, "version": fixed, "timestamp": ahora().isoformat()}


@app.route("/api/reports/ready", methods=["GET"])
@app.route("/ready", methods=["GET"])
def get_ready() -> Response:
    """Return whether reports can be served now; 503 without the database."""
    api_database().require_ready(to_write=False)
    return ready_response(logger.service, {"parameterStore": api_dependencies().versiones.vigente().causa})


def _version(parametros: InformeParametros) -> Version:
    """Return the version of the request's port, or else the requested one, or else the version of its affiliate."""
    fixed = FIXED.get(app.prefix)
    if fixed and parametros.version not in {None, fixed}:
        raise VersionFijaError(f"Este puerto sirve solo la versión {fixed}.")
    if pinned := fixed or parametros.version:
        return pinned
    return api_dependencies().versiones.vigente().reparto.version_de(parametros.id_afiliado)


def _caller() -> str:
    """Return the caller's identity according to API Gateway."""
    identity = app.request_context.get("identity") or {}
    return str(identity.get("userArn") or identity.get("sourceIp") or "desconocido")
