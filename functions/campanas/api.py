"""The campaigns API: the Chalice app is the Lambda handler (`campanas.api.app`), of the primary and of the replica."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from campanas.aplicacion.cambiar_campana import CambiarCampana, cambiar_campana
from campanas.aplicacion.consultar_campanas import CampanaVista
from campanas.aplicacion.crear_campana import CrearCampana, crear_campana
from campanas.composition_root import ahora, database, dependencies
from campanas.dominio.campana import Campana
from campanas.infraestructura.http import views
from campanas.infraestructura.http.models import (
    CorregirMetricasBody,
    CrearCampanaBody,
    ListarCampanasParametros,
    ModificarCampanaBody,
    Presupuesto,
    expected_version,
)
from campanas.infraestructura.http.statuses import STATUSES
from seedwork.dominio.huella import huella
from seedwork.dominio.solicitud import Solicitud
from seedwork.dominio.traza import Traza
from seedwork.infraestructura.aws.telemetry import logger
from seedwork.infraestructura.http.operation.path_uuid import path_uuid
from seedwork.infraestructura.http.readiness import ready_response
from seedwork.infraestructura.http.rest_api import RestApi, json_response
from seedwork.infraestructura.http.welcome import welcome
from seedwork.infraestructura.idempotency.key import HEADER, REPLAYED, read_key
from seedwork.infraestructura.text import decimal_json

if TYPE_CHECKING:
    from chalice.app import Response
    from pydantic import BaseModel

    from seedwork.infraestructura.http.operation.answer_types import Bienvenida

app = RestApi("campanas", statuses=STATUSES, prefixes=("/api", "/instances/primary", "/instances/replica"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Contenido:
    """The content of a request: its meaning, and the body as the client wrote it."""

    significa: object
    cuerpo: BaseModel


@app.route("/campaigns", methods=["POST"])
def post_campana() -> Response:
    """Create a campaign; a repeated request gets the first answer."""
    cuerpo = app.body(CrearCampanaBody)
    datos = cuerpo.datos()
    comando = CrearCampana(
        datos=datos, solicitud=_solicitud("crear", Contenido(significa=datos, cuerpo=cuerpo)), traza=_traza()
    )
    nueva = crear_campana(comando, uow=dependencies().uow, ahora=ahora())
    vista = CampanaVista.de(nueva.campana)
    return json_response(views.campana(vista), headers=REPLAYED if nueva.repetida else {})


@app.route("/campaigns", methods=["GET"])
def get_campanas() -> dict[str, Any]:
    """Return a page of campaigns, newest first."""
    busqueda = app.query(ListarCampanasParametros).busqueda()
    return views.pagina(dependencies().consultas.buscar(busqueda), busqueda)


@app.route("/campaigns/stats/general", methods=["GET"])
def get_estadisticas() -> dict[str, Any]:
    """Return the figures of all campaigns together."""
    return views.estadisticas(dependencies().consultas.estadisticas())


@app.route("/campaigns/{id_campana}", methods=["GET"])
def get_campana(id_campana: str) -> dict[str, Any]:
    """Return a campaign's current state."""
    return views.campana(_consultar(id_campana))


@app.route("/campaigns/{id_campana}", methods=["PATCH"])
def patch_campana(id_campana: str) -> Response:
    """Change the given fields of a campaign."""
    cuerpo = app.body(ModificarCampanaBody)
    cambio = partial(cuerpo.cambiar, ahora=ahora())
    contenido = Contenido(significa=cuerpo.cambios(), cuerpo=cuerpo)
    return _cambiar(id_campana, cambio, "modificar", "Campaña modificada.", contenido)


@app.route("/campaigns/{id_campana}/activate", methods=["PATCH"])
def patch_activate(id_campana: str) -> Response:
    """Start a campaign, or resume a paused one."""
    return _cambiar(id_campana, partial(Campana.activar, ahora=ahora()), "activar", "Campaña activada.")


@app.route("/campaigns/{id_campana}/pause", methods=["PATCH"])
def patch_pause(id_campana: str) -> Response:
    """Pause a campaign."""
    return _cambiar(id_campana, partial(Campana.pausar, ahora=ahora()), "pausar", "Campaña pausada.")


@app.route("/campaigns/{id_campana}/finish", methods=["PATCH"])
def patch_finish(id_campana: str) -> Response:
    """Complete a campaign."""
    return _cambiar(id_campana, partial(Campana.completar, ahora=ahora()), "finalizar", "Campaña finalizada.")


