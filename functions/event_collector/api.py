"""The event collector's API: the Chalice app is the Lambda handler (`event_collector.api.app`)."""

from __future__ import annotations

from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from chalice.app import Response

from event_collector.aplicacion.registrar_evento import registrar_evento
from event_collector.aplicacion.registrar_lote import registrar_lote
from event_collector.aplicacion.reintentar_evento import reintentar_evento
from event_collector.composition_root import ahora, api_dependencies
from event_collector.infraestructura.http import pixel, views
from event_collector.infraestructura.http.event_request import MAX_STORED_BYTES, EventRequest
from event_collector.infraestructura.http.models import (
    EstadisticasParametros,
    EventoDocumento,
    FallidosParametros,
    LimiteParametros,
    LoteBody,
    ReintentoBody,
    path_affiliate,
)
from event_collector.infraestructura.http.statuses import HEADERS, STATUSES
from seedwork.dominio.traza import Traza
from seedwork.infraestructura.aws.telemetry import logger
from seedwork.infraestructura.http.operation.path_uuid import path_uuid
from seedwork.infraestructura.http.request_body import validated
from seedwork.infraestructura.http.rest_api import RestApi, json_response
from seedwork.infraestructura.http.welcome import welcome

if TYPE_CHECKING:
    from event_collector.aplicacion.recepcion import Entrada
    from seedwork.infraestructura.http.operation.answer_types import Bienvenida
    from seedwork.infraestructura.idempotency.answer import IdempotentAnswer

JSON_OR_TEXT: Final = ["application/json", "text/plain"]  # browsers send text/plain without a CORS preflight
MAX_BATCH_BYTES: Final = 4 * 1024 * 1024
COLLECTION: Final = tuple(f"/event-collector/{path}" for path in ("events", "events/batch", "pixel.gif", "tracker.js"))
NOT_STORED: Final = {"Cache-Control": "no-store"}
AN_HOUR: Final = {"Cache-Control": "public, max-age=3600"}

app = RestApi(
    "event_collector",
    statuses=STATUSES,
    error_headers=HEADERS,
    prefixes=("/instances/event-collector",),
    for_any_page=COLLECTION,
)


@app.route("/event-collector/events", methods=["POST"], content_types=JSON_OR_TEXT)
def post_event() -> Response:
    """Accept an event; a repeated one gets the first answer."""
    cuerpo = app.body(EventoDocumento, max_bytes=MAX_STORED_BYTES)
    answer = _registrar(EventRequest.of(app).sola(cuerpo, traza=_traza()))
    return json_response(
        views.duplicado(answer.body) if answer.replayed else answer.body,
        status=HTTPStatus.OK if answer.replayed else HTTPStatus.CREATED,
        headers=answer.headers,
    )


@app.route("/event-collector/events/batch", methods=["POST"], content_types=JSON_OR_TEXT)
def post_batch() -> dict[str, Any]:
    """Accept many events; each result, or its error, stands at its event's index."""
    cuerpo = app.body(LoteBody, max_bytes=MAX_BATCH_BYTES)
    entradas = EventRequest.of(app).lote(cuerpo.eventos, traza=_traza())
    resultados = registrar_lote(entradas, recepcion=api_dependencies().recepcion, ahora=ahora())
    return views.lote([app.problems.of(r) if isinstance(r, Exception) else r for r in resultados])


@app.route("/event-collector/pixel.gif", methods=["GET"])
def get_pixel() -> Response:
    """Accept the event that the query describes; the answer is an image."""
    request = EventRequest.of(app)
    documento = pixel.pixel_document(app.query_values, page=request.cabeceras.get("referer"))
    answer = _registrar(request.entrada(validated(documento, EventoDocumento), traza=_traza()))
    return Response(body=pixel.PIXEL, headers={"Content-Type": pixel.MEDIA_TYPE, **NOT_STORED, **answer.headers})


@app.route("/event-collector/tracker.js", methods=["GET"])
def get_tracker() -> Response:
    """Return the script with which web pages send events."""
    return Response(body=_tracker(), headers={"Content-Type": "text/javascript", **AN_HOUR})


