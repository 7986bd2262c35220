"""If one instance cannot serve a request, the other does, within the same request."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from campanas_proxy.instances.invoker import EventTooLargeError
from support.campanas_proxy.instances import SETTINGS, answers, fails
from support.lambda_events import proxy_event

if TYPE_CHECKING:
    from support.campanas_proxy.instances import FakeInvoker
    from unit.campanas_proxy.conftest import Environment

PRIMARY, REPLICA = SETTINGS.primary, SETTINGS.replica

FAILURES: dict[str, Callable[[], Any]] = {
    "crashed": fails("Runtime.ExitError"),
    "throttled": fails("TooManyRequestsException"),
    "too slow": fails("ReadTimeoutError"),
    "unreachable": fails("NewConnectionError"),
    "500": answers(500),
    "503": answers(503),
    "no answer": lambda: None,
    "no status": lambda: {"body": "{}"},
}


def test_the_primary_serves_as_long_as_it_can(environment: Environment, invoker: FakeInvoker) -> None:
    """The primary is asked once, the replica never, and the answer names the primary."""
    answer = environment.forward()
    assert (answer["statusCode"], answer["headers"]["X-Served-By"]) == (200, "primary")
    assert invoker.functions == [PRIMARY]


def test_the_instance_gets_the_unchanged_event(environment: Environment, invoker: FakeInvoker) -> None:
    """The proxy knows nothing of the routes behind it."""
    event = proxy_event("GET", "/api/campaigns/7", resource="/api/campaigns/{proxy+}")
    environment.proxy.forwarder.forward(json.loads(json.dumps(event)))
    [(_, forwarded, _)] = invoker.asked
    assert forwarded == event


@pytest.mark.parametrize("failure", FAILURES)
def test_the_replica_serves_if_the_primary_fails(environment: Environment, invoker: FakeInvoker, failure: str) -> None:
    """It serves within the same request, for any cause."""
    invoker.behaviour[PRIMARY] = FAILURES[failure]
    answer = environment.forward()
    assert (answer["statusCode"], answer["headers"]["X-Served-By"]) == (200, "replica")
    assert invoker.functions == [PRIMARY, REPLICA]


@pytest.mark.parametrize("status", [400, 404, 409, 422, 429])
def test_a_refusal_is_an_answer(environment: Environment, invoker: FakeInvoker, status: int) -> None:
    """The other instance would refuse the request too."""
    invoker.behaviour[PRIMARY] = answers(status, **{"Retry-After": "1"})
    assert environment.forward()["statusCode"] == status
    assert invoker.functions == [PRIMARY]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_a_write_has_one_key_for_all_its_attempts(environment: Environment, invoker: FakeInvoker, method: str) -> None:
    """A write cannot happen twice, even if the primary did it and died; another request has another key."""
    invoker.behaviour[PRIMARY] = fails("ReadTimeoutError")
    environment.forward(method)
    first, second = invoker.keys
    assert first
    assert first == second
    environment.forward(method)
    assert len(set(invoker.keys)) == 2


@pytest.mark.parametrize("name", ["Idempotency-Key", "idempotency-key"])
def test_the_clients_own_key_stays(environment: Environment, invoker: FakeInvoker, name: str) -> None:
    """The header is recognized in any case."""
    invoker.behaviour[PRIMARY] = fails("ReadTimeoutError")
    environment.forward("POST", headers={name: "mine"})
    assert [event["headers"] for _, event, _ in invoker.asked] == [{name: "mine"}] * 2


def test_a_read_needs_no_key(environment: Environment, invoker: FakeInvoker) -> None:
    """A read changes nothing."""
    environment.forward()
    assert invoker.keys == [None]


def test_headers_may_be_absent(environment: Environment, invoker: FakeInvoker) -> None:
    """API Gateway sends null for no headers, and some functions return none."""
    event = proxy_event("POST", "/campaigns", resource="/campaigns") | {"headers": None, "multiValueHeaders": None}
    invoker.behaviour[PRIMARY] = lambda: {"statusCode": 204, "headers": None, "body": ""}
    answer = environment.proxy.forwarder.forward(event)
    assert answer["headers"] == {"X-Served-By": "primary"}
    assert invoker.keys != [None]


def test_both_are_asked_again_while_they_are_silent(environment: Environment, invoker: FakeInvoker) -> None:
    """Both being throttled for a moment is not an error."""
    moments = iter([fails("TooManyRequestsException"), fails("Runtime.ExitError"), answers(200)])
    invoker.behaviour[PRIMARY] = fails("TooManyRequestsException")
    invoker.behaviour[REPLICA] = lambda: next(moments)()  # noqa: PLW0108 - another each time
    assert environment.forward("POST")["statusCode"] == 200
    assert len(invoker.asked) > 4
    assert len(set(invoker.keys)) == 1


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a request's time end after its first round."""
    monkeypatch.setattr("tenacity.stop_after_delay", lambda _seconds: lambda _state: True)


