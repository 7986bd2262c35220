"""The portal's routes: a Chalice app is the Lambda handler (`portal.api.app`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from portal.composition_root import site
from portal.negotiation import HTML, prefers_html
from portal.relative_root import root_from
from portal.site import NO_DOCUMENT, NO_FILE, NO_HEADERS
from seedwork.infraestructura.http.operation.answer_types import NO_STORE, Bienvenida
from seedwork.infraestructura.http.operation.parameters import text_parameter
from seedwork.infraestructura.http.rest_api import JSON, RestApi, json_response
from seedwork.infraestructura.http.welcome import welcome

if TYPE_CHECKING:
    from chalice.app import Response

app = RestApi("portal", statuses={})
VARY: Final = {"Vary": "Accept"}
HUELLA: Final = text_parameter("huella", "The fingerprint of the files' content.", example="3f2a9c1b")
NOMBRE: Final = text_parameter("nombre", "The name of a file, or of its folder.", example="index.js")
ARCHIVO: Final = text_parameter("archivo", "The name of a file in a folder.", example="panel.js")


@app.route("/", methods=["GET"], answer=Bienvenida, also=("text/html",))
def get_root() -> Response:
    """Return the panel to a browser, and the endpoints of the platform to a program.

    The header Accept decides. Each service greets in the same way on its own port.
    """
    if prefers_html(app.header("Accept")):
        return _page("index", headers=VARY)
    return json_response(_greeting(), headers=VARY)


@app.route(
    "/assets/{huella}/{nombre}",
    methods=["GET"],
    path_parameters=(HUELLA, NOMBRE),
    answer="*/*",
    answer_headers=(NO_STORE,),
    refuses=(NO_FILE,),
)
def get_asset(huella: str, nombre: str) -> Response:
    """Return a file that pages load.

    Its address changes with its content, so it may be kept for ever.
    """
    return site().asset(huella, nombre)


@app.route(
    "/assets/{huella}/{nombre}/{archivo}",
    methods=["GET"],
    path_parameters=(HUELLA, NOMBRE, ARCHIVO),
    answer="*/*",
    answer_headers=(NO_STORE,),
    refuses=(NO_FILE,),
)
def get_asset_in_folder(huella: str, nombre: str, archivo: str) -> Response:
    """Return a file that pages load, out of a folder.

    Its address changes with its content, so it may be kept for ever.
    """
    return site().asset(huella, f"{nombre}/{archivo}")


def _greeting() -> Bienvenida:
    return welcome(
        "pagos",
        "Bienvenido a Aeropartners: pagos, campañas, informes y eventos de afiliados.",
        endpoints=("/pagos", "/campaigns", "/api/campaigns", "/api/reports/payments", "/event-collector", "/status"),
    )


@app.route("/docs", methods=["GET"], answer=HTML)
def get_docs() -> Response:
    """Return the page with the documentation of the API, where requests can be tried.

    It is Swagger UI on `/openapi.json`.
    """
    return _page("docs")


@app.route("/docs/events", methods=["GET"], answer=HTML)
def get_docs_events() -> Response:
    """Return the page with the documentation of the events.

    It is Redoc on `/asyncapi.json`.
    """
    return _page("events")


@app.route("/openapi.json", methods=["GET"], answer=JSON, refuses=(NO_DOCUMENT,))
def get_openapi() -> Response:
    """Return the OpenAPI document of the API.

    It is `docs/openapi.yaml` as JSON.
    """
    return site().document("openapi", seen=app.header("If-None-Match"))


@app.route("/asyncapi.json", methods=["GET"], answer=JSON, refuses=(NO_DOCUMENT,))
def get_asyncapi() -> Response:
    """Return the AsyncAPI document of the events.

    It is `docs/asyncapi.yaml` as JSON.
    """
    return site().document("asyncapi", seen=app.header("If-None-Match"))


def _page(name: str, *, headers: Mapping[str, str] = NO_HEADERS) -> Response:
    root = root_from(app.request_context)
    return site().page(name, root, seen=app.header("If-None-Match"), headers=headers)
