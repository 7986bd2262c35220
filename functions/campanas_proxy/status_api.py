"""The routes that the proxy answers itself, a Chalice app, below the paths of API Gateway and of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from campanas_proxy.composition_root import proxy
from campanas_proxy.http.views import campaigns_health_view, proxy_health_view, ready_view, status_view
from seedwork.infraestructura.dependency_unavailable import DependencyUnavailableError
from seedwork.infraestructura.http.rest_api import RestApi, json_response
from seedwork.infraestructura.http.welcome import welcome

if TYPE_CHECKING:
    from chalice.app import Response

app = RestApi("campanas-proxy", statuses={}, prefixes=("/api", "/instances/proxy"))


@app.route("/status", methods=["GET"])
def get_status() -> dict[str, Any]:
    """Who serves, how both instances are, and how often the other had to."""
    return status_view(proxy().health.look_closely())


@app.route("/ready", methods=["GET"])
@app.route("/campaigns/ready", methods=["GET"])
def get_ready() -> Response:
    """Whether campaigns can be read and changed now, by one of the instances; 503 if by none."""
    picture = proxy().health.look_closely()
    if not picture.is_healthy:
        raise DependencyUnavailableError("campanas")
    return json_response(ready_view(picture), headers={"Cache-Control": "no-store"})


@app.route("/health", methods=["GET"])
def get_health() -> dict[str, Any]:
    """The proxy is as healthy as the healthier of its instances."""
    return proxy_health_view(proxy().health.look())


@app.route("/welcome", methods=["GET"])
def get_welcome() -> dict[str, Any]:
    """What is on its own port."""
    return welcome(
        "campanas-proxy",
        "Bienvenido al proxy de campañas de Aeropartners.",
        endpoints=("/campaigns", "/api/campaigns", "/api/campaigns/health", "/status"),
    )


@app.route("/campaigns/health", methods=["GET"])
def get_campaigns_health() -> dict[str, Any]:
    """Both instances, as the original tells them."""
    return campaigns_health_view(proxy().health.look())
