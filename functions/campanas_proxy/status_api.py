"""The routes that the proxy answers itself, a Chalice app, below the paths of API Gateway and of its own."""

from __future__ import annotations

from typing import Any

from campanas_proxy.composition_root import proxy
from campanas_proxy.views import campaigns_health_view, proxy_health_view, status_view
from seedwork.infraestructura.rest_api import RestApi

app = RestApi("campanas-proxy", statuses={}, prefixes=("/api", "/instances/proxy"))


@app.route("/status", methods=["GET"])
def get_status() -> dict[str, Any]:
    """Who serves, how both instances are, and how often the other had to."""
    return status_view(proxy().health.look())


@app.route("/health", methods=["GET"])
def get_health() -> dict[str, Any]:
    """The proxy is as healthy as the healthier of its instances."""
    return proxy_health_view(proxy().health.look())


@app.route("/campaigns/health", methods=["GET"])
def get_campaigns_health() -> dict[str, Any]:
    """Both instances, as the original tells them."""
    return campaigns_health_view(proxy().health.look())
