"""`aero status` reads the breaker's state as the proxy writes it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import boto3
import pytest
from moto import mock_aws
from rich.console import Console

from aero.operate.status import breaker
from campanas_proxy.instances.breaker import PRIMARY_CIRCUIT, Breaker, CircuitStore, counted_by
from campanas_proxy.instances.instance import InstanceError
from campanas_proxy.instances.tally import Tally
from seedwork.infraestructura.aws.shared_table import SharedTable


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> Iterator[SharedTable]:
    """Create the proxy's table on moto."""
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "POWERTOOLS_METRICS_NAMESPACE"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        boto3.client("dynamodb").create_table(
            TableName=breaker.TABLE,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        )
        yield SharedTable(breaker.TABLE, boto3.session.Session(), warning="", metric="Degraded")


def test_a_breaker_without_state_is_closed(table: SharedTable) -> None:
    """The table is empty, and the primary serves."""
    status = breaker.breaker_status(table.client)
    assert (status.active_backend, status.circuit, status.total_failovers) == ("primary", "CLOSED", 0)
    assert (status.open_since, status.last_failover) == ("", "")


def test_an_open_circuit_is_shown_with_its_cause(table: SharedTable) -> None:
    """The status has the serving instance, the time of the change, and the primary's failures."""
    # Given a proxy whose primary fails twice
    tally = Tally(table)
    guarded = Breaker(CircuitStore(table), PRIMARY_CIRCUIT, on_change=counted_by(tally, primary="primary"))

    def fail() -> dict[str, object]:
        tally.failed("primary", cause="dead")
        raise InstanceError("dead")

    for _ in range(2):
        with pytest.raises(InstanceError):
            guarded.call(fail)
    # When aero looks
    status = breaker.breaker_status(table.client)
    # Then it sees the same as the proxy
    assert (status.active_backend, status.circuit, status.total_failovers) == ("replica", "OPEN", 1)
    assert status.consecutive_failures == {"primary": 2, "replica": 0}
    assert status.open_since == status.last_failover != ""


def test_the_breaker_is_shown_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """The line has the serving instance, the circuit, the failures and the failovers."""
    status = breaker.BreakerStatus(
        active_backend="replica",
        circuit="OPEN",
        open_since="2026-01-01T00:00:00+00:00",
        consecutive_failures={"primary": 2, "replica": 0},
        total_failovers=3,
        last_failover="2026-01-01T00:00:00+00:00",
        last_recovery="",
    )
    breaker.show(status, Console())
    breaker.show(replace(status, active_backend="primary", circuit="CLOSED", open_since=""), Console())
    first, second = capsys.readouterr().out.splitlines()
    assert "served by the replica, circuit OPEN since 2026-01-01" in first
    assert "primary 2, replica 0; failovers: 3, the last 2026-01-01" in first
    assert "served by the primary, circuit CLOSED; failures" in second
