"""The proxy answers about itself and both instances."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

import campanas.api
import campanas_proxy.api
import campanas_proxy.status_api
from campanas_proxy.instances.health import ABLE_SECONDS, SECONDS
from support.campanas_proxy.instances import SETTINGS, answers, fails
from support.lambda_events import FakeContext, proxy_event
from support.seedwork.fake_database import FakeDatabase

if TYPE_CHECKING:
    from support.campanas_proxy.instances import BreakersTable, FakeInvoker
    from unit.campanas_proxy.conftest import Environment

PRIMARY, REPLICA = SETTINGS.primary, SETTINGS.replica
DEAD = fails("Runtime.ExitError")

Get = Callable[[str], tuple[int, Any]]


@pytest.fixture
def get(environment: Environment, monkeypatch: pytest.MonkeyPatch) -> Get:
    """Return a function that sends GET to a path of the proxy and returns status and document."""
    for module in (campanas_proxy.api, campanas_proxy.status_api):
        monkeypatch.setattr(module, "proxy", lambda: environment.proxy)

    def get(path: str) -> tuple[int, Any]:
        resource = "/instances/proxy/{proxy+}" if path.startswith("/instances") else path
        answer = campanas_proxy.api.handler(proxy_event("GET", path, resource=resource), FakeContext())
        return answer["statusCode"], json.loads(answer["body"])

    return get


def test_the_status_of_a_healthy_proxy(get: Get) -> None:
    """The answer has the fields that the original's clients read."""
    status, document = get("/status")
    assert status == 200
    assert document["proxy"].items() >= {"status": "healthy", "version": "1.0.0", "active_backend": "primary"}.items()
    for name in ("primary", "replica"):
        assert (
            document["backends"][name].items()
            >= {
                "url": f"/instances/{name}",
                "healthy": True,
                "status": "healthy",
                "consecutive_failures": 0,
            }.items()
        )
    assert (
        document["failover"].items()
        >= {
            "enabled": True,
            "automatic": True,
            "total_failovers": 0,
            "last_failover": None,
            "circuit": "CLOSED",
        }.items()
    )


def test_the_status_after_a_failover(get: Get, environment: Environment, invoker: FakeInvoker) -> None:
    """The answer has the serving instance, the time of the failover, and the primary's failures with their cause."""
    invoker.behaviour[PRIMARY] = DEAD
    environment.forward()
    environment.forward()
    _, document = get("/status")
    assert document["proxy"]["active_backend"] == "replica"
    primary = document["backends"]["primary"]
    assert (primary["healthy"], primary["status"], primary["consecutive_failures"]) == (False, "unhealthy", 2)
    assert primary["last_cause"] == "Runtime.ExitError"
    failover = document["failover"]
    assert (failover["total_failovers"], failover["circuit"]) == (1, "OPEN")
    assert failover["last_failover"] == failover["open_since"]


@pytest.mark.parametrize("path", ["/campaigns/health", "/api/campaigns/health", "/campaigns/health/"])
def test_the_health_of_campaigns_is_that_of_the_original(
    get: Get, environment: Environment, invoker: FakeInvoker, path: str
) -> None:
    """The answer has both instances with their failures in a row."""
    invoker.behaviour[PRIMARY] = DEAD
    environment.forward()
    assert get(path) == (
        200,
        {
            "primary": {"url": "/instances/primary", "ok": False, "fail_count": 1},
            "replica": {"url": "/instances/replica", "ok": True, "fail_count": 0},
            "active_target": "primary",
        },
    )


@pytest.mark.parametrize("path", ["/instances/proxy/welcome", "/instances/proxy/welcome/"])
def test_the_proxy_welcomes_the_caller(get: Get, path: str) -> None:
    """It answers at its port's root, through the router's prefix, without asking its instances."""
    status, document = get(path)
    assert (status, document["service"]) == (200, "campanas-proxy")
    assert "/status" in document["endpoints"]


