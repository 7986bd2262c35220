"""The campaigns API on fakes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from chalice.test import Client

import campanas.api
from campanas.composition_root import Dependencies
from support.campanas.fakes import FakeCampanasUnitOfWork, FakeConsultas

if TYPE_CHECKING:
    from chalice.test import HTTPResponse


CUERPO = {
    "nombre": "Verano",
    "presupuesto": {"monto": 1000.50, "moneda": "COP"},
    "fecha_inicio": "2026-01-01",
    "fecha_fin": "2999-01-01T00:00:00-05:00",
    "id_afiliado": "afiliado-001",
}


class Api:
    """A client of the API on fakes."""

    def __init__(self, client: Client, uow: FakeCampanasUnitOfWork) -> None:
        self._http = client.http
        self.uow = uow

    def post(self, body: Any = CUERPO, **headers: str) -> HTTPResponse:
        """Send `POST /campaigns`; a body that is not a string is sent as JSON."""
        return self._send(self._http.post, "/campaigns", body, headers)

    def patch(self, path: str, body: Any = None, **headers: str) -> HTTPResponse:
        """Send `PATCH /campaigns/{path}`."""
        return self._send(self._http.patch, f"/campaigns/{path}", body, headers)

    def get(self, path: str = "") -> HTTPResponse:
        """Send `GET /campaigns{path}`."""
        return self._http.get(f"/campaigns{path}")

    def nueva(self, **changes: Any) -> str:
        """Create a campaign and return its id."""
        return str(self.post(CUERPO | changes).json_body["id"])

    @staticmethod
    def _send(send: Any, path: str, body: Any, headers: dict[str, str]) -> HTTPResponse:
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        text = b"" if body is None else (body if isinstance(body, str) else json.dumps(body)).encode()
        answer: HTTPResponse = send(path, body=text, headers={"Content-Type": "application/json", **names})
        return answer


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[Api]:
    """Return a client on the fake unit of work."""
    uow = FakeCampanasUnitOfWork()
    dependencies = Dependencies(uow=uow, consultas=FakeConsultas(uow))
    monkeypatch.setattr(campanas.api, "dependencies", lambda: dependencies)
    with Client(campanas.api.app) as client:
        yield Api(client, uow)
