"""The reports API in memory."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from chalice.test import Client

import reportes.api
from reportes.aplicacion.versiones import Versiones
from reportes.composition_root import ApiDependencies
from support.builders import AHORA
from support.lambda_events import FakeContext, proxy_event
from support.reportes.builders import proyectados
from support.reportes.fakes import (
    FakeInformes,
    FakeProyeccionUnitOfWork,
    FakeVersionConocida,
    FakeVersionesPublicadas,
)

if TYPE_CHECKING:
    from chalice.test import HTTPResponse

    from support.reportes.builders import Dato


class Api:
    """A client of the API whose caches are always expired."""

    def __init__(self, client: Client) -> None:
        self._http = client.http
        self.uow = FakeProyeccionUnitOfWork()
        self.publicadas = FakeVersionesPublicadas()
        self.conocida = FakeVersionConocida()
        self._segundos = 0
        self.dependencies = ApiDependencies(
            informes=FakeInformes(self.uow), versiones=Versiones(self.publicadas, self.conocida, reloj=self._reloj)
        )

    def hay(self, *datos: Dato) -> None:
        """Project the data."""
        proyectados(self.uow, *datos)

    def get(self, path: str) -> HTTPResponse:
        """Send `GET /api/reports/{path}`."""
        return self._http.get(f"/api/reports/{path}")

    def put(self, **body: Any) -> HTTPResponse:
        """Send `PUT /api/reports/version`."""
        headers = {"Content-Type": "application/json"}
        return self._http.put("/api/reports/version", body=json.dumps(body).encode(), headers=headers)

    def por(self, instancia: str, path: str, **query: str) -> dict[str, Any]:
        """Send `GET {path}` below `/instances/{instancia}`, through a greedy route."""
        event = proxy_event(
            "GET",
            f"/instances/{instancia}{path}",
            resource=f"/instances/{instancia}/{{proxy+}}",
            path_parameters={"proxy": path.lstrip("/")},
        )
        event["multiValueQueryStringParameters"] = {name: [value] for name, value in query.items()} or None
        answer = reportes.api.app(event, FakeContext())
        return answer | {"document": json.loads(answer["body"])}

    def _reloj(self) -> float:
        self._segundos += 1
        return self._segundos


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[Api]:
    """The API at AHORA."""
    with Client(reportes.api.app) as client:
        api = Api(client)
        monkeypatch.setattr(reportes.api, "api_dependencies", lambda: api.dependencies)
        monkeypatch.setattr(reportes.api, "ahora", lambda: AHORA)
        yield api
