"""The campaigns proxy (`campanas_proxy.api.handler`): forwards API Gateway's events and answers its own routes."""

from __future__ import annotations

from typing import Any, Final

from campanas_proxy.composition_root import proxy
from seedwork.infraestructura.http.cors import cors_headers

_OWN_PATHS: Final = frozenset(
    ("/status", "/campaigns/health", "/api/campaigns/health", "/campaigns/ready", "/api/campaigns/ready")
)
_OWN_PREFIX: Final = "/instances/proxy/"


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer a request, or check both instances at the minute's tick."""
    if "httpMethod" not in event:
        return dict(proxy().health.tick())
    answer = _answer(event, context)
    answer["headers"] = (answer.get("headers") or {}) | cors_headers(event)
    return answer


def _answer(event: dict[str, Any], context: Any) -> dict[str, Any]:
    path = event["path"].rstrip("/")
    if path in _OWN_PATHS or path.startswith(_OWN_PREFIX):
        from campanas_proxy.status_api import app  # noqa: PLC0415 - a forwarded request must not wait for Chalice

        return app(event, context)
    return proxy().forwarder.forward(event)
