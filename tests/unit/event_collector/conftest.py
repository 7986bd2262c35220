"""The event collector's API on fakes, with moto's DynamoDB for idempotency."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest
from chalice.test import Client

import event_collector.api
from event_collector.infraestructura.events.codec import to_payload
from seedwork.infraestructura.text import decimal_json
from support.builders import AHORA
from support.event_collector.fakes import FakeEventCollector

if TYPE_CHECKING:
    from chalice.test import HTTPResponse

    from seedwork.infraestructura.idempotency.operation import Idempotency

EVENTO = {"tipo_evento": "CLICK", "id_afiliado": "afiliado-001"}


class Api:
    """A client of the API; `ahora` is the API's clock."""

    def __init__(self, client: Client, collector: FakeEventCollector) -> None:
        self._http = client.http
        self.collector = collector
        self.ahora: datetime = AHORA

    def post(self, body: Any = EVENTO, path: str = "events", **headers: str) -> HTTPResponse:
        """Send `POST /event-collector/…`; the body is a text, or becomes JSON."""
        text = body if isinstance(body, (str, bytes)) else json.dumps(body)
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        return self._http.post(
            f"/event-collector/{path}", body=text, headers={"Content-Type": "application/json", **names}
        )

    def batch(self, *eventos: Any, **headers: str) -> dict[str, Any]:
        """Send `POST /event-collector/events/batch`, which must answer 200."""
        answer = self.post({"eventos": eventos}, "events/batch", **headers)
        assert answer.status_code == 200
        body: dict[str, Any] = answer.json_body
        return body

    def get(self, path: str, **headers: str) -> HTTPResponse:
        """Send `GET /event-collector/…`."""
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        return self._http.get(f"/event-collector/{path}", headers=names)

    def get_root(self, path: str) -> HTTPResponse:
        """Send `GET /…`."""
        return self._http.get(f"/{path}")

    @property
    def aceptados(self) -> list[dict[str, Any]]:
        """Return the events to publish, the oldest first."""
        eventos = sorted(self.collector.eventos.aceptados.values(), key=lambda evento: evento.id)
        return [decimal_json.loads(decimal_json.dumps(to_payload(evento))) for evento in eventos]


@pytest.fixture
def collector() -> FakeEventCollector:
    """All of it in memory; unknown affiliates may send ten events a minute."""
    return FakeEventCollector(eventos_por_minuto=10)


@pytest.fixture
def api(collector: FakeEventCollector, idempotency: Idempotency, monkeypatch: pytest.MonkeyPatch) -> Iterator[Api]:
    """The API on the fakes."""
    dependencies = collector.api(idempotency)
    monkeypatch.setattr(event_collector.api, "api_dependencies", lambda: dependencies)
    with Client(event_collector.api.app) as client:
        api = Api(client, collector)
        monkeypatch.setattr(event_collector.api, "ahora", lambda: api.ahora)
        yield api
