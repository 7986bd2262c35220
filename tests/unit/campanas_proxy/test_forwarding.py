"""What one instance cannot serve the other does, within the same request."""

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
    """It is asked once, the replica is not; the answer says who has given it."""
    answer = environment.forward()
    assert (answer["statusCode"], answer["headers"]["X-Served-By"]) == (200, "primary")
    assert invoker.functions == [PRIMARY]


def test_the_instance_gets_the_event_as_it_came(environment: Environment, invoker: FakeInvoker) -> None:
    """The proxy knows nothing of the routes behind it."""
    event = proxy_event("GET", "/api/campaigns/7", resource="/api/campaigns/{proxy+}")
    environment.proxy.forwarder.forward(json.loads(json.dumps(event)))
    [(_, forwarded, _)] = invoker.asked
    assert forwarded == event


@pytest.mark.parametrize("failure", FAILURES)
def test_what_the_primary_does_not_serve_the_replica_does(
    environment: Environment, invoker: FakeInvoker, failure: str
) -> None:
    """In the same request, whatever the reason."""
    invoker.behaviour[PRIMARY] = FAILURES[failure]
    answer = environment.forward()
    assert (answer["statusCode"], answer["headers"]["X-Served-By"]) == (200, "replica")
    assert invoker.functions == [PRIMARY, REPLICA]


@pytest.mark.parametrize("status", [400, 404, 409, 422, 429])
def test_a_refusal_is_an_answer(environment: Environment, invoker: FakeInvoker, status: int) -> None:
    """The other instance would refuse it too."""
    invoker.behaviour[PRIMARY] = answers(status, **{"Retry-After": "1"})
    assert environment.forward()["statusCode"] == status
    assert invoker.functions == [PRIMARY]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_a_write_has_one_key_for_all_its_attempts(environment: Environment, invoker: FakeInvoker, method: str) -> None:
    """So it cannot happen twice, not even when the primary did it and died before it answered; another has another."""
    invoker.behaviour[PRIMARY] = fails("ReadTimeoutError")
    environment.forward(method)
    first, second = invoker.keys
    assert first
    assert first == second
    environment.forward(method)
    assert len(set(invoker.keys)) == 2


@pytest.mark.parametrize("name", ["Idempotency-Key", "idempotency-key"])
def test_the_clients_own_key_stays(environment: Environment, invoker: FakeInvoker, name: str) -> None:
    """However it is spelled."""
    invoker.behaviour[PRIMARY] = fails("ReadTimeoutError")
    environment.forward("POST", headers={name: "mine"})
    assert [event["headers"] for _, event, _ in invoker.asked] == [{name: "mine"}] * 2


def test_a_read_needs_no_key(environment: Environment, invoker: FakeInvoker) -> None:
    """It changes nothing."""
    environment.forward()
    assert invoker.keys == [None]


def test_headers_may_be_absent(environment: Environment, invoker: FakeInvoker) -> None:
    """API Gateway sends null for none; some functions return none."""
    event = proxy_event("POST", "/campaigns", resource="/campaigns") | {"headers": None, "multiValueHeaders": None}
    invoker.behaviour[PRIMARY] = lambda: {"statusCode": 204, "headers": None, "body": ""}
    answer = environment.proxy.forwarder.forward(event)
    assert answer["headers"] == {"X-Served-By": "primary"}
    assert invoker.keys != [None]


def test_both_are_asked_again_while_they_are_silent(environment: Environment, invoker: FakeInvoker) -> None:
    """A moment in which both are throttled is not an error."""
    moments = iter([fails("TooManyRequestsException"), fails("Runtime.ExitError"), answers(200)])
    invoker.behaviour[PRIMARY] = fails("TooManyRequestsException")
    invoker.behaviour[REPLICA] = lambda: next(moments)()  # noqa: PLW0108 - another each time
    assert environment.forward("POST")["statusCode"] == 200
    assert len(invoker.asked) > 4
    assert len(set(invoker.keys)) == 1


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A request's time is over after its first round."""
    monkeypatch.setattr("tenacity.stop_after_delay", lambda _seconds: lambda _state: True)


