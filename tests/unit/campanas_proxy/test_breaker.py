"""The primary's circuit opens and closes for all proxies together."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from campanas_proxy.instances.breaker import RECOVERY_SECONDS, REPLICA_CIRCUIT
from seedwork.infraestructura.aws.shared_table import PAUSE_SECONDS
from support.campanas_proxy.instances import SETTINGS, answers, fails

if TYPE_CHECKING:
    from support.campanas_proxy.instances import BreakersTable, FakeInvoker
    from unit.campanas_proxy.conftest import Environment

PRIMARY, REPLICA = SETTINGS.primary, SETTINGS.replica
DEAD = fails("Runtime.ExitError")


def open_circuit(environment: Environment, invoker: FakeInvoker) -> None:
    """Kill the primary and let two requests see it."""
    invoker.behaviour[PRIMARY] = DEAD
    environment.forward()
    environment.forward()
    invoker.asked.clear()


def test_after_two_failures_the_primary_is_left_alone(environment: Environment, invoker: FakeInvoker) -> None:
    """No request waits for it."""
    open_circuit(environment, invoker)
    assert environment.forward()["headers"]["X-Served-By"] == "replica"
    assert invoker.functions == [REPLICA]


def test_failures_with_an_answer_between_them_open_nothing(environment: Environment, invoker: FakeInvoker) -> None:
    """An answer resets the count."""
    for _ in range(3):
        invoker.behaviour[PRIMARY] = DEAD
        environment.forward()
        invoker.behaviour[PRIMARY] = answers()
        environment.forward()
    assert environment.circuit() == "CLOSED"


def test_all_proxies_share_the_circuit(environments: list[Environment], invoker: FakeInvoker) -> None:
    """The state is in DynamoDB."""
    first, second = environments
    open_circuit(first, invoker)
    second.forward()
    assert invoker.functions == [REPLICA]


def test_the_dead_replica_of_an_open_circuit_is_replaced_by_the_primary(
    environment: Environment, invoker: FakeInvoker
) -> None:
    """The primary may have recovered since its last failure, and it is the only instance left."""
    open_circuit(environment, invoker)
    invoker.behaviour |= {PRIMARY: answers(), REPLICA: DEAD}
    assert environment.forward()["headers"]["X-Served-By"] == "primary"
    assert invoker.functions == [REPLICA, PRIMARY]


def test_a_failing_replica_is_asked_last(
    environments: list[Environment], invoker: FakeInvoker, table: BreakersTable
) -> None:
    """While the primary's circuit is open too, no request waits for a hanging replica."""
    first, second = environments
    open_circuit(first, invoker)
    invoker.behaviour |= {PRIMARY: answers(), REPLICA: fails("ReadTimeoutError")}
    first.forward()
    first.forward()
    invoker.asked.clear()
    assert second.forward()["headers"]["X-Served-By"] == "primary"
    assert invoker.functions == [PRIMARY]
    invoker.behaviour |= {PRIMARY: DEAD, REPLICA: answers()}
    assert second.forward()["headers"]["X-Served-By"] == "replica"
    table.pass_time(RECOVERY_SECONDS)
    second.forget()
    second.forward()
    assert second.circuit(REPLICA_CIRCUIT) == "CLOSED"


def test_one_proxy_alone_tries_the_primary_again(
    environments: list[Environment], invoker: FakeInvoker, table: BreakersTable
) -> None:
    """While its request is under way, all other requests go to the replica."""
    first, second = environments
    open_circuit(first, invoker)
    table.pass_time(RECOVERY_SECONDS)
    first.forget()

    def during_the_probe() -> object:
        invoker.behaviour[PRIMARY] = answers()
        assert second.forward()["headers"]["X-Served-By"] == "replica"
        return answers()()

    invoker.behaviour[PRIMARY] = during_the_probe
    assert first.forward()["headers"]["X-Served-By"] == "primary"
    assert invoker.functions == [PRIMARY, REPLICA]


def test_an_answer_of_the_primary_closes_the_circuit_for_all(
    environments: list[Environment], invoker: FakeInvoker, table: BreakersTable
) -> None:
    """The next requests of every proxy go to the primary again."""
    first, second = environments
    open_circuit(first, invoker)
    table.pass_time(RECOVERY_SECONDS)
    first.forget()
    invoker.behaviour[PRIMARY] = answers()
    served = [environment.forward()["headers"]["X-Served-By"] for environment in (first, second, first)]
    assert served == ["primary"] * 3


