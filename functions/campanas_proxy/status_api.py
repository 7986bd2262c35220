"""The routes that the proxy answers itself: a Chalice app, reached at the API's root and below /instances/proxy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from campanas_proxy.composition_root import proxy
from campanas_proxy.http import answers
from campanas_proxy.http.views import campaigns_health_view, proxy_health_view, ready_view, status_view
from seedwork.infraestructura.dependency_unavailable import DependencyUnavailableError
from seedwork.infraestructura.http.operation.answer_types import NO_STORE, Bienvenida
from seedwork.infraestructura.http.rest_api import RestApi, json_response
from seedwork.infraestructura.http.welcome import welcome

if TYPE_CHECKING:
    from chalice.app import Response


app = RestApi("campanas-proxy", statuses={}, prefixes=("/api", "/instances/proxy"))


@app.route("/status", methods=["GET"], answer=answers.EstadoDelProxy)
def get_status() -> answers.EstadoDelProxy:
    """Report the serving instance, the condition of both, and the count of failovers.

    An instance that is alive but cannot reach its database is `unready`.
    """
    return status_view(proxy().health.look_closely())


@app.route("/ready", methods=["GET"], answer=answers.DisponibilidadDelProxy, answer_headers=(NO_STORE,))
@app.route("/campaigns/ready", methods=["GET"], answer=answers.DisponibilidadDelProxy, answer_headers=(NO_STORE,))
def get_ready() -> Response:
    """Report whether at least one instance can read and change campaigns now; 503 if neither can.

    It is `degraded` while only one can.
    """
    picture = proxy().health.look_closely()
    if not picture.is_healthy:
        raise DependencyUnavailableError("campanas")
    return json_response(ready_view(picture), headers={"Cache-Control": "no-store"})


@app.route("/health", methods=["GET"], answer=answers.SaludDelProxy)
def get_health() -> answers.SaludDelProxy:
    """Report the proxy's health, which is that of the healthier instance.

    It may be a few seconds old.
    """
    return proxy_health_view(proxy().health.look())


@app.route("/welcome", methods=["GET"], answer=Bienvenida)
def get_welcome() -> Bienvenida:
    """Greet a caller on the proxy's own port.

    The answer names the service and its main paths.
    """
    return welcome(
        "campanas-proxy",
        "Bienvenido al proxy de campañas de Aeropartners.",
        endpoints=("/campaigns", "/api/campaigns", "/api/campaigns/health", "/status"),
    )


@app.route("/campaigns/health", methods=["GET"], answer=answers.SaludDeInstancias)
def get_campaigns_health() -> answers.SaludDeInstancias:
    """Report the health of both instances in the original system's format.

    `fail_count` is the number of failures in a row.
    """
    return campaigns_health_view(proxy().health.look())
