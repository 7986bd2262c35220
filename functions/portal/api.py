"""The portal's routes: a Chalice app is the Lambda handler (`portal.api.app`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from portal.composition_root import site
from portal.negotiation import prefers_html
from portal.relative_root import root_from
from portal.site import NO_HEADERS
from seedwork.infraestructura.http.operation.answer_types import Bienvenida
from seedwork.infraestructura.http.rest_api import RestApi, json_response
from seedwork.infraestructura.http.welcome import welcome

if TYPE_CHECKING:
    from chalice.app import Response

app = RestApi("portal", statuses={})
VARY: Final = {"Vary": "Accept"}


@app.route("/", methods=["GET"], answer=Bienvenida)
def get_root() -> Response:
    """Return the panel to a browser, and the endpoints of the platform to a program.

    The header Accept decides. Each service greets in the same way on its own port.
    """
    if prefers_html(app.header("Accept")):
        return _page("index", headers=VARY)
    return json_response(_greeting(), headers=VARY)


@app.route("/assets/{huella}/{nombre}", methods=["GET"])
def get_asset(huella: str, nombre: str) -> Response:
    """Return a file that pages load."""
    return site().asset(huella, nombre)


@app.route("/assets/{huella}/{nombre}/{archivo}", methods=["GET"])
def get_asset_in_folder(huella: str, nombre: str, archivo: str) -> Response:
    """Return a file that pages load, out of a folder."""
    return site().asset(huella, f"{nombre}/{archivo}")


def _greeting() -> Bienvenida:
    return welcome(
        "pagos",
        "Bienvenido a Aeropartners: pagos, campañas, informes y eventos de afiliados.",
        endpoints=("/pagos", "/campaigns", "/api/campaigns", "/api/reports/payments", "/event-collector", "/status"),
    )


def _page(name: str, *, headers: Mapping[str, str] = NO_HEADERS) -> Response:
    root = root_from(app.request_context)
    return site().page(name, root, seen=app.header("If-None-Match"), headers=headers)
