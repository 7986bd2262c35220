"""A dead API is reported, by a deploy and by `aero status`."""

from __future__ import annotations

import asyncio
import json
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import MappingProxyType

import pytest

from aero.deploy import apis
from aero.deploy.apis import BESIDE, FUNCTIONS, READINESS, api_statuses, first_requests
from aero.platform.errors import AeroError
from aero.platform.ports import LOOPBACK, PortTable
from aero.run.router.configuration import rewrite
from support.lambda_events import PROJECT
from support.ports import an_offset

PROBLEM = b'{"title":"Servicio no disponible","status":503}'


class _Api(BaseHTTPRequestHandler):
    """A fake API. It answers with its port's status, and is ready except for the missing dependencies."""

    statuses: Mapping[int, int]
    missing: Mapping[str, str]

    def do_GET(self) -> None:
        """Answer health and readiness requests."""
        paths = {"/health", *(path for _, path in BESIDE.values()), *(path for _, path in READINESS.values())}
        assert self.path in paths
        status = self.statuses[self.server.server_address[1]]  # type: ignore[index]
        if not status:
            threading.Event().wait(5)  # longer than the client waits
            return
        self.send_response(status)
        self.end_headers()
        ready = json.dumps({"status": "ready", "dependencias": {"postgresql": "ok", **self.missing}}).encode()
        self.wfile.write(ready if status == 200 else PROBLEM)

    def log_message(self, *_arguments: object) -> None:
        """Log nothing."""


@contextmanager
def serving(missing: Mapping[str, str] = MappingProxyType({}), /, **statuses: int) -> Iterator[PortTable]:
    """Serve every API, with the status given by its port's name, or 200."""
    table = PortTable(an_offset())
    handler = type(
        "Handler",
        (_Api,),
        {"statuses": {port.number: statuses.get(port.name, 200) for port in table.local}, "missing": missing},
    )
    servers = [ThreadingHTTPServer((LOOPBACK, port.number), handler) for port in table.local]
    for server in servers:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield table
    finally:
        for server in servers:
            server.shutdown()
            server.server_close()


def test_every_port_of_the_api_has_a_function() -> None:
    """A new port of the API must be checked too."""
    assert set(FUNCTIONS) == {port.name for port in PortTable().local}


def test_the_paths_exist_in_the_template() -> None:
    """Their ports lead to these paths."""
    template = (PROJECT / "infra" / "template.yaml").read_text()
    for name, path in (*READINESS.values(), *(("api", path) for _, path in BESIDE.values())):
        assert re.search(rf"(Method: get, Path: {path}|Path: {path}, Method: get) }}", template)
        assert rewrite(path, PortTable()[name].routes) == path


def test_an_answer_other_than_200_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    """So is a missing answer. The problem names the function whose log to read."""
    monkeypatch.setattr(apis, "ANSWER_SECONDS", 0.5)
    with serving(api=503, replica=0) as table:
        found = {status.function: status.problem for status in api_statuses(table, {})}
    assert {name for name, problem in found.items() if not problem} == {
        "campanas-proxy", "campanas-primaria", "event-collector-api"
    }  # fmt: skip
    assert found["pagos-api"].endswith("/ready is answered 503. See aero logs pagos-api.")
    assert found["connector-api"].endswith("/connector/ready is answered 503. See aero logs connector-api.")
    assert found["portal"].startswith("Web pages: GET http://127.0.0.1:")
    assert found["reportes-api"].endswith("/api/reports/ready is answered 503. See aero logs reportes-api.")
    assert "is not answered within" in found["campanas-replica"]


@pytest.mark.parametrize(
    ("missing", "expected"),
    [
        ({"dynamodb": "ResourceNotFoundException"}, "dynamodb: ResourceNotFoundException. See aero logs reportes-api"),
        (
            {"parameterStore": "El parámetro no contiene una versión: v9"},
            "parameterStore: El parámetro no contiene una versión: v9. The last known version is served.",
        ),
    ],
)
def test_a_degraded_api_is_a_problem(missing: dict[str, str], expected: str) -> None:
    """The API is served. The problem names the missing dependency and the cure."""
    with serving(missing) as table:
        [reports] = [status for status in api_statuses(table, {}) if status.function == "reportes-api"]
        address = table["api"].http
    assert reports.is_served
    assert f" is degraded: {expected}" in reports.problem
    assert "parameterStore" not in missing or f"PUT {address}/api/reports/version -H" in reports.problem


def test_a_deploy_waits_for_an_answer_of_each_api() -> None:
    """A function that waits for a debugger is not called, since this would be the debugger's first request."""
    with serving(primary=500) as table:
        result = asyncio.run(first_requests(table, {"campanas-primaria": 5678}, as_long_as=lambda: True))
    assert result == "7 APIs answer; waiting for a debugger: campanas-primaria"


def test_a_deploy_that_breaks_apis_fails_and_names_them_all() -> None:
    """The error has the answer of each."""
    with serving(**{"api": 503, "event-collector": 404}) as table, pytest.raises(AeroError) as failed:
        asyncio.run(first_requests(table, {}, as_long_as=lambda: True, seconds=0.2))
    assert [line.partition(": ")[0].split("/", 3)[-1] for line in failed.value.message.splitlines()] == [
        "health was answered 503", "health was answered 404", "connector/health was answered 503", " was answered 503"
    ]  # fmt: skip
    assert "Servicio no disponible" in failed.value.message
    assert "aero logs pagos-api" in failed.value.cure
    assert "aero logs event-collector-api" in failed.value.cure


def test_without_a_router_the_apis_are_not_requested() -> None:
    """The router may be held or restarting."""
    result = asyncio.run(first_requests(PortTable(an_offset()), {}, as_long_as=lambda: False))
    assert result == "not tried: the router is stopped"