@pytest.mark.usefixtures("impatient")
def test_when_both_stay_silent_the_answer_is_503(environment: Environment, invoker: FakeInvoker) -> None:
    """The answer is problem details with Retry-After and the request's correlation id."""
    invoker.behaviour[PRIMARY] = invoker.behaviour[REPLICA] = fails("Sandbox.Timedout")
    answer = environment.forward(headers={"X-Correlation-Id": "mine"})
    assert (answer["statusCode"], answer["headers"]["Retry-After"]) == (503, "2")
    assert answer["headers"]["Content-Type"] == "application/problem+json"
    problem = json.loads(answer["body"])
    assert (problem["instance"], problem["correlation_id"]) == ("/campaigns/7", "mine")
    assert "Sandbox" not in answer["body"]


def test_a_5xx_of_both_is_the_answer_at_once(environment: Environment, invoker: FakeInvoker) -> None:
    """Both fail without their database: the caller gets the last 503, and no instance is asked again."""
    invoker.behaviour[PRIMARY] = answers(500)
    invoker.behaviour[REPLICA] = answers(503, **{"Retry-After": "2"})
    answer = environment.forward()
    assert (answer["statusCode"], answer["headers"]["Retry-After"]) == (503, "2")
    assert invoker.functions == [PRIMARY, REPLICA]


@pytest.mark.usefixtures("impatient")
def test_a_5xx_is_passed_on_if_the_other_stays_silent(environment: Environment, invoker: FakeInvoker) -> None:
    """The answer of one instance is returned once the time is over."""
    invoker.behaviour[PRIMARY] = answers(500)
    invoker.behaviour[REPLICA] = fails("ReadTimeoutError")
    assert environment.forward()["statusCode"] == 500


def test_a_forwarded_event_does_not_grow(environment: Environment, invoker: FakeInvoker) -> None:
    r"""The event is sent in UTF-8: letters as `\u00f1` might make it too large for Lambda."""
    environment.forward("POST", body="x" * 10_000)
    ascii_bytes = invoker.bytes
    environment.forward("POST", body="ñ" * 5_000)
    assert abs(invoker.bytes - ascii_bytes) < 100


def test_an_event_too_large_for_lambda_is_413(environment: Environment, invoker: FakeInvoker) -> None:
    """No instance has failed."""

    def refuse() -> Any:
        raise EventTooLargeError

    invoker.behaviour[PRIMARY] = refuse
    assert environment.forward("POST")["statusCode"] == 413
    assert invoker.functions == [PRIMARY]


def test_each_round_has_more_time(environment: Environment, invoker: FakeInvoker) -> None:
    """If both instances are slow, as in a cold start, the first round's time would never be enough."""
    moments = iter([fails("ReadTimeoutError"), answers()])
    invoker.behaviour[PRIMARY] = fails("ReadTimeoutError")
    invoker.behaviour[REPLICA] = lambda: next(moments)()  # noqa: PLW0108 - another each time
    environment.forward()
    given = [(function, round(seconds, 1)) for function, _, seconds in invoker.asked]
    primary, replica = SETTINGS.primary_seconds, SETTINGS.replica_seconds
    assert given == [(PRIMARY, primary), (REPLICA, replica), (PRIMARY, 2 * primary), (REPLICA, 2 * replica)]


@pytest.mark.usefixtures("impatient")
def test_the_log_has_no_content_of_a_request(
    environment: Environment,
    invoker: FakeInvoker,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The log has neither its key nor its headers nor its body."""
    invoker.behaviour[PRIMARY] = invoker.behaviour[REPLICA] = fails("ReadTimeoutError")
    headers = {"Authorization": "Bearer secret", "Idempotency-Key": "secret"}
    environment.forward("POST", headers=headers, body='{"secret":1}')
    written = capsys.readouterr()
    assert "secret" not in written.out + written.err + caplog.text + str([vars(record) for record in caplog.records])
    assert caplog.records