def test_the_proxys_own_health(get: Get, invoker: FakeInvoker) -> None:
    """The proxy is healthy as long as one instance is."""
    invoker.behaviour[PRIMARY] = DEAD
    _, document = get("/instances/proxy/health")
    assert (document["status"], document["service"], document["active_backend"]) == (
        "healthy",
        "campanas-proxy",
        "primary",
    )
    assert document["backends"] == {"primary": "unhealthy", "replica": "healthy"}
    invoker.behaviour[REPLICA] = DEAD
    _, document = get("/instances/proxy/health")
    assert document["status"] == "unhealthy"


def test_a_health_check_changes_nothing(get: Get, invoker: FakeInvoker, table: BreakersTable) -> None:
    """Frequent checks do not open the circuit."""
    invoker.behaviour[PRIMARY] = DEAD
    for _ in range(3):
        get("/status")
    assert table.items() == []


def test_a_health_check_has_a_time_limit(get: Get, invoker: FakeInvoker) -> None:
    """Each instance has a second to answer that it is alive, and two to answer whether it can serve."""
    get("/campaigns/health")
    get("/status")
    assert [seconds for _, _, seconds in invoker.asked] == [SECONDS, SECONDS, ABLE_SECONDS, ABLE_SECONDS]


def test_without_the_database_both_instances_are_alive_but_not_ready(get: Get, invoker: FakeInvoker) -> None:
    """`/health` keeps them in service, while `/status` and `/ready` report the failure."""

    def without_database() -> Any:
        [(_, event, _)] = invoker.asked[-1:]
        return answers(200 if event["path"].endswith("/health") else 503)()

    invoker.behaviour = dict.fromkeys((PRIMARY, REPLICA), without_database)
    assert get("/instances/proxy/health")[1]["status"] == "healthy"
    _, document = get("/status")
    assert document["proxy"]["status"] == "unhealthy"
    for name in ("primary", "replica"):
        backend = document["backends"][name]
        assert (backend["alive"], backend["healthy"], backend["status"]) == (True, False, "unready")
    for path in ("/instances/proxy/ready", "/campaigns/ready", "/api/campaigns/ready"):
        status, document = get(path)
        assert (status, document["codigo"]) == (503, "dependencia-no-disponible")


def test_one_ready_instance_is_enough_to_be_ready(get: Get, invoker: FakeInvoker) -> None:
    """With the other one dead, the proxy is degraded."""
    assert (get("/instances/proxy/ready")[0], get("/instances/proxy/ready")[1]["status"]) == (200, "ready")
    invoker.behaviour[PRIMARY] = DEAD
    status, document = get("/campaigns/ready")
    assert (status, document["status"]) == (200, "degraded")
    assert document["backends"] == {"primary": "unhealthy", "replica": "healthy"}


def test_a_readiness_check_counts_no_failure(get: Get, invoker: FakeInvoker, table: BreakersTable) -> None:
    """An unavailable database is no failure of an instance: the circuit stays closed."""
    invoker.behaviour = dict.fromkeys((PRIMARY, REPLICA), answers(503))
    for _ in range(3):
        get("/campaigns/ready")
        get("/status")
    assert table.items() == []


def test_without_the_table_the_status_says_so(get: Get, table: BreakersTable) -> None:
    """The counts are then marked as not shared."""
    table.drop()
    status, document = get("/status")
    assert (status, document["failover"]["shared"]) == (200, False)


@pytest.mark.parametrize("path", ["/status", "/campaigns/health"])
def test_the_instances_answer_the_probe(
    get: Get, invoker: FakeInvoker, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The real function answers the probe's event."""
    monkeypatch.setattr(campanas.api, "database", FakeDatabase)
    get(path)
    [(_, event, _), _] = invoker.asked
    assert campanas.api.app(event, FakeContext())["statusCode"] == 200


def test_another_path_below_the_proxys_own_does_not_exist(get: Get) -> None:
    """It is not forwarded."""
    assert get("/instances/proxy/nada")[0] == 404
