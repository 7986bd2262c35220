"""The event collector's API: the Chalice app is the Lambda handler (`event_collector.api.app`)."""

from __future__ import annotations

from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Final

from chalice.app import Response

from event_collector.aplicacion.registrar_evento import registrar_evento
from event_collector.aplicacion.registrar_lote import registrar_lote
from event_collector.aplicacion.reintentar_evento import reintentar_evento
from event_collector.composition_root import ahora, api_dependencies
from event_collector.dominio.errores import PeriodoInvertidoError
from event_collector.infraestructura.http import pixel, views
from event_collector.infraestructura.http.event_request import EventRequest
from event_collector.infraestructura.http.lists import views as lists
from event_collector.infraestructura.http.lists.answers import EventosRecientes, PaginaDeEventos
from event_collector.infraestructura.http.lists.parameters import ListarEventosParametros, RecientesParametros
from event_collector.infraestructura.http.models import (
    EstadisticasParametros,
    EventoDocumento,
    FallidosParametros,
    LimiteParametros,
    LoteBody,
    ReintentoBody,
)
from event_collector.infraestructura.http.operations import answers, declarations
from event_collector.infraestructura.http.statuses import HEADERS, STATUSES
from seedwork.dominio.traza import Traza
from seedwork.infraestructura.aws.telemetry import logger
from seedwork.infraestructura.http.operation.answer_types import NO_STORE, Bienvenida, Salud
from seedwork.infraestructura.http.request_body import validated
from seedwork.infraestructura.http.rest_api import RestApi, json_response
from seedwork.infraestructura.http.welcome import welcome

if TYPE_CHECKING:
    from uuid import UUID

    from event_collector.aplicacion.recepcion import Entrada
    from seedwork.infraestructura.idempotency.answer import IdempotentAnswer

JSON_OR_TEXT: Final = ["application/json", "text/plain"]  # browsers send text/plain without a CORS preflight
COLLECTION: Final = tuple(f"/event-collector/{path}" for path in ("events", "events/batch", "pixel.gif", "tracker.js"))
NOT_STORED: Final = {"Cache-Control": "no-store"}
AN_HOUR: Final = {"Cache-Control": "public, max-age=3600"}

app = RestApi(
    "event_collector",
    statuses=STATUSES,
    error_headers=HEADERS,
    prefixes=("/instances/event-collector",),
    for_any_page=COLLECTION,
    except_for=(("GET", "/event-collector/events"),),
)


@app.route("/event-collector/events", methods=["POST"], content_types=JSON_OR_TEXT, **declarations.EVENTO)
def post_event(cuerpo: EventoDocumento) -> Response:
    """Accept an event; a repeated one gets the first answer.

    Details such as the URL never refuse an event. As text/plain a browser sends it without a preflight.
    """
    answer = _registrar(EventRequest.of(app).sola(cuerpo, traza=_traza()))
    return json_response(
        views.duplicado(answer.body) if answer.replayed else answer.body,
        status=HTTPStatus.OK if answer.replayed else HTTPStatus.CREATED,
        headers=answer.headers,
    )


@app.route(
    "/event-collector/events",
    methods=["GET"],
    query=ListarEventosParametros,
    answer=PaginaDeEventos,
    refuses=(PeriodoInvertidoError,),
)
def get_events(parametros: ListarEventosParametros) -> PaginaDeEventos:
    """List the events, newest first, page by page.

    A page costs the same at any depth. Events accepted meanwhile do not shift the next page.
    """
    return lists.pagina(api_dependencies().listas.pagina(parametros.busqueda()), limite=parametros.limite)


@app.route("/event-collector/statistics/recent", methods=["GET"], query=RecientesParametros, answer=EventosRecientes)
def get_recent_statistics(parametros: RecientesParametros) -> EventosRecientes:
    """Count the events accepted in each of the last minutes, by type.

    The cost depends on the traffic of the last minutes, and not on the history.
    """
    return lists.recientes(api_dependencies().recientes.por_minuto(minutos=parametros.minutos, ahora=ahora()))


@app.route("/event-collector/events/batch", methods=["POST"], content_types=JSON_OR_TEXT, **declarations.LOTE)
def post_batch(cuerpo: LoteBody) -> answers.ResultadosDelLote:
    """Accept many events; each result, or its error, stands at its event's index.

    Each event is answered as a single one would be. Of a limit, the first events get what is left.
    """
    entradas = EventRequest.of(app).lote(cuerpo.eventos, traza=_traza())
    resultados = registrar_lote(entradas, recepcion=api_dependencies().recepcion, ahora=ahora())
    return views.lote([app.problems.of(r) if isinstance(r, Exception) else r for r in resultados])


@app.route("/event-collector/pixel.gif", methods=["GET"], **declarations.PIXEL)
def get_pixel() -> Response:
    """Accept the event that the query describes; the answer is an image.

    Unknown parameters become `parametros_tracking`. The page is the header Referer.
    """
    request = EventRequest.of(app)
    documento = pixel.pixel_document(app.query_values, page=request.cabeceras.get("referer"))
    answer = _registrar(request.entrada(validated(documento, EventoDocumento), traza=_traza()))
    return Response(body=pixel.PIXEL, headers={"Content-Type": pixel.MEDIA_TYPE, **NOT_STORED, **answer.headers})