@pytest.mark.usefixtures("impatient")
def test_when_both_stay_silent_the_answer_is_503(environment: Environment, invoker: FakeInvoker) -> None:
    """As problem details that say when to come back, under the request's correlation id."""
    invoker.behaviour[PRIMARY] = invoker.behaviour[REPLICA] = fails("Sandbox.Timedout")
    answer = environment.forward(headers={"X-Correlation-Id": "mine"})
    assert (answer["statusCode"], answer["headers"]["Retry-After"]) == (503, "2")
    assert answer["headers"]["Content-Type"] == "application/problem+json"
    problem = json.loads(answer["body"])
    assert (problem["instance"], problem["correlation_id"]) == ("/campaigns/7", "mine")
    assert "Sandbox" not in answer["body"]


def test_what_both_refuse_is_the_answer_at_once(environment: Environment, invoker: FakeInvoker) -> None:
    """A database that is down is down for both: the caller gets the last one's 503, and nobody asks again."""
    invoker.behaviour[PRIMARY] = answers(500)
    invoker.behaviour[REPLICA] = answers(503, **{"Retry-After": "2"})
    answer = environment.forward()
    assert (answer["statusCode"], answer["headers"]["Retry-After"]) == (503, "2")
    assert invoker.functions == [PRIMARY, REPLICA]


@pytest.mark.usefixtures("impatient")
def test_a_refusal_is_better_than_silence(environment: Environment, invoker: FakeInvoker) -> None:
    """What one instance has said is passed on when the other stays silent to the end."""
    invoker.behaviour[PRIMARY] = answers(500)
    invoker.behaviour[REPLICA] = fails("ReadTimeoutError")
    assert environment.forward()["statusCode"] == 500


def test_an_event_grows_by_no_letter(environment: Environment, invoker: FakeInvoker) -> None:
    r"""It goes on in UTF-8: written as `\u00f1` what API Gateway took might be too large for Lambda."""
    environment.forward("POST", body="x" * 10_000)
    ascii_bytes = invoker.bytes
    environment.forward("POST", body="ñ" * 5_000)
    assert abs(invoker.bytes - ascii_bytes) < 100


def test_what_lambda_does_not_take_is_413(environment: Environment, invoker: FakeInvoker) -> None:
    """It is nobody's failure."""

    def refuse() -> Any:
        raise EventTooLargeError

    invoker.behaviour[PRIMARY] = refuse
    assert environment.forward("POST")["statusCode"] == 413
    assert invoker.functions == [PRIMARY]


def test_each_round_has_more_time_than_the_one_before(environment: Environment, invoker: FakeInvoker) -> None:
    """Where both are slow, as when both start, the same short patience again would end nowhere."""
    moments = iter([fails("ReadTimeoutError"), answers()])
    invoker.behaviour[PRIMARY] = fails("ReadTimeoutError")
    invoker.behaviour[REPLICA] = lambda: next(moments)()  # noqa: PLW0108 - another each time
    environment.forward()
    given = [(function, round(seconds, 1)) for function, _, seconds in invoker.asked]
    primary, replica = SETTINGS.primary_seconds, SETTINGS.replica_seconds
    assert given == [(PRIMARY, primary), (REPLICA, replica), (PRIMARY, 2 * primary), (REPLICA, 2 * replica)]


@pytest.mark.usefixtures("impatient")
def test_nothing_of_a_request_is_in_the_log(
    environment: Environment,
    invoker: FakeInvoker,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Neither its key nor its headers nor its body."""
    invoker.behaviour[PRIMARY] = invoker.behaviour[REPLICA] = fails("ReadTimeoutError")
    headers = {"Authorization": "Bearer secret", "Idempotency-Key": "secret"}
    environment.forward("POST", headers=headers, body='{"secret":1}')
    written = capsys.readouterr()
    assert "secret" not in written.out + written.err + caplog.text + str([vars(record) for record in caplog.records])
    assert caplog.records
