"""The reports API: the Chalice app is the Lambda handler (`reportes.api.app`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from chalice.app import Response

from reportes.composition_root import ahora, api_database, api_dependencies
from reportes.dominio.errores import VersionFijaError
from reportes.dominio.version import Version
from reportes.infraestructura.http import answers, operations, views
from reportes.infraestructura.http.csv_view import MEDIA_TYPE, csv_of, uncounted
from reportes.infraestructura.http.statuses import STATUSES
from seedwork.infraestructura.aws.telemetry import logger
from seedwork.infraestructura.http.operation.answer_types import NO_STORE, Bienvenida, Disponibilidad
from seedwork.infraestructura.http.readiness import ready_response
from seedwork.infraestructura.http.rest_api import RestApi, json_response
from seedwork.infraestructura.http.welcome import welcome

if TYPE_CHECKING:
    from uuid import UUID

    from reportes.infraestructura.http.models import InformeParametros, VersionBody


# Prefixes that serve one version only, whichever is active: those of ports 9001 and 9002.
FIXED: Final = {"/instances/reports-v1": Version.V1, "/instances/reports-v2": Version.V2}

app = RestApi("reportes", statuses=STATUSES, prefixes=tuple(FIXED))


@app.route("/api/reports/payments", methods=["GET"], **operations.INFORME)
def get_payments(parametros: InformeParametros) -> Response:
    """Return the report, in the caller's version.

    A period is half-open, by the payments' acceptance. A report is in one currency; version 2 lists the others.
    """
    version, informes = _version(parametros), api_dependencies().informes
    consulta = parametros.consulta()
    body = views.v1(informes.resumen(consulta)) if version is Version.V1 else views.v2(informes.detalle(consulta))
    return json_response(body, headers={operations.SERVED.name: version})


@app.route("/api/reports/payments.csv", methods=["GET"], **operations.CSV)
def get_payments_csv(parametros: InformeParametros) -> Response:
    """Return the report as a CSV file for spreadsheets, by campaign.

    Texts are quoted so that no spreadsheet takes them for a formula. Version 2 has more columns.
    """
    version = _version(parametros)
    tabla = api_dependencies().informes.tabla(parametros.consulta())
    headers = {"Content-Type": MEDIA_TYPE, "Content-Disposition": 'attachment; filename="payments.csv"'}
    if (parts := uncounted(tabla)) and version is Version.V2:
        headers[operations.UNCOUNTED.name] = parts
    return Response(body=csv_of(tabla, version), headers={**headers, operations.SERVED.name: version})


@app.route("/api/reports/payments/{id_pago}", methods=["GET"], **operations.PAGO)
def get_payment(id_pago: UUID) -> answers.PagoContado:
    """Return one payment as counted in reports, with the time of counting and its latest event.

    Before its first event is counted, the answer is 404.
    """
    return views.pago(api_dependencies().informes.pago(id_pago))


@app.route("/api/reports/version", methods=["GET"], answer=answers.Versiones)
def get_version() -> answers.Versiones:
    """Return the active version and the history of changes.

    While Parameter Store does not answer, it is the last known version.
    """
    return views.version(*api_dependencies().versiones.con_historial())


@app.route("/api/reports/version", methods=["PUT"], **operations.CAMBIAR_VERSION)
def put_version(cuerpo: VersionBody) -> answers.Versiones:
    """Activate another version, for all affiliates or some.

    The switch is seen within a second, without a deploy. The same version again changes nothing.
    """
    versiones = api_dependencies().versiones
    vigente = versiones.cambiar(cuerpo.reparto(), por=cuerpo.by or _caller())
    return views.version(vigente, versiones.historial_hasta(vigente.publicacion))


@app.route("/api/reports/health", methods=["GET"], **operations.SALUD)
def get_reports_health() -> Response:
    """Return how current the reports are, and the state of their dependencies; 503 without the database.

    It is degraded without Parameter Store, and while nothing comes from the topics.
    """
    modelo = api_dependencies().informes.estado()
    vigente = api_dependencies().versiones.vigente()
    body = views.health(logger.service, vigente, modelo, ahora=ahora())
    return json_response(body, headers={"Cache-Control": "no-store"})


@app.route("/welcome", methods=["GET"], answer=Bienvenida)
def get_welcome() -> Bienvenida:
    """Return the links of the front page of one version's port.

    The answer names the service and its main paths.
    """
    return welcome(
        logger.service,
        "Bienvenido a los informes de Aeropartners.",
        endpoints=("/api/reports/payments", "/api/reports/payments.csv", "/api/reports/version", "/api/reports/health"),
    )


@app.route("/health", methods=["GET"], answer=answers.SaludDeVersion)
def get_health() -> answers.SaludDeVersion:
    """Report that the API is alive.

    No dependency is checked.
    """
    fixed = FIXED.get(app.prefix)
    return {"status": "healthy", "service": logger.service, "version": fixed, "timestamp": ahora().isoformat()}


@app.route("/api/reports/ready", methods=["GET"], answer=Disponibilidad, answer_headers=(NO_STORE,))
@app.route("/ready", methods=["GET"], answer=Disponibilidad, answer_headers=(NO_STORE,))
def get_ready() -> Response:
    """Report whether reports can be served now; 503 without the database.

    Without Parameter Store the service is `degraded`.
    """
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
