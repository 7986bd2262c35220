"""A deleted table is named. A deploy only compares templates and does not recreate it, as on AWS."""

# ruff: noqa: N803 - boto3's names

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from aero.operate.status.breaker import TABLE as BREAKERS
from aero.operate.status.platform_status import platform_status
from aero.platform.errors import AeroError
from aero.process.process_id import ProcessId
from aero.process.run_record import ComponentRecord, RunRecord
from aero.run import redeploy

if TYPE_CHECKING:
    from aero.platform.paths import Paths

LIMITS = "aeropartners-local-rate-limits"


class FakeEmulator:
    """An emulator whose stack has a function and two tables; DynamoDB has the tables in `left`."""

    left: tuple[str, ...] = ()

    def __init__(self, _endpoint: str) -> None:
        """Accept the endpoint. The emulator itself is the client of each service."""

    def client(self, _service: str, **_options: Any) -> FakeEmulator:
        """Return the client of a service."""
        return self

    def get_paginator(self, operation: str) -> SimpleNamespace:
        """Return a paginator of an operation."""
        return SimpleNamespace(paginate=getattr(self, operation))

    def list_stack_resources(self, *, StackName: str) -> Iterator[dict[str, Any]]:
        """Yield three resources on two pages."""
        assert StackName == "aeropartners-local"
        for kind, *names in (("AWS::Lambda::Function", "relay"), ("AWS::DynamoDB::Table", LIMITS, BREAKERS)):
            yield {"StackResourceSummaries": [{"PhysicalResourceId": name, "ResourceType": kind} for name in names]}

    def list_tables(self) -> Iterator[dict[str, Any]]:
        """Yield the tables one a page, and one that does not belong to the stack."""
        for name in (*self.left, "mine"):
            yield {"TableNames": [name]}

    def list_functions(self) -> Iterator[dict[str, Any]]:
        """Yield a page without functions."""
        yield {"Functions": []}

    def get_item(self, *, TableName: str, Key: object) -> dict[str, Any]:
        """Answer for an existing table without the item."""
        assert TableName in self.left, Key
        return {}


@pytest.fixture
def record(monkeypatch: pytest.MonkeyPatch) -> RunRecord:
    """Return the record of a platform that deploys without a build and consists of LocalStack only."""

    async def nothing(*_: object, **__: object) -> str:
        return ""

    monkeypatch.setenv("AERO_DATABASE_URL", "")
    for name in ("_in_one_piece", "first_requests"):
        monkeypatch.setattr(redeploy, name, nothing)
    monkeypatch.setattr(redeploy, "Emulator", FakeEmulator)
    monkeypatch.setattr("aero.operate.status.platform_status.Emulator", FakeEmulator)
    monkeypatch.setattr("aero.operate.status.platform_status.component_statuses", lambda *_: [])
    monkeypatch.setattr("aero.operate.status.platform_status.api_statuses", lambda *_: [])
    monkeypatch.setattr("aero.operate.status.platform_status._stored", lambda _: None)
    here = ProcessId.of(os.getpid())
    localstack = ComponentRecord(name="localstack", title="LocalStack", address="", program=here)
    return RunRecord(aero=here, status="running", components=(localstack,))


@pytest.mark.parametrize(
    ("left", "missing"),
    [((LIMITS, BREAKERS), []), ((BREAKERS,), [LIMITS]), ((LIMITS,), [BREAKERS]), ((), [BREAKERS, LIMITS])],
)
def test_status_and_deploy_name_a_missing_table_and_the_cure(
    record: RunRecord, paths: Paths, monkeypatch: pytest.MonkeyPatch, left: tuple[str, ...], missing: list[str]
) -> None:
    """This includes the table of the circuit breaker, which status reads."""
    monkeypatch.setattr(FakeEmulator, "left", left)
    sentences = [f"The table {name} is missing, and no deploy recreates it." for name in missing]
    cure = "Recreate the stack: aero stop localstack; aero start localstack"
    assert platform_status(paths, record).problems == [f"{sentence} {cure}" for sentence in sentences]
    deploy = redeploy.redeploy(paths, record, lambda _event: None)
    if not missing:
        return asyncio.run(deploy)
    with pytest.raises(AeroError) as failed:
        asyncio.run(deploy)
    assert (failed.value.message, failed.value.cure) == ("\n".join(sentences), cure)
    return None