def test_a_failed_probe_costs_its_request_nothing(
    environments: list[Environment], invoker: FakeInvoker, table: BreakersTable
) -> None:
    """The replica serves the request, and the circuit stays open for as long again."""
    first, second = environments
    open_circuit(first, invoker)
    table.pass_time(RECOVERY_SECONDS)
    first.forget()
    assert first.forward()["headers"]["X-Served-By"] == "replica"
    assert second.forward()["headers"]["X-Served-By"] == "replica"
    assert invoker.functions == [PRIMARY, REPLICA, REPLICA]


def test_a_probe_whose_proxy_died_is_taken_over(
    environments: list[Environment], invoker: FakeInvoker, table: BreakersTable
) -> None:
    """The lease of a probe lasts as long as the pause between two probes."""
    first, second = environments
    open_circuit(first, invoker)
    table.pass_time(RECOVERY_SECONDS)
    first.forget()

    def killed() -> object:
        raise SystemExit

    invoker.behaviour[PRIMARY] = killed
    with pytest.raises(SystemExit):
        first.forward()
    invoker.asked.clear()
    invoker.behaviour[PRIMARY] = answers()
    assert second.forward()["headers"]["X-Served-By"] == "replica"
    table.pass_time(RECOVERY_SECONDS)
    second.forget()
    assert second.forward()["headers"]["X-Served-By"] == "primary"
    assert invoker.functions == [REPLICA, PRIMARY]


def test_without_the_table_every_proxy_breaks_circuits_alone(
    environment: Environment, invoker: FakeInvoker, table: BreakersTable
) -> None:
    """Requests are served, and a dead primary is left alone."""
    table.drop()
    assert environment.forward()["headers"]["X-Served-By"] == "primary"
    open_circuit(environment, invoker)
    environment.forget()
    assert environment.forward()["headers"]["X-Served-By"] == "replica"
    assert invoker.functions == [REPLICA]


def test_losing_the_table_during_an_outage_does_not_close_the_circuit(
    environment: Environment, invoker: FakeInvoker, table: BreakersTable
) -> None:
    """The last known state holds."""
    open_circuit(environment, invoker)
    table.drop()
    environment.forget()
    environment.forward()
    assert invoker.functions == [REPLICA]


def test_an_unavailable_table_is_left_alone_for_a_while(
    environment: Environment, table: BreakersTable, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The failure is logged once, and the table is tried again later."""
    now = 1_000.0
    monkeypatch.setattr("seedwork.infraestructura.aws.shared_table.monotonic", lambda: now)
    table.drop()
    for _ in range(3):
        environment.forget()
        environment.forward()
    assert len(caplog.records) == 1
    now += PAUSE_SECONDS
    environment.forget()
    environment.forward()
    assert len(caplog.records) == 2


def test_a_failover_is_counted_once(
    environments: list[Environment],
    invoker: FakeInvoker,
    table: BreakersTable,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A failover seen by two proxies counts once; the next one counts again."""
    first, second = environments
    for environment in environments:
        environment.circuit()  # both cache for a second that it was closed
    for environment in environments:
        open_circuit(environment, invoker)
    assert first.proxy.tally.read("primary").total_failovers == 1
    table.pass_time(RECOVERY_SECONDS)
    first.forget()
    invoker.behaviour[PRIMARY] = answers()
    first.forward()
    open_circuit(first, invoker)
    assert second.proxy.tally.read("primary").total_failovers == 2
    metrics = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [name for metric in metrics for name in ("CampaignsFailover", "CampaignsFailback") if name in metric] == [
        "CampaignsFailover",
        "CampaignsFailback",
        "CampaignsFailover",
    ]


def test_failures_of_all_proxies_are_counted_together(environments: list[Environment], invoker: FakeInvoker) -> None:
    """The counts are of failures in a row since the last answer, and of all failures."""
    first, second = environments
    invoker.behaviour[REPLICA] = answers()
    invoker.behaviour[PRIMARY] = answers(500)
    first.forward()
    second.forward()
    counts = first.proxy.tally.read("primary", "replica").instances
    assert (counts["primary"].consecutive_failures, counts["primary"].failures) == (2, 2)
    assert counts["primary"].last_cause == "answered 500"
    assert counts["replica"].failures == 0


def test_a_healthy_request_writes_nothing(environment: Environment, table: BreakersTable) -> None:
    """The most frequent path costs one read a second."""
    for _ in range(3):
        environment.forward()
    assert table.items() == []


def test_the_first_answer_after_failures_ends_the_row(environment: Environment, invoker: FakeInvoker) -> None:
    """The total of failures stays."""
    invoker.behaviour[PRIMARY] = DEAD
    environment.forward()
    invoker.behaviour[PRIMARY] = answers()
    environment.forward()
    counts = environment.proxy.tally.read("primary").instances["primary"]
    assert (counts.consecutive_failures, counts.failures) == (0, 1)
