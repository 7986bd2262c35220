"""The routes that the proxy answers itself: a Chalice app, reached at the API's root and below /instances/proxy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from campanas_proxy.composition_root import proxy
from campanas_proxy.http.views import campaigns_health_view, proxy_health_view, ready_view, status_view
from seedwork.infraestructura.dependency_unavailable import DependencyUnavailableError
from seedwork.infraestructura.http.rest_api import RestApi, json_response
from seedwork.infraestructura.http.welcome import welcome

if TYPE_CHECKING:
    from chalice.app import Response

    from seedwork.infraestructura.http.operation.answer_types import Bienvenida

app = RestApi("campanas-proxy", statuses={}, prefixes=("/api", "/instances/proxy"))


@app.route("/status", methods=["GET"])
def get_status() -> dict[str, Any]:
    """Report the serving instance, the condition of both, and the count of failovers."""
    return status_view(proxy().health.look_closely())


@app.route("/ready", methods=["GET"])
@app.route("/campaigns/ready", methods=["GET"])
def get_ready() -> Response:
    """Report whether at least one instance can read and change campaigns now; 503 if neither can."""
    picture = proxy().health.look_closely()
    if not picture.is_healthy:
        raise DependencyUnavailableError("campanas")
    return json_response(ready_view(picture), headers={"Cache-Control": "no-store"})


@app.route("/health", methods=["GET"])
def get_health() -> dict[str, Any]:
    """Report the proxy's health, which is that of the healthier instance."""
    return proxy_health_view(proxy().health.look())


@app.route("/welcome", methods=["GET"])
def get_welcome() -> Bienvenida:
    """Greet a caller on the proxy's own port."""
    return welcome(
        "campanas-proxy",
        "Bienvenido al proxy de campañas de Aeropartners.",
        endpoints=("/campaigns", "/api/campaigns", "/api/campaigns/health", "/status"),
    )


@app.route("/campaigns/health", methods=["GET"])
def get_campaigns_health() -> dict[str, Any]:
    """Report the health of both instances in the original system's format."""
    return campaigns_health_view(proxy().health.look())
