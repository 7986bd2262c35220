"""The payments API on fakes; the answers to repetitions are in moto's DynamoDB."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from chalice.test import Client

import pagos.api
from support.pagos.api_on_fakes import api_on
from support.pagos.fakes import FakePagosUnitOfWork

if TYPE_CHECKING:
    from chalice.test import HTTPResponse

    from seedwork.infraestructura.idempotency.operation import Idempotency


CUERPO = {"id_afiliado": "afiliado-001", "monto": 100.50, "moneda": "COP", "referencia_pago": "test-ref-001"}


class Api:
    """A client of the API on fakes."""

    def __init__(self, client: Client, uow: FakePagosUnitOfWork) -> None:
        self._http = client.http
        self.uow = uow

    def post(self, body: Any = CUERPO, **headers: str) -> HTTPResponse:
        """Send `POST /pagos`; a body that is not a string is sent as JSON."""
        text = body if isinstance(body, (str, bytes)) else json.dumps(body)
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        return self._http.post("/pagos", body=text, headers={"Content-Type": "application/json", **names})

    def get(self, path: str) -> HTTPResponse:
        """Send `GET path`."""
        return self._http.get(path)


@pytest.fixture
def api(idempotency: Idempotency, monkeypatch: pytest.MonkeyPatch) -> Iterator[Api]:
    """Return a client on the fake unit of work and moto's DynamoDB."""
    uow = FakePagosUnitOfWork()
    dependencies = api_on(uow, idempotency)
    monkeypatch.setattr(pagos.api, "api_dependencies", lambda: dependencies)
    with Client(pagos.api.app) as client:
        yield Api(client, uow)
