"""Tracking events, as a client of the event collector sends them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

import requests

if TYPE_CHECKING:
    from support.platform import Platform


def send_event(platform: Platform, body: dict[str, Any], **headers: str) -> requests.Response:
    """`POST /event-collector/events`."""
    return requests.post(f"{platform.url}/event-collector/events", json=body, headers=headers, timeout=60)


def track(platform: Platform, id_campana: str, *, times: int) -> None:
    """An impression and a click of the campaign, each sent so many times, and published as often."""
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
