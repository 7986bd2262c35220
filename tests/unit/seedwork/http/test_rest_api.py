"""Every answer of the API is JSON or problem details, with a correlation id."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import Any

import pytest

from seedwork.infraestructura.aws import telemetry
from support.lambda_events import proxy_event
from support.seedwork.an_api import ERRORS, call, error


@pytest.mark.parametrize("name", ["raiz", "hoja"])
def test_a_domain_error_has_the_status_of_its_class_or_base(name: str) -> None:
    """The context's table decides; the error's own code and message are given."""
    status, headers, problem = error(name)
    assert (status, problem["codigo"], problem["detail"]) == (409, name, str(ERRORS[name]))
    assert headers["Content-Type"] == "application/problem+json"
    assert problem["instance"] == f"/error/{name}"
    assert problem["title"] == "Conflicto"


@pytest.mark.parametrize("name", ["suelto", "roto"])
def test_an_unexpected_error_shows_only_its_correlation_id(name: str) -> None:
    """The caller gets a 500 without the cause, which may contain a secret."""
    status, headers, problem = error(name)
    assert (status, problem["codigo"]) == (500, "error-interno")
    assert problem["correlation_id"] == headers["X-Correlation-Id"]
    assert str(ERRORS[name]) not in json.dumps(problem)


def test_an_unreachable_dependency_is_503_with_retry_after() -> None:
    """The caller learns when to retry."""
    status, headers, problem = error("caido")
    assert (status, problem["codigo"], headers["Retry-After"]) == (503, "dependencia-no-disponible", "2")
    assert "postgresql" not in json.dumps(problem)


def test_the_callers_correlation_id_is_kept() -> None:
    """X-Correlation-Id is returned unchanged."""
    _, headers, _ = call(proxy_event("GET", "/error/raiz", resource="/cuerpo", headers={"x-correlation-id": "abc-123"}))
    assert headers["X-Correlation-Id"] == "abc-123"


@pytest.mark.parametrize("given", ["", "x" * 129, "con espacio", "línea\nnueva"])
def test_an_unusable_correlation_id_is_replaced(given: str) -> None:
    """An id that could corrupt a log line is not used."""
    _, headers, _ = call(proxy_event("GET", "/cuerpo", headers={"X-Correlation-Id": given}))
    assert headers["X-Correlation-Id"] != given
    assert len(headers["X-Correlation-Id"]) == 36


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (proxy_event("GET", "/cuerpo"), 405),
        (proxy_event("POST", "/cuerpo", body="numero=1", headers={"content-type": "text/plain"}), 415),
        (proxy_event("POST", "/cuerpo", body='{"numero": 7}', headers={}), 415),
        (proxy_event("POST", "/cuerpo", body='{"numero": 7}', headers={"content-type": ""}), 415),
        (proxy_event("POST", "/cuerpo", body="{"), 400),
        (proxy_event("POST", "/cuerpo", body=""), 400),
        (proxy_event("POST", "/cuerpo", body='{"numero": NaN}'), 400),
        (proxy_event("POST", "/cuerpo", body='{"numero": "uno"}'), 422),
        (proxy_event("POST", "/cuerpo", body="[]"), 422),
        (proxy_event("POST", "/cuerpo", body="null"), 422),
        (proxy_event("POST", "/cuerpo", body='{"numero": 1, "relleno": "' + "x" * 70_000 + '"}'), 413),
        (proxy_event("GET", "/uuid/1", resource="/uuid/{value}", path_parameters={"value": "1"}), 400),
    ],
)
def test_a_bad_request_is_a_problem_with_the_right_status(event: dict[str, Any], expected: int) -> None:
    """Chalice's own refusals have the form of RFC 9457 too."""
    status, headers, problem = call(event)
    assert status == problem["status"] == expected
    assert headers["Content-Type"] == "application/problem+json"
    assert set(problem) >= {"type", "title", "status", "detail", "instance", "codigo", "correlation_id"}


@pytest.mark.parametrize(("query", "expected"), [(None, {"pagina": 1}), ({"pagina": ["2"]}, {"pagina": 2})])
def test_a_query_is_validated_like_a_body(query: dict[str, list[str]] | None, expected: dict[str, int]) -> None:
    """The same types and limits apply to both."""
    assert call(proxy_event("GET", "/consulta") | {"multiValueQueryStringParameters": query})[2] == expected


def test_a_wrong_query_names_its_fields() -> None:
    """So does a wrong body."""
    query = {"multiValueQueryStringParameters": {"pagina": ["0"]}}
    status, _, problem = call(proxy_event("GET", "/consulta") | query)
    assert (status, problem["errores"][0]["mensaje"]) == (422, "debe ser mayor o igual que 1")


def test_a_request_is_logged_in_one_line(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The line has the method, the path, the ids and the status."""
    monkeypatch.setenv("_X_AMZN_TRACE_ID", "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1")
    call(proxy_event("GET", "/línea\n\ud800", resource="/cuerpo", headers={"x-correlation-id": "abc-123"}))
    [text] = capsys.readouterr().out.splitlines()
    line = json.loads(text)
    assert datetime.fromisoformat(line.pop("timestamp")).tzinfo == UTC
    assert line == {
        "level": "INFO",
        "message": "request",
        "service": "service_undefined",
        "correlation_id": "abc-123",
        "method": "GET",
        "path": "/línea\n\ud800",
        "status": 405,
        "xray_trace_id": "1-5759e988-bd862e3fe1be46a994272793",
    }


def test_a_request_is_not_logged_at_level_warning(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The logger's level applies to it."""
    monkeypatch.setattr(telemetry.logger._logger, "level", logging.WARNING)
    call(proxy_event("POST", "/cuerpo", body='{"numero": 7}'))
    assert capsys.readouterr().out == ""


def test_lines_of_a_request_have_its_correlation_id(caplog: pytest.LogCaptureFixture) -> None:
    """For a request without an id it is API Gateway's, as in that service's own answers."""
    event = proxy_event("GET", "/error/caido", resource="/error/{name}", path_parameters={"name": "caido"})
    _, headers, _ = call(event)
    [record] = caplog.records
    line = json.loads(telemetry.logger.registered_formatter.format(record))
    assert line["correlation_id"] == headers["X-Correlation-Id"] == event["requestContext"]["requestId"]


def test_an_invalid_field_is_named() -> None:
    """`errores` has the field and the reason, in Spanish."""
    _, _, problem = call(proxy_event("POST", "/cuerpo", body="{}"))
    assert problem["errores"] == [{"campo": "numero", "codigo": "missing", "mensaje": "es obligatorio"}]


def test_a_good_request_is_answered() -> None:
    """The body is the view's result."""
    status, headers, document = call(
        proxy_event(
            "POST", "/cuerpo", body='{"numero": 7}', headers={"content-type": "application/json; charset=utf-8"}
        )
    )
    assert (status, document, headers["Content-Type"]) == (200, {"numero": 7}, "application/json")
