"""The campaigns API: the Chalice app is the Lambda handler (`campanas.api.app`), of the primary and of the replica."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from campanas.aplicacion.cambiar_campana import CambiarCampana, cambiar_campana
from campanas.aplicacion.consultar_campanas import CampanaVista
from campanas.aplicacion.crear_campana import CrearCampana, crear_campana
from campanas.composition_root import ahora, database, dependencies
from campanas.dominio.campana import Campana
from campanas.infraestructura.http import answers, operations, views
from campanas.infraestructura.http.models import (
    IF_MATCH,
    CorregirMetricasBody,
    CrearCampanaBody,
    ListarCampanasParametros,
    ModificarCampanaBody,
    Presupuesto,
)
from campanas.infraestructura.http.statuses import STATUSES
from seedwork.dominio.huella import huella
from seedwork.dominio.solicitud import Solicitud
from seedwork.dominio.traza import Traza
from seedwork.infraestructura.aws.telemetry import logger
from seedwork.infraestructura.http.operation.answer_types import NO_STORE, Bienvenida, Disponibilidad, Salud
from seedwork.infraestructura.http.readiness import ready_response
from seedwork.infraestructura.http.rest_api import RestApi, json_response
from seedwork.infraestructura.http.welcome import welcome
from seedwork.infraestructura.idempotency.key import IDEMPOTENCY_KEY, REPLAYED
from seedwork.infraestructura.text import decimal_json

if TYPE_CHECKING:
    from chalice.app import Response
    from pydantic import BaseModel


app = RestApi("campanas", statuses=STATUSES, prefixes=("/api", "/instances/primary", "/instances/replica"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Contenido:
    """The content of a request: its meaning, and the body as the client wrote it."""

    significa: object
    cuerpo: BaseModel


@app.route("/campaigns", methods=["POST"], **operations.CREAR)
def post_campana(cuerpo: CrearCampanaBody) -> Response:
    """Create a campaign; a repeated request gets the first answer.

    Its state is CREATED.
    """
    datos = cuerpo.datos()
    comando = CrearCampana(
        datos=datos, solicitud=_solicitud("crear", Contenido(significa=datos, cuerpo=cuerpo)), traza=_traza()
    )
    nueva = crear_campana(comando, uow=dependencies().uow, ahora=ahora())
    vista = CampanaVista.de(nueva.campana)
    return json_response(views.campana(vista), headers=REPLAYED if nueva.repetida else {})


@app.route("/campaigns", methods=["GET"], query=ListarCampanasParametros, answer=answers.PaginaDeCampanas)
def get_campanas(parametros: ListarCampanasParametros) -> answers.PaginaDeCampanas:
    """Return a page of campaigns, newest first.

    A page by `cursor` costs the same at any depth, and new campaigns do not shift it.
    """
    busqueda = parametros.busqueda()
    return views.pagina(dependencies().consultas.buscar(busqueda), busqueda)


@app.route("/campaigns/stats/general", methods=["GET"], answer=answers.EstadisticasDeCampanas)
def get_estadisticas() -> answers.EstadisticasDeCampanas:
    """Return the figures of all campaigns together.

    Amounts are by currency; currencies are never added.
    """
    return views.estadisticas(dependencies().consultas.estadisticas())


@app.route("/campaigns/{id_campana}", methods=["GET"], **operations.CONSULTAR)
def get_campana(id_campana: UUID) -> answers.Campana:
    """Return a campaign's current state.

    Its `version` can be sent in `If-Match` with a change.
    """
    return views.campana(dependencies().consultas.por_id(id_campana))


@app.route("/campaigns/{id_campana}", methods=["PATCH"], **operations.MODIFICAR)
def patch_campana(id_campana: UUID, cuerpo: ModificarCampanaBody) -> Response:
    """Change the given fields of a campaign.

    Null removes the description. A finished or cancelled campaign cannot change.
    """
    cambio = partial(cuerpo.cambiar, ahora=ahora())
    contenido = Contenido(significa=cuerpo.cambios(), cuerpo=cuerpo)
    return _cambiar(id_campana, cambio, "modificar", "Campaña modificada.", contenido)


@app.route("/campaigns/{id_campana}/activate", methods=["PATCH"], **operations.ACTIVAR)
def patch_activate(id_campana: UUID) -> Response:
    """Start a campaign, or resume a paused one.

    It needs a budget, and its end must not be past.
    """
    return _cambiar(id_campana, partial(Campana.activar, ahora=ahora()), "activar", "Campaña activada.")


@app.route("/campaigns/{id_campana}/pause", methods=["PATCH"], **operations.PAUSAR)
def patch_pause(id_campana: UUID) -> Response:
    """Pause a campaign.

    Only an active campaign can be paused.
    """
    return _cambiar(id_campana, partial(Campana.pausar, ahora=ahora()), "pausar", "Campaña pausada.")


@app.route("/campaigns/{id_campana}/finish", methods=["PATCH"], **operations.FINALIZAR)
def patch_finish(id_campana: UUID) -> Response:
    """Complete a campaign.

    It must be active or paused, and cannot change afterwards.
    """
    return _cambiar(id_campana, partial(Campana.completar, ahora=ahora()), "finalizar", "Campaña finalizada.")


@app.route("/campaigns/{id_campana}/cancel", methods=["PATCH"], **operations.CANCELAR)
def patch_cancel(id_campana: UUID) -> Response:
    """Cancel a campaign.

    A completed campaign cannot be cancelled; a cancelled one cannot change.
    """
    return _cambiar(id_campana, partial(Campana.cancelar, ahora=ahora()), "cancelar", "Campaña cancelada.")


@app.route("/campaigns/{id_campana}/budget", methods=["PATCH"], **operations.CAMBIAR_PRESUPUESTO)
def patch_budget(id_campana: UUID, cuerpo: Presupuesto) -> Response:
    """Change a campaign's budget.

    It cannot be less than was spent, nor change its currency after that.
    """
    presupuesto = cuerpo.dinero()
    cambio = partial(Campana.cambiar_presupuesto, presupuesto=presupuesto, ahora=ahora())
    contenido = Contenido(significa=presupuesto, cuerpo=cuerpo)
    return _cambiar(id_campana, cambio, "cambiar-presupuesto", "Presupuesto actualizado.", contenido)


@app.route("/campaigns/{id_campana}/metrics", methods=["GET"], **operations.CONSULTAR_METRICAS)
def get_metricas(id_campana: UUID) -> answers.MetricasDeCampana:
    """Return a campaign's metrics, its performance and suggestions.

    Tracking events and payments count within a second.
    """
    return views.metricas(dependencies().consultas.por_id(id_campana))


@app.route("/campaigns/{id_campana}/metrics", methods=["PATCH"], **operations.CORREGIR_METRICAS)
def patch_metricas(id_campana: UUID, cuerpo: CorregirMetricasBody) -> Response:
    """Replace counted metrics with the given figures.

    Use it for counts measured elsewhere; later events are added to them.
    """
    correccion = cuerpo.correccion()
    cambio = partial(Campana.corregir_metricas, correccion=correccion, ahora=ahora())
    contenido = Contenido(significa=correccion, cuerpo=cuerpo)
    return _cambiar(id_campana, cambio, "corregir-metricas", "Métricas actualizadas.", contenido)


@app.route("/welcome", methods=["GET"], answer=Bienvenida)
def get_welcome() -> Bienvenida:
    """Greet a caller on the instance's own port.

    The answer names the instance and its main paths.
    """
    return welcome(
        logger.service,
        "Bienvenido al servicio de campañas de Aeropartners.",
        endpoints=("/campaigns", "/campaigns/stats/general", "/campaigns/healthz"),
    )


@app.route("/health", methods=["GET"], answer=Salud)
@app.route("/campaigns/health", methods=["GET"], answer=Salud)
@app.route("/campaigns/healthz", methods=["GET"], answer=Salud)
def get_health() -> Salud:
    """Report that the instance is alive.

    No dependency is asked: an unreachable database must not take both instances out of service.
    """
    return {"status": "healthy", "service": logger.service, "timestamp": ahora().isoformat()}


@app.route("/ready", methods=["GET"], answer=Disponibilidad, answer_headers=(NO_STORE,))
@app.route("/campaigns/ready", methods=["GET"], answer=Disponibilidad, answer_headers=(NO_STORE,))
def get_ready() -> Response:
    """Report whether campaigns can be read and changed now; 503 without the database.

    A database that is read-only after a failover counts as absent.
    """
    database().require_ready(to_write=True)
    return ready_response(logger.service, {})


def _cambiar(
    id_campana: UUID,
    cambio: Callable[[Campana], None],
    accion: str,
    mensaje: str,
    contenido: Contenido | None = None,
) -> Response:
    comando = CambiarCampana(
        id_campana=id_campana,
        cambio=cambio,
        version=app.given(IF_MATCH),
        solicitud=_solicitud(f"{accion} {id_campana}", contenido),
        traza=_traza(),
    )
    atencion = cambiar_campana(comando, uow=dependencies().uow)
    return json_response(views.cambio(id_campana, mensaje), headers=REPLAYED if atencion.repetida else {})


def _solicitud(accion: str, contenido: Contenido | None) -> Solicitud:
    """Return the request's idempotency key and the hash of its meaning.

    A request without a key gets a new one, so it is never taken for a repetition. Keys are kept for ever, and earlier
    versions stored them with the hash of the body as written: `huella_anterior`.
    """
    clave = app.given(IDEMPOTENCY_KEY)
    escrito = contenido and contenido.cuerpo.model_dump(mode="json", exclude_unset=True)
    return Solicitud(
        clave=str(uuid4()) if clave is None else clave,
        huella=huella([accion, contenido and contenido.significa]),
        solicitante=app.token_subject,
        huella_anterior=hashlib.sha256(decimal_json.dumps([accion, escrito]).encode()).hexdigest(),
    )


def _traza() -> Traza:
    return Traza(correlation_id=app.correlation_id)
