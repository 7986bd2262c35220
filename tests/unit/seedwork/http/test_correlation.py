"""A request's correlation id is the caller's, or else API Gateway's, or else a new one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from seedwork.infraestructura.http.correlation import correlation_of


@pytest.mark.parametrize("name", ["X-Correlation-Id", "x-correlation-id", "X-CORRELATION-ID"])
def test_the_callers_id_comes_first(name: str) -> None:
    """The case of the header does not matter, and the id is known to be the caller's."""
    event = {"headers": {name: "ana:1"}, "requestContext": {"requestId": "de-la-puerta"}}
    assert correlation_of(event) == ("ana:1", True)


@pytest.mark.parametrize("headers", [None, {}, {"X-Correlation-Id": None}, {"X-Correlation-Id": "con espacio"}])
def test_otherwise_api_gateways_id_is_used(headers: dict[str, Any] | None) -> None:
    """It also replaces an id that could corrupt a log line."""
    event = {"headers": headers, "requestContext": {"requestId": "de-la-puerta"}}
    assert correlation_of(event) == ("de-la-puerta", False)


def test_otherwise_a_new_id_is_made() -> None:
    """Each request gets a new one."""
    event: dict[str, Any] = {"headers": {}, "requestContext": {}}
    (first, given), (second, _) = correlation_of(event), correlation_of(event)
    assert UUID(first) != UUID(second)
    assert not given
