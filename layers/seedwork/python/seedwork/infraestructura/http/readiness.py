"""The answer to `GET …/ready`: whether an API can serve now."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from seedwork.infraestructura.http.rest_api import json_response

if TYPE_CHECKING:
    from chalice.app import Response

OK: Final = "ok"


def ready_response(service: str, dependencias: Mapping[str, str | None], **more: object) -> Response:
    """Return 200 with the state of the optional dependencies; an unavailable one, given with its cause, is `degraded`.

    The required dependency, PostgreSQL, must be checked before, and raises. The answer must not be cached.
    """
    return json_response(
        {
            "status": "degraded" if any(dependencias.values()) else "ready",
            "service": service,
            "timestamp": datetime.now(UTC).isoformat(),
            "dependencias": {"postgresql": OK} | {name: cause or OK for name, cause in dependencias.items()},
            **more,
        },
        headers={"Cache-Control": "no-store"},
    )
