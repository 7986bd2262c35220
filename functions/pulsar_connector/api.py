"""The connector's operations API: the Chalice app is the Lambda handler (`pulsar_connector.api.app`)."""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from pulsar_connector.operations import answers, views
from pulsar_connector.operations.composition import commands, database, mappings, queries, statistics
from pulsar_connector.operations.errors import (
    STATUSES,
    CartaCerradaError,
    CartaDemasiadoAntiguaError,
    CartaNoEncontradaError,
    CartaSinOrigenError,
    MapeoNoDesplegadoError,
)
from pulsar_connector.operations.letter import Estado
from pulsar_connector.operations.models import ID_CARTA, REENVIAR, CartaParametros, CartasParametros, ReenviarCartasBody
from seedwork.infraestructura.http.operation.answer_types import NO_STORE, Disponibilidad, Salud
from seedwork.infraestructura.http.readiness import ready_response
from seedwork.infraestructura.http.rest_api import RestApi, json_response

if TYPE_CHECKING:
    from chalice.app import Response

SERVICE: Final = "connector"

app = RestApi(SERVICE, statuses=STATUSES)


@app.route("/connector/mappings", methods=["GET"], answer=answers.Mapeos)
def get_mappings() -> answers.Mapeos:
    """Return the mappings, with the messages and dead letters that wait for each.

    Messages are counted by the broker's admin API; where it cannot be asked, their numbers are null.
    """
    deployed = mappings()
    letters, redrives = queries().waiting_by_mapping(), queries().waiting_by_mapping(Estado.REENVIO_SOLICITADO)
    return views.mapeos(deployed, statistics().backlogs(deployed), letters, redrives)


@app.route("/connector/outboxes", methods=["GET"], answer=answers.Outboxes)
def get_outboxes() -> answers.Outboxes:
    """Return what waits in each outbox.

    At most a hundred thousand events of an outbox are counted.
    """
    return {"outboxes": queries().outboxes()}


@app.route("/connector/dead-letters", methods=["GET"], query=CartasParametros, answer=answers.Cartas)
def get_dead_letters(parametros: CartasParametros) -> answers.Cartas:
    """Return a page of dead letters, the oldest first.

    The relay stores a letter within a second after a consumer has given its message up.
    """
    after = int(parametros.cursor or 0)
    letters = queries().page(parametros.filters(), state=parametros.estado, after=after, limit=parametros.limite + 1)
    return views.cartas(letters, mappings(), limit=parametros.limite)


@app.route(
    "/connector/dead-letters/{id_carta}",
    methods=["GET"],
    path_parameters=(ID_CARTA,),
    query=CartaParametros,
    answer=answers.CartaConContenido,
    refuses=(CartaNoEncontradaError,),
)
def get_dead_letter(id_carta: int, parametros: CartaParametros) -> answers.CartaConContenido:
    """Return one dead letter with its content.

    A content of more than 2 MB comes in parts: `siguiente_byte` is `desde` of the next one.
    """
    letter = queries().letter(id_carta)
    content = queries().content(id_carta, start=parametros.desde, size=views.PART_BYTES)
    return views.carta_con_contenido(letter, mappings(), content, start=parametros.desde)


@app.route(
    "/connector/dead-letters/{id_carta}/redrive",
    methods=["POST"],
    path_parameters=(ID_CARTA,),
    answer=answers.Carta,
    status=HTTPStatus.ACCEPTED,
    refuses=(
        CartaNoEncontradaError,
        CartaCerradaError,
        CartaSinOrigenError,
        MapeoNoDesplegadoError,
        CartaDemasiadoAntiguaError,
    ),
)
def post_redrive(id_carta: int) -> Response:
    """Send a letter back to its topic, for the failed mapping only.

    The relay does it in the background, at least once. A repetition changes nothing.
    """
    deployed = mappings()
    letter = commands().redrive(id_carta, deployed)
    return json_response(views.carta(letter, deployed), status=HTTPStatus.ACCEPTED)


@app.route(
    "/connector/dead-letters/redrive",
    methods=["POST"],
    body=ReenviarCartasBody,
    examples=REENVIAR,
    answer=answers.Reenvios,
    status=HTTPStatus.ACCEPTED,
)
def post_redrives(cuerpo: ReenviarCartasBody) -> Response:
    """Send many letters back to their topics, each for its mapping only.

    Letters that cannot be redriven stay, and are counted by their reasons. The relay sends in the background.
    """
    redrives = commands().redrive_many(cuerpo.filters(), cuerpo.letter_ids(), mappings())
    return json_response(views.reenvios(redrives), status=HTTPStatus.ACCEPTED)


@app.route(
    "/connector/dead-letters/{id_carta}",
    methods=["DELETE"],
    path_parameters=(ID_CARTA,),
    answer=answers.Carta,
    refuses=(CartaNoEncontradaError, CartaCerradaError),
)
def delete_dead_letter(id_carta: int) -> answers.Carta:
    """Discard a letter, which is then not redriven any more.

    It can be read by its id for 30 days, with its content, and is deleted then.
    """
    return views.carta(commands().discard(id_carta), mappings())


@app.route("/connector/health", methods=["GET"], answer=Salud)
def get_health() -> Salud:
    """Report that the API is alive.

    No dependency is asked: an unreachable database must not take the API out of service.
    """
    return {"status": "healthy", "service": SERVICE, "timestamp": datetime.now(UTC).isoformat()}


@app.route("/connector/ready", methods=["GET"], answer=Disponibilidad, answer_headers=(NO_STORE,))
def get_ready() -> Response:
    """Report whether dead letters can be read and redriven now; 503 without the database.

    The broker is not asked: a redrive is stored without it, and sent later.
    """
    database().require_ready(to_write=True)
    return ready_response(SERVICE, {})