@app.route("/event-collector/events/{id_evento}/status", methods=["GET"])
def get_status(id_evento: str) -> dict[str, Any]:
    """Return the state of an event, its payment and its failures."""
    return views.estado(api_dependencies().consultas.por_id(path_uuid(id_evento, name="id_evento")))


@app.route("/event-collector/events/{id_evento}/retry", methods=["POST"])
def post_retry(id_evento: str) -> Response:
    """Publish a failed event again, or any event if forced."""
    uuid, dependencies = path_uuid(id_evento, name="id_evento"), api_dependencies()
    comando = app.optional_body(ReintentoBody).comando(uuid, correlation_id=app.correlation_id)
    veces = reintentar_evento(
        comando, consultas=dependencies.consultas, reintentos=dependencies.reintentos, ahora=ahora()
    )
    return json_response(views.reintento(uuid, veces), status=HTTPStatus.ACCEPTED)


@app.route("/event-collector/failed-events", methods=["GET"])
def get_failed_events() -> dict[str, Any]:
    """List the failed events, the latest first."""
    parametros = app.query(FallidosParametros)
    return views.fallidos(
        api_dependencies().consultas.fallidos(id_afiliado=parametros.id_afiliado, limite=parametros.limite)
    )


@app.route("/event-collector/statistics", methods=["GET"])
def get_statistics() -> dict[str, Any]:
    """Return the totals of events in a period."""
    now = ahora()
    consulta = app.query(EstadisticasParametros).consulta(ahora=now)
    return views.estadisticas(api_dependencies().estadisticas.estadisticas(consulta, ahora=now))


@app.route("/event-collector/rate-limit/{id_afiliado}", methods=["GET"])
def get_rate_limit(id_afiliado: str) -> dict[str, Any]:
    """Return how many events an affiliate has sent, and its limit."""
    id_, ventanas, now = path_affiliate(id_afiliado), app.query(LimiteParametros).ventana_minutos, ahora()
    recepcion = api_dependencies().recepcion
    maximo = recepcion.eventos_por_minuto(id_)
    usados = recepcion.limites.usados(id_, ventanas=ventanas, ahora=now)
    return views.limite(id_, usados=usados, ventanas=ventanas, maximo=maximo, ahora=now)


@app.route("/event-collector/admin/rate-limit/{id_afiliado}/reset", methods=["POST"])
def post_rate_limit_reset(id_afiliado: str) -> dict[str, Any]:
    """Reset the counts of an affiliate's events, so that its limit starts anew."""
    id_, now = path_affiliate(id_afiliado), ahora()
    api_dependencies().recepcion.limites.reiniciar(id_, ahora=now)
    return {"exito": True, "id_afiliado": id_, "mensaje": "Límite reiniciado.", "timestamp": now.isoformat()}


@app.route("/event-collector/ready", methods=["GET"])
@app.route("/ready", methods=["GET"])
def get_ready() -> Response:
    """Return whether events are accepted now; 503 without the database."""
    return views.disponible(logger.service, api_dependencies().disponibilidad.comprobar())


@app.route("/welcome", methods=["GET"])
def get_welcome() -> Bienvenida:
    """Return the links of the port's front page."""
    others = ("/event-collector/statistics", "/event-collector/failed-events")
    return welcome(
        logger.service, "Bienvenido al colector de eventos de Aeropartners.", endpoints=(*COLLECTION, *others)
    )


@app.route("/event-collector/health", methods=["GET"])
@app.route("/health", methods=["GET"])
def get_health() -> dict[str, Any]:
    """Answer 200 while the function runs; no dependency is checked."""
    return {"status": "healthy", "service": logger.service, "timestamp": ahora().isoformat()}


def _registrar(entrada: Entrada) -> IdempotentAnswer:
    recepcion, idempotency = api_dependencies().recepcion, api_dependencies().idempotency
    admitido = recepcion.admitir(entrada)
    return idempotency.run(
        lambda: views.registrado(*registrar_evento(admitido, recepcion=recepcion, ahora=ahora())),
        admitido.solicitud,
        named="El identificador del evento",
        context=app.lambda_context,
    )


def _traza() -> Traza:
    return Traza(correlation_id=app.correlation_id)


@cache
def _tracker() -> str:
    return Path(__file__).with_name("tracker.js").read_text(encoding="utf-8")
