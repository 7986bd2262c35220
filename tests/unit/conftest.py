"""Fixtures of unit tests: moto's DynamoDB with the idempotency table."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from moto import mock_aws

from seedwork.infraestructura.idempotency.operation import Idempotency
from support.seedwork.idempotency_table import NAME, IdempotencyTable


@pytest.fixture
def idempotency_table(monkeypatch: pytest.MonkeyPatch) -> Iterator[IdempotencyTable]:
    """On moto."""
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)  # it may be exported, as docs/operating.md says
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    with mock_aws():
        yield IdempotencyTable()


@pytest.fixture
def idempotency(idempotency_table: IdempotencyTable) -> Idempotency:
    """On that table."""
    del idempotency_table
    return Idempotency(table=NAME, prefix="test")
