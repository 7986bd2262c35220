"""A table that was deleted is named: a deploy compares templates, and does not make it again (as on AWS)."""

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
from aero.process.run_record import ComponentRecord, ProcessId, RunRecord
from aero.run import redeploy

if TYPE_CHECKING:
    from aero.platform.paths import Paths

LIMITS = "aeropartners-local-rate-limits"


class FakeEmulator:
    """CloudFormation with a function and two tables, of which DynamoDB has those that are left."""

    left: tuple[str, ...] = ()

    def __init__(self, _endpoint: str) -> None:
        """Each client is the emulator itself."""

    def client(self, _service: str, **_options: Any) -> FakeEmulator:
        """All services in one."""
        return self

    def get_paginator(self, operation: str) -> SimpleNamespace:
        """Pages of what AWS answers."""
        return SimpleNamespace(paginate=getattr(self, operation))

    def list_stack_resources(self, *, StackName: str) -> Iterator[dict[str, Any]]:
        """Three resources on two pages."""
        assert StackName == "aeropartners-local"
        for kind, *names in (("AWS::Lambda::Function", "relay"), ("AWS::DynamoDB::Table", LIMITS, BREAKERS)):
            yield {"StackResourceSummaries": [{"PhysicalResourceId": name, "ResourceType": kind} for name in names]}

    def list_tables(self) -> Iterator[dict[str, Any]]:
        """One on each page, and one that is not of the stack."""
        for name in (*self.left, "mine"):
            yield {"TableNames": [name]}

    def list_functions(self) -> Iterator[dict[str, Any]]:
        """None."""
        yield {"Functions": []}

    def get_item(self, *, TableName: str, Key: object) -> dict[str, Any]:
        """As of a table that is there."""
        assert TableName in self.left, Key
        return {}


@pytest.fixture
def record(monkeypatch: pytest.MonkeyPatch) -> RunRecord:
    """Of a platform that deploys without a build, and of which only LocalStack is asked."""

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
def test_status_and_deploy_name_a_table_that_is_missing_and_the_way_out(
    record: RunRecord, paths: Paths, monkeypatch: pytest.MonkeyPatch, left: tuple[str, ...], missing: list[str]
) -> None:
    """Also that of the circuit breaker, which status reads."""
    monkeypatch.setattr(FakeEmulator, "left", left)
    sentences = [f"The table {name} is missing, and no deploy makes it again." for name in missing]
    cure = "Have all made anew: aero stop localstack; aero start localstack"
    assert platform_status(paths, record).problems == [f"{sentence} {cure}" for sentence in sentences]
    deploy = redeploy.redeploy(paths, record, lambda _event: None)
    if not missing:
        return asyncio.run(deploy)
    with pytest.raises(AeroError) as failed:
        asyncio.run(deploy)
    assert (failed.value.message, failed.value.cure) == ("\n".join(sentences), cure)
    return None
