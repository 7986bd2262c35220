"""The answer to `GET …/ready`: whether an API can do now what it is there for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from seedwork.infraestructura.http.rest_api import json_response

if TYPE_CHECKING:
    from chalice.app import Response

OK: Final = "ok"


def ready_response(service: str, dependencias: Mapping[str, str | None], **more: object) -> Response:
    """200: what it cannot be without was asked before, and raises; of the rest, each with why it does not answer.

    Without one of those it is `degraded`. Nothing on the way may keep the answer.
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
