"""The event collector's API: the Chalice app is the Lambda handler (`event_collector.api.app`)."""

from __future__ import annotations

from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from chalice.app import Response

from event_collector.aplicacion.admitir import admitir
from event_collector.aplicacion.registrar_evento import registrar_evento
from event_collector.aplicacion.registrar_lote import Entrada, registrar_lote
from event_collector.aplicacion.reintentar_evento import reintentar_evento
from event_collector.composition_root import ahora, api_dependencies
from event_collector.infraestructura.http import pixel, views
from event_collector.infraestructura.http.event_request import MAX_STORED_BYTES, Peticion
from event_collector.infraestructura.http.models import (
    EstadisticasParametros,
    EventoSolicitud,
    FallidosParametros,
    LimiteParametros,
    LoteSolicitud,
    ReintentoSolicitud,
    path_affiliate,
)
from event_collector.infraestructura.http.rate_limit_headers import rate_limit_headers
from event_collector.infraestructura.http.statuses import HEADERS, STATUSES
from seedwork.dominio.domain_error import DomainError
from seedwork.dominio.traza import Traza
from seedwork.infraestructura.aws.telemetry import logger
from seedwork.infraestructura.http.path_uuid import path_uuid
from seedwork.infraestructura.http.problem_details import Problem, RequestError
from seedwork.infraestructura.http.request_body import validated
from seedwork.infraestructura.http.rest_api import RestApi, json_response
from seedwork.infraestructura.http.welcome import welcome
from seedwork.infraestructura.idempotency.answer import IdempotentAnswer
from seedwork.infraestructura.text import decimal_json

if TYPE_CHECKING:
    from event_collector.dominio.cupo import Cupo

JSON_OR_TEXT: Final = ["application/json", "text/plain"]  # a browser asks nobody before it sends the latter
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
    """Accept an event; a repetition is answered with the first answer."""
    solicitud, peticion = app.body(EventoSolicitud, max_bytes=MAX_STORED_BYTES), Peticion.of(app)
    id_cliente = peticion.id_cliente(solicitud.fuente_evento)
    answer, headers = _registrar(peticion.entrada(solicitud, traza=_traza(), id_cliente=id_cliente))
    return json_response(
        views.duplicado(answer.body) if answer.replayed else answer.body,
        status=HTTPStatus.OK if answer.replayed else HTTPStatus.CREATED,
        headers=headers,
    )


@app.route("/event-collector/events/batch", methods=["POST"], content_types=JSON_OR_TEXT)
def post_batch() -> dict[str, Any]:
    """Accept many events; what is wrong with one of them is told in its place."""
    lote, peticion, traza = app.body(LoteSolicitud, max_bytes=MAX_BATCH_BYTES), Peticion.of(app), _traza()
    leidos = [_leer(documento, peticion, traza) for documento in lote.eventos]
    dependencies = api_dependencies()
    registrados = iter(
        registrar_lote(
            [leido for leido in leidos if isinstance(leido, Entrada)],
            afiliados=dependencies.afiliados,
            politica=dependencies.politica,
            firmas=dependencies.firmas,
            limites=dependencies.limites,
            eventos=dependencies.eventos,
            ahora=ahora(),
        )
    )
    resultados = (next(registrados) if isinstance(leido, Entrada) else leido for leido in leidos)
    return views.lote([app.problems.of(r) if isinstance(r, DomainError) else r for r in resultados])


@app.route("/event-collector/pixel.gif", methods=["GET"])
def get_pixel() -> Response:
    """Accept the event that the query describes; the answer is an image."""
    peticion = Peticion.of(app)
    documento = pixel.pixel_document(app.query_values, page=peticion.cabeceras.get("referer"))
    _, headers = _registrar(peticion.entrada(validated(documento, EventoSolicitud), traza=_traza()))
    return Response(body=pixel.PIXEL, headers={"Content-Type": pixel.MEDIA_TYPE, **NOT_STORED, **headers})


@app.route("/event-collector/tracker.js", methods=["GET"])
def get_tracker() -> Response:
    """The script that web pages send events with."""
    return Response(body=_tracker(), headers={"Content-Type": "text/javascript", **AN_HOUR})


@app.route("/event-collector/events/{id_evento}/status", methods=["GET"])
def get_status(id_evento: str) -> dict[str, Any]:
    """Where an event is on its way."""
    return views.estado(api_dependencies().consultas.por_id(path_uuid(id_evento, name="id_evento")))


@app.route("/event-collector/events/{id_evento}/retry", methods=["POST"])
def post_retry(id_evento: str) -> Response:
    """Have an event published again that has failed, or any if forced."""
    uuid, dependencies = path_uuid(id_evento, name="id_evento"), api_dependencies()
    comando = app.optional_body(ReintentoSolicitud).comando(uuid, correlation_id=app.correlation_id)
    veces = reintentar_evento(
        comando, consultas=dependencies.consultas, reintentos=dependencies.reintentos, ahora=ahora()
    )
    return json_response(views.reintento(uuid, veces), status=HTTPStatus.ACCEPTED)


