"""Sends tracking events to a running platform, and registers affiliates."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import requests

from pulsar_connector.broker.pulsar_client import full_topic, pulsar_client
from seedwork.infraestructura.events.envelope import Envelope

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


def bury(platform: Platform, id_evento: str) -> None:
    """Publish a dead letter of the event, as the bridge does."""
    [(payload, metadata, occurred_at, event_type)] = platform.sql(
        "select payload::text, metadata, occurred_at, type from event_collector.outbox where id = %s", id_evento
    )
    envelope = Envelope.from_outbox_row(
        context="event_collector", id=id_evento, aggregateid=id_evento, version=1, type=event_type, payload=payload,
        metadata=metadata, occurred_at=occurred_at,
    )  # fmt: skip
    story = {
        "dlq-reason": "a test", "dlq-mapping": "metricas-campanas", "dlq-topic": "tracking.evt.click",
        "dlq-time": datetime.now(UTC).isoformat(), "id": id_evento,
    }  # fmt: skip
    with pulsar_client(f"pulsar://127.0.0.1:{platform.port(6650)}") as client:
        client.create_producer(full_topic("campaigns.DLQ")).send(envelope.to_json(), properties=story)
