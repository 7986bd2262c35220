"""A request is correlated by its caller's id, else by API Gateway's, else by one of its own."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from seedwork.infraestructura.http.correlation import correlation_of


@pytest.mark.parametrize("name", ["X-Correlation-Id", "x-correlation-id", "X-CORRELATION-ID"])
def test_the_callers_comes_first(name: str) -> None:
    """However its header is written, and it is known to be the caller's."""
    event = {"headers": {name: "ana:1"}, "requestContext": {"requestId": "de-la-puerta"}}
    assert correlation_of(event) == ("ana:1", True)


@pytest.mark.parametrize("headers", [None, {}, {"X-Correlation-Id": None}, {"X-Correlation-Id": "con espacio"}])
def test_else_api_gateways(headers: dict[str, Any] | None) -> None:
    """Also in the place of one that could spoil a log line."""
    event = {"headers": headers, "requestContext": {"requestId": "de-la-puerta"}}
    assert correlation_of(event) == ("de-la-puerta", False)


def test_else_one_of_its_own() -> None:
    """A new one for each request."""
    event: dict[str, Any] = {"headers": {}, "requestContext": {}}
    (first, given), (second, _) = correlation_of(event), correlation_of(event)
    assert UUID(first) != UUID(second)
    assert not given