@app.route("/campaigns/{id_campana}/cancel", methods=["PATCH"])
def patch_cancel(id_campana: str) -> Response:
    """Cancel a campaign."""
    return _cambiar(id_campana, partial(Campana.cancelar, ahora=ahora()), "cancelar", "Campaña cancelada.")


@app.route("/campaigns/{id_campana}/budget", methods=["PATCH"])
def patch_budget(id_campana: str) -> Response:
    """Change a campaign's budget."""
    cuerpo = app.body(Presupuesto)
    presupuesto = cuerpo.dinero()
    cambio = partial(Campana.cambiar_presupuesto, presupuesto=presupuesto, ahora=ahora())
    contenido = Contenido(significa=presupuesto, cuerpo=cuerpo)
    return _cambiar(id_campana, cambio, "cambiar-presupuesto", "Presupuesto actualizado.", contenido)


@app.route("/campaigns/{id_campana}/metrics", methods=["GET"])
def get_metricas(id_campana: str) -> dict[str, Any]:
    """Return a campaign's metrics, its performance and suggestions."""
    return views.metricas(_consultar(id_campana))


@app.route("/campaigns/{id_campana}/metrics", methods=["PATCH"])
def patch_metricas(id_campana: str) -> Response:
    """Replace counted metrics with the given figures."""
    cuerpo = app.body(CorregirMetricasBody)
    correccion = cuerpo.correccion()
    cambio = partial(Campana.corregir_metricas, correccion=correccion, ahora=ahora())
    contenido = Contenido(significa=correccion, cuerpo=cuerpo)
    return _cambiar(id_campana, cambio, "corregir-metricas", "Métricas actualizadas.", contenido)


@app.route("/welcome", methods=["GET"])
def get_welcome() -> Bienvenida:
    """Greet a caller on the instance's own port."""
    return welcome(
        logger.service,
        "Bienvenido al servicio de campañas de Aeropartners.",
        endpoints=("/campaigns", "/campaigns/stats/general", "/campaigns/healthz"),
    )


@app.route("/health", methods=["GET"])
@app.route("/campaigns/health", methods=["GET"])
@app.route("/campaigns/healthz", methods=["GET"])
def get_health() -> dict[str, Any]:
    """Report that the instance is alive.

    No dependency is asked: an unreachable database must not take both instances out of service.
    """
    return {"status": "healthy", "service": logger.service, "timestamp": ahora().isoformat()}


@app.route("/ready", methods=["GET"])
@app.route("/campaigns/ready", methods=["GET"])
def get_ready() -> Response:
    """Report whether campaigns can be read and changed now; 503 without the database."""
    database().require_ready(to_write=True)
    return ready_response(logger.service, {})


def _consultar(id_campana: str) -> CampanaVista:
    return dependencies().consultas.por_id(path_uuid(id_campana, name="id_campana"))


def _cambiar(
    id_campana: str,
    cambio: Callable[[Campana], None],
    accion: str,
    mensaje: str,
    contenido: Contenido | None = None,
) -> Response:
    uuid = path_uuid(id_campana, name="id_campana")
    comando = CambiarCampana(
        id_campana=uuid,
        cambio=cambio,
        version=expected_version(app.header("If-Match")),
        solicitud=_solicitud(f"{accion} {uuid}", contenido),
        traza=_traza(),
    )
    atencion = cambiar_campana(comando, uow=dependencies().uow)
    return json_response(views.cambio(uuid, mensaje), headers=REPLAYED if atencion.repetida else {})


def _solicitud(accion: str, contenido: Contenido | None) -> Solicitud:
    """Return the request's idempotency key and the hash of its meaning.

    A request without a key gets a new one, so it is never taken for a repetition. Keys are kept for ever, and earlier
    versions stored them with the hash of the body as written: `huella_anterior`.
    """
    header = app.header(HEADER)
    escrito = contenido and contenido.cuerpo.model_dump(mode="json", exclude_unset=True)
    return Solicitud(
        clave=str(uuid4()) if header is None else read_key(header),
        huella=huella([accion, contenido and contenido.significa]),
        solicitante=app.token_subject,
        huella_anterior=hashlib.sha256(decimal_json.dumps([accion, escrito]).encode()).hexdigest(),
    )


def _traza() -> Traza:
    return Traza(correlation_id=app.correlation_id)
