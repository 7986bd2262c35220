"""Sends tracking events to a running platform, and registers affiliates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

import requests

if TYPE_CHECKING:
    from support.platform.platform import Platform


def send_event(platform: Platform, body: dict[str, Any], **headers: str) -> requests.Response:
    """Send `POST /event-collector/events`."""
    return requests.post(f"{platform.url}/event-collector/events", json=body, headers=headers, timeout=60)


def un_afiliado(
    platform: Platform,
    *,
    activo: bool = True,
    permisos: list[str] | None = None,
    eventos_por_minuto: int | None = None,
    secreto_webhook: str | None = None,
) -> str:
    """Register an affiliate with an id of its own."""
    id_afiliado = f"afiliado-{uuid4().hex[:8]}"
    platform.sql(
        "insert into event_collector.afiliados (id, activo, permisos, eventos_por_minuto, secreto_webhook)"
        " values (%s, %s, %s, %s, %s)",
        id_afiliado, activo, permisos, eventos_por_minuto, secreto_webhook,
    )  # fmt: skip
    return id_afiliado


def un_evento(**campos: Any) -> dict[str, Any]:
    """Return a click with an id of its own."""
    return {"tipo_evento": "CLICK", "id_afiliado": "afiliado-001", "id_evento_cliente": str(uuid4()), **campos}


def get(platform: Platform, path: str) -> dict[str, Any]:
    """Send `GET /event-collector/…` to the collector's own port."""
    document: dict[str, Any] = requests.get(
        f"http://127.0.0.1:{platform.port(8090)}/event-collector/{path}", timeout=60
    ).json()
    return document


def track(platform: Platform, id_campana: str, *, times: int) -> None:
    """Send an impression and a click of the campaign that many times, and wait until they are published."""
    for tipo in ("IMPRESSION", "CLICK"):
        body = {
            "tipo_evento": tipo,
            "id_afiliado": "afiliado-001",
            "id_campana": id_campana,
            "id_evento_cliente": str(uuid4()),
        }
        [id_evento] = {send_event(platform, body).json()["id_evento"] for _ in range(times)}
        for _ in range(times - 1):
            again = f"{platform.url}/event-collector/events/{id_evento}/retry"
            assert requests.post(again, json={"forzar_reproceso": True}, timeout=60).status_code == 202
