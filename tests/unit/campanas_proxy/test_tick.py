"""The proxy's scheduled health check, which keeps both instances warm and lets the primary return."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from campanas_proxy.instances.breaker import RECOVERY_SECONDS
from support.campanas_proxy.instances import SETTINGS, answers, fails

if TYPE_CHECKING:
    import pytest

    from support.campanas_proxy.instances import BreakersTable, FakeInvoker
    from unit.campanas_proxy.conftest import Environment

PRIMARY, REPLICA = SETTINGS.primary, SETTINGS.replica
DEAD = fails("Runtime.ExitError")


def test_the_tick_reports_a_dead_standby(
    environment: Environment,
    invoker: FakeInvoker,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The log and a metric report it before the standby is needed."""
    invoker.behaviour[REPLICA] = DEAD
    assert environment.proxy.health.tick() == {"primary": True, "replica": False}
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    metrics = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {metric["instance"]: metric["InstanceHealthy"] for metric in metrics} == {"primary": [1.0], "replica": [0.0]}


def test_the_tick_lets_the_primary_return_without_traffic(
    environment: Environment, invoker: FakeInvoker, table: BreakersTable
) -> None:
    """The primary does not have to wait for a request."""
    invoker.behaviour[PRIMARY] = DEAD
    environment.forward()
    environment.forward()
    environment.proxy.health.tick()
    assert environment.circuit() == "OPEN"
    table.pass_time(RECOVERY_SECONDS)
    environment.forget()
    invoker.behaviour[PRIMARY] = answers()
    environment.proxy.health.tick()
    assert environment.circuit() == "CLOSED"


def test_the_tick_ends_a_series_of_failures(environments: list[Environment], invoker: FakeInvoker) -> None:
    """It does so even if the proxy that saw the failures is gone."""
    first, second = environments
    invoker.behaviour[PRIMARY] = DEAD
    first.forward()
    invoker.behaviour[PRIMARY] = answers()
    second.proxy.health.tick()
    assert second.proxy.tally.read("primary").instances["primary"].consecutive_failures == 0
