"""`/ready` asks an API's dependencies whether it can work; `/health` asks nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final

import pytest

import campanas.api
import pagos.api
import pagos.composition_root
import reportes.api
from aero.deploy.template.document import load_template
from seedwork.infraestructura.postgres.database import ANSWER_SECONDS, CONNECT_SECONDS, STATEMENT_TIMEOUT_MS
from support.lambda_events import PROJECT, FakeContext, proxy_event
from support.seedwork.fake_database import FakeDatabase

GATEWAY_SECONDS: Final = 29
"""The limit is documented: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html"""


class Anything:
    """An optional dependency that answers, or gives the cause why it does not."""

    def __init__(self, cause: str | None) -> None:
        self.idempotency = self.versiones = self
        self.causa = cause
        self.cause_of_absence: Callable[[], str | None] = lambda: cause
        self.vigente: Callable[[], Anything] = lambda: self


@pytest.fixture(params=[None, "ConnectTimeoutError"])
def cause(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str | None:
    """Return the reason why an optional dependency does not answer."""
    cause: str | None = request.param
    for api in (pagos.api, reportes.api):
        monkeypatch.setattr(api, "api_dependencies", lambda: Anything(cause))
    return cause


def database(monkeypatch: pytest.MonkeyPatch, *, down: bool = False, read_only: bool = False) -> None:
    """Replace the readiness check of every API's database."""
    for api, name in ((pagos.api, "api_database"), (reportes.api, "api_database"), (campanas.api, "database")):
        monkeypatch.setattr(api, name, lambda: FakeDatabase(down=down, read_only=read_only))


READY: Final = [
    (pagos.api.app, "/ready"),
    (reportes.api.app, "/api/reports/ready"),
    (reportes.api.app, "/instances/reports-v2/ready"),
    (campanas.api.app, "/campaigns/ready"),
    (campanas.api.app, "/instances/replica/ready"),
]


def ask(app: Any, path: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Ask `/ready`; return the answer and its document."""
    resource = "/instances/{name}/{proxy+}" if path.startswith("/instances") else path
    answer = app(proxy_event("GET", path, resource=resource), FakeContext())
    return answer, json.loads(answer["body"])


@pytest.mark.parametrize(("app", "path"), READY)
def test_an_api_is_ready_while_its_database_answers(
    app: Any, path: str, cause: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without an optional dependency it is degraded, and names it."""
    database(monkeypatch)
    answer, document = ask(app, path)
    assert (answer["statusCode"], answer["headers"]["Cache-Control"]) == (200, "no-store")
    dependencies = document["dependencias"]
    assert dependencies.pop("postgresql") == "ok"
    assert set(dependencies.values()) <= {cause or "ok"}
    assert document["status"] == ("degraded" if cause and dependencies else "ready")


@pytest.mark.usefixtures("cause")
@pytest.mark.parametrize(("app", "path"), READY)
def test_without_its_database_an_api_is_alive_and_not_ready(
    app: Any, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`/ready` is 503 with Retry-After, while `/health` of the same function is unchanged."""
    database(monkeypatch, down=True)
    answer, document = ask(app, path)
    assert (answer["statusCode"], document["codigo"]) == (503, "dependencia-no-disponible")
    assert answer["headers"]["Retry-After"] == "2"
    prefix = path.removesuffix("/ready") if path.startswith("/instances") else ""
    assert ask(app, f"{prefix}/health")[0]["statusCode"] == 200


@pytest.mark.parametrize(("app", "path"), READY)
@pytest.mark.parametrize("cause", [None], indirect=True)
def test_an_api_that_writes_is_not_ready_on_a_read_only_database(
    app: Any, path: str, cause: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a failover the old server is read-only; reports only read."""
    del cause
    database(monkeypatch, read_only=True)
    assert ask(app, path)[0]["statusCode"] == (200 if app is reportes.api.app else 503)


def test_a_silent_database_is_reported_before_any_other_timeout() -> None:
    """A cold request waits for a connection and one answer, for less time than its function and the gateway have."""
    resources = load_template(PROJECT / "infra/template.yaml")["Resources"]
    timeouts = [
        resource["Properties"]["Timeout"]
        for resource in resources.values()
        if resource["Type"] == "AWS::Serverless::Function"
        and any(event["Type"] == "Api" for event in resource["Properties"].get("Events", {}).values())
    ]
    assert len(timeouts) >= 6
    assert CONNECT_SECONDS + ANSWER_SECONDS < min(timeouts) <= max(timeouts) < GATEWAY_SECONDS
    assert STATEMENT_TIMEOUT_MS / 1000 < ANSWER_SECONDS