@app.route("/event-collector/tracker.js", methods=["GET"], answer="text/javascript", answer_headers=(NO_STORE,))
def get_tracker() -> Response:
    """Return the script with which web pages send events.

    It may be loaded by every page.
    """
    return Response(body=_tracker(), headers={"Content-Type": "text/javascript", **AN_HOUR})


@app.route("/event-collector/events/{id_evento}/status", methods=["GET"], **declarations.ESTADO)
def get_status(id_evento: UUID) -> answers.EstadoDelEvento:
    """Return the state of an event, its payment and its failures.

    RECIBIDO, PUBLICADO (a conversion whose payment is yet to come), then PROCESADO or FALLIDO.
    """
    return views.estado(api_dependencies().consultas.por_id(id_evento))


@app.route("/event-collector/events/{id_evento}/retry", methods=["POST"], **declarations.REINTENTO)
def post_retry(id_evento: UUID, cuerpo: ReintentoBody) -> Response:
    """Publish a failed event again, or any event if forced.

    Five times in any hour.
    """
    dependencies = api_dependencies()
    comando = cuerpo.comando(id_evento, correlation_id=app.correlation_id)
    veces = reintentar_evento(
        comando, consultas=dependencies.consultas, reintentos=dependencies.reintentos, ahora=ahora()
    )
    return json_response(views.reintento(id_evento, veces), status=HTTPStatus.ACCEPTED)


@app.route("/event-collector/failed-events", methods=["GET"], **declarations.FALLIDOS)
def get_failed_events(parametros: FallidosParametros) -> answers.EventosFallidos:
    """List the failed events, the latest first.

    Each names its consumer, the reason and the topic.
    """
    return views.fallidos(
        api_dependencies().consultas.fallidos(id_afiliado=parametros.id_afiliado, limite=parametros.limite)
    )


@app.route("/event-collector/statistics", methods=["GET"], **declarations.ESTADISTICAS)
def get_statistics(parametros: EstadisticasParametros) -> answers.EstadisticasDeEventos:
    """Return the totals of events in a period.

    Whole UTC hours are counted, by acceptance; the last 24 hours unless said otherwise.
    """
    now = ahora()
    consulta = parametros.consulta(ahora=now)
    return views.estadisticas(api_dependencies().estadisticas.estadisticas(consulta, ahora=now))


@app.route("/event-collector/rate-limit/{id_afiliado}", methods=["GET"], **declarations.LIMITE)
def get_rate_limit(id_afiliado: str, parametros: LimiteParametros) -> answers.LimiteDelAfiliado:
    """Return how many events an affiliate has sent, and its limit.

    The windows are the clock's minutes.
    """
    ventanas, now, recepcion = parametros.ventana_minutos, ahora(), api_dependencies().recepcion
    maximo = recepcion.eventos_por_minuto(id_afiliado)
    usados = recepcion.limites.usados(id_afiliado, ventanas=ventanas, ahora=now)
    return views.limite(id_afiliado, usados=usados, ventanas=ventanas, maximo=maximo, ahora=now)


@app.route("/event-collector/admin/rate-limit/{id_afiliado}/reset", methods=["POST"], **declarations.REINICIO)
def post_rate_limit_reset(id_afiliado: str) -> answers.LimiteReiniciado:
    """Reset the counts of an affiliate's events, so that its limit starts anew.

    Events already counted for statistics stay.
    """
    now = ahora()
    api_dependencies().recepcion.limites.reiniciar(id_afiliado, ahora=now)
    return {"exito": True, "id_afiliado": id_afiliado, "mensaje": "Límite reiniciado.", "timestamp": now.isoformat()}


@app.route("/event-collector/ready", methods=["GET"], **declarations.DISPONIBLE)
@app.route("/ready", methods=["GET"], **declarations.DISPONIBLE)
def get_ready() -> Response:
    """Report whether events are accepted now; 503 without the database.

    Without DynamoDB the service is `degraded`: events are then accepted without a limit.
    """
    return views.disponible(logger.service, api_dependencies().disponibilidad.comprobar())


@app.route("/welcome", methods=["GET"], answer=Bienvenida)
def get_welcome() -> Bienvenida:
    """Return the links of the port's front page.

    The answer names the service and its main paths.
    """
    others = ("/event-collector/statistics", "/event-collector/failed-events")
    return welcome(
        logger.service, "Bienvenido al colector de eventos de Aeropartners.", endpoints=(*COLLECTION, *others)
    )


@app.route("/event-collector/health", methods=["GET"], answer=Salud)
@app.route("/health", methods=["GET"], answer=Salud)
def get_health() -> Salud:
    """Report that the API is alive.

    No dependency is checked.
    """
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
