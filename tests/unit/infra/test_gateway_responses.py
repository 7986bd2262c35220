"""API Gateway's own answers are problem details (RFC 9457), as those of functions."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any, Final

import pytest

from aero.deploy.template.document import load_template
from support.lambda_events import PROJECT

API: Final[dict[str, Any]] = load_template(PROJECT / "infra/template.yaml")["Resources"]["Api"]["Properties"]
RESPONSES: Final[dict[str, dict[str, Any]]] = API["GatewayResponses"]


@pytest.mark.parametrize("name", RESPONSES)
def test_every_answer_is_a_problem(name: str) -> None:
    """It has the status of the answer, and Retry-After only if another attempt can help."""
    response = RESPONSES[name]
    problem = json.loads(response["ResponseTemplates"]["application/json"])
    headers = response["ResponseParameters"]["Headers"]
    status = int(response["StatusCode"]) if "StatusCode" in response else None
    assert problem.get("status") == status
    assert {"type", "title", "detail", "instance", "codigo", "correlation_id"} <= problem.keys()
    assert problem["type"] == f"urn:aeropartners:problema:{problem['codigo']}"
    assert headers["Content-Type"] == "'application/problem+json'"
    may_pass = status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)
    assert ("Retry-After" in headers) == may_pass


def test_an_unknown_coding_is_answered_with_the_known_ones() -> None:
    """The answer lists the codings (RFC 9110, 15.5.16) that API Gateway's guide names."""
    headers = RESPONSES["UNSUPPORTED_MEDIA_TYPE"]["ResponseParameters"]["Headers"]
    assert headers["Accept-Encoding"] == "'gzip, deflate, identity'"


def test_bodies_of_any_size_may_be_compressed() -> None:
    """A body below the minimum is neither compressed nor decompressed."""
    assert API["MinimumCompressionSize"] == 0