@app.route("/event-collector/failed-events", methods=["GET"])
def get_failed_events() -> dict[str, Any]:
    """The events that have failed, the latest first."""
    parametros = app.query(FallidosParametros)
    return views.fallidos(
        api_dependencies().consultas.fallidos(id_afiliado=parametros.id_afiliado, limite=parametros.limite)
    )


@app.route("/event-collector/statistics", methods=["GET"])
def get_statistics() -> dict[str, Any]:
    """How many events there were in a period."""
    now = ahora()
    consulta = app.query(EstadisticasParametros).consulta(ahora=now)
    return views.estadisticas(api_dependencies().estadisticas.estadisticas(consulta, ahora=now))


@app.route("/event-collector/rate-limit/{id_afiliado}", methods=["GET"])
def get_rate_limit(id_afiliado: str) -> dict[str, Any]:
    """How many events an affiliate has sent, and how many it may."""
    id_, ventanas, now = path_affiliate(id_afiliado), app.query(LimiteParametros).ventana_minutos, ahora()
    dependencies = api_dependencies()
    registrado = dependencies.afiliados.buscar([id_]).get(id_)
    maximo = (registrado or dependencies.politica).eventos_por_minuto
    usados = dependencies.limites.usados(id_, ventanas=ventanas, ahora=now)
    return views.limite(id_, usados=usados, ventanas=ventanas, maximo=maximo, ahora=now)


@app.route("/event-collector/admin/rate-limit/{id_afiliado}/reset", methods=["POST"])
def post_rate_limit_reset(id_afiliado: str) -> dict[str, Any]:
    """Let an affiliate begin anew."""
    id_, now = path_affiliate(id_afiliado), ahora()
    api_dependencies().limites.reiniciar(id_, ahora=now)
    return {"exito": True, "id_afiliado": id_, "mensaje": "Límite reiniciado.", "timestamp": now.isoformat()}


@app.route("/event-collector/ready", methods=["GET"])
@app.route("/ready", methods=["GET"])
def get_ready() -> Response:
    """Whether events are accepted now; 503 without the database."""
    return views.disponible(logger.service, api_dependencies().disponibilidad.comprobar())


@app.route("/welcome", methods=["GET"])
def get_welcome() -> dict[str, Any]:
    """What is on its own port."""
    return welcome(
        logger.service,
        "Bienvenido al colector de eventos de Aeropartners.",
        endpoints=(
            "/event-collector/events",
            "/event-collector/events/batch",
            "/event-collector/pixel.gif",
            "/event-collector/tracker.js",
            "/event-collector/statistics",
            "/event-collector/failed-events",
        ),
    )


@app.route("/event-collector/health", methods=["GET"])
@app.route("/health", methods=["GET"])
def get_health() -> dict[str, Any]:
    """Alive; it asks no dependency."""
    return {"status": "healthy", "service": logger.service, "timestamp": ahora().isoformat()}


def _registrar(entrada: Entrada) -> tuple[IdempotentAnswer, dict[str, str]]:
    """Once; the headers tell what is left of the limit, where something was taken of it."""
    dependencies, recibido = api_dependencies(), entrada.recibido
    cupos: list[Cupo] = []
    afiliado = admitir(
        recibido.datos,
        entrada.credenciales,
        registrados=dependencies.afiliados.buscar([recibido.datos.id_afiliado]),
        politica=dependencies.politica,
        firmas=dependencies.firmas,
    )

    def registrar() -> IdempotentAnswer:
        registro, cupo = registrar_evento(
            recibido, afiliado=afiliado, limites=dependencies.limites, eventos=dependencies.eventos, ahora=ahora()
        )
        cupos.append(cupo)
        body = decimal_json.dumps(views.evento_aceptado(registro.evento))
        return IdempotentAnswer(body=body, replayed=registro.repetido)

    answer = dependencies.idempotency.run(
        registrar,
        recibido.admitido_de(afiliado).solicitud,
        named="El identificador del evento",
        context=app.lambda_context,
    )
    return answer, rate_limit_headers(cupos[0]) if cupos else {}


def _leer(documento: Any, peticion: Peticion, traza: Traza) -> Entrada | Problem:
    try:
        return peticion.entrada(validated(documento, EventoSolicitud), traza=traza)
    except RequestError as error:
        return error.problem


def _traza() -> Traza:
    return Traza(correlation_id=app.correlation_id)


@cache
def _tracker() -> str:
    return Path(__file__).with_name("tracker.js").read_text(encoding="utf-8")
