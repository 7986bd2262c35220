"""What API Gateway answers by itself: problem details (RFC 9457), as everything the functions answer."""

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
def test_it_is_a_problem(name: str) -> None:
    """With the status that it is sent with, where it is one; Retry-After only where trying again can help."""
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


def test_a_coding_that_is_not_known_is_answered_with_those_that_are() -> None:
    """RFC 9110, 15.5.16; those of API Gateway's guide."""
    headers = RESPONSES["UNSUPPORTED_MEDIA_TYPE"]["ResponseParameters"]["Headers"]
    assert headers["Accept-Encoding"] == "'gzip, deflate, identity'"


def test_bodies_of_any_size_may_be_compressed() -> None:
    """What is smaller than the minimum is neither compressed nor decompressed."""
    assert API["MinimumCompressionSize"] == 0
