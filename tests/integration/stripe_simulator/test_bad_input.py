"""Invalid requests are refused in Stripe's shape, and nothing is paid."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import pytest

from stripe_simulator.http.request_body import MAX_BYTES

if TYPE_CHECKING:
    from support.stripe_simulator.simulator_process import Affiliate, SimulatorProcess

ABSENT = object()


@pytest.mark.parametrize(
    ("change", "code", "param"),
    [
        ({"amount": ABSENT}, "parameter_missing", "amount"),
        ({"currency": ABSENT}, "parameter_missing", "currency"),
        ({"destination": ABSENT}, "parameter_missing", "destination"),
        ({"amount": ""}, "parameter_invalid_empty", "amount"),
        ({"currency": ""}, "parameter_invalid_empty", "currency"),
        ({"destination": ""}, "parameter_invalid_empty", "destination"),
        ({"amount": "0"}, "parameter_invalid_integer", "amount"),
        ({"amount": "-5"}, "parameter_invalid_integer", "amount"),
        ({"amount": "10.5"}, "parameter_invalid_integer", "amount"),
        ({"amount": "1e3"}, "parameter_invalid_integer", "amount"),
        ({"amount": "NaN"}, "parameter_invalid_integer", "amount"),
        ({"amount": "٣"}, "parameter_invalid_integer", "amount"),
        ({"amount": "9" * 40}, "parameter_invalid_integer", "amount"),
        ({"amount": "9" * 5000}, "parameter_invalid_integer", "amount"),
        ({"currency": "xyz"}, None, "currency"),
        ({"currency": "dollars"}, None, "currency"),
        ({"source_type": "gold"}, None, "source_type"),
        ({"source_transaction": "ch_1"}, "resource_missing", "source_transaction"),
        ({"amonut": "1"}, "parameter_unknown", "amonut"),
        ({"destination[id]": "x"}, "parameter_unknown", "destination[id]"),
        ({"metadata": "text"}, None, "metadata"),
        ({"metadata[a][b]": "x"}, "parameter_unknown", "metadata[a][b]"),
        ({"metadata[" + "k" * 41 + "]": "x"}, None, "metadata"),
        ({"metadata[k]": "v" * 501}, None, "metadata"),
        ({f"metadata[k{number}]": "v" for number in range(51)}, None, "metadata"),
    ],
)
def test_wrong_parameters_are_refused(
    affiliate: Affiliate, change: dict[str, Any], code: str | None, param: str
) -> None:
    """The answer is 400 invalid_request_error and names the parameter."""
    form = {"amount": "100", "currency": "cop", "destination": affiliate.id, **change}
    answer = affiliate.simulator.send(
        "POST", "/v1/transfers", data={name: value for name, value in form.items() if value is not ABSENT}
    )
    assert answer.status_code == 400, answer.text
    error = answer.json()["error"]
    assert (error["type"], error.get("code"), error["param"]) == ("invalid_request_error", code, param)
    assert answer.headers["Request-Id"].startswith("req_")
    assert affiliate.paid() == []


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b'{"amount": 1}', "application/json", 400),
        (b"amount=1", None, 400),
        (b"amount=%ff", "application/x-www-form-urlencoded", 400),
        (b"amount=\xff", "application/x-www-form-urlencoded", 400),
        (b"&".join([b"a=1"] * 300), "application/x-www-form-urlencoded", 400),
        (b"description=" + b"x" * MAX_BYTES, "application/x-www-form-urlencoded; charset=utf-8", 413),
        (b"description=" + b"x" * 10_000_000, "application/x-www-form-urlencoded", 413),
    ],
    ids=["json", "no content type", "wrong escape", "not utf-8", "too many", "too large", "far too large"],
)
def test_wrong_bodies_are_refused(
    simulator: SimulatorProcess, body: bytes, content_type: str | None, status: int
) -> None:
    """Bodies that no SDK would send are refused too."""
    headers = {"Content-Type": content_type} if content_type else {}
    answer = simulator.send("POST", "/v1/transfers", data=body, headers=headers)
    assert (answer.status_code, answer.json()["error"]["type"]) == (status, "invalid_request_error")


@pytest.mark.parametrize(
    ("query", "param"),
    [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=ten", "limit"),
        ("created[gte]=yesterday", "created[gte]"),
        ("created[after]=1", "created[after]"),
        ("starting_after=tr_none", "starting_after"),
        ("ending_before=tr_none", "ending_before"),
        ("starting_after=tr_a&ending_before=tr_b", None),
        ("status=paid", "status"),
    ],
)
def test_wrong_lists_are_refused(simulator: SimulatorProcess, query: str, param: str | None) -> None:
    """The answer is 400 and names the parameter."""
    answer = simulator.send("GET", f"/v1/transfers?{query}")
    assert (answer.status_code, answer.json()["error"].get("param")) == (400, param)


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Bearer",
        "Bearer pk_test_1",
        "Bearer whatever",
        "Digest sk_test_1",
        "Basic ???",
        "Basic " + base64.b64encode(b"\xff:").decode(),
        "Basic " + base64.b64encode(b"user:sk_test_1").decode(),
    ],
)
def test_without_a_secret_key_every_request_is_refused(simulator: SimulatorProcess, authorization: str | None) -> None:
    """The answer is 401 in Stripe's shape."""
    headers = {} if authorization is None else {"Authorization": authorization}
    answer = simulator.send("GET", "/v1/transfers", auth=None, headers=headers)
    assert (answer.status_code, answer.json()["error"]["type"]) == (401, "invalid_request_error")
    assert answer.headers["Request-Id"].startswith("req_")


@pytest.mark.parametrize("authorization", ["Bearer sk_test_1", "bearer sk_live_1", "Basic c2tfdGVzdF8xOg=="])
def test_with_a_secret_key_requests_are_served(simulator: SimulatorProcess, authorization: str) -> None:
    """The key is the bearer token or the user name."""
    answer = simulator.send("GET", "/v1/transfers", auth=None, headers={"Authorization": authorization})
    assert answer.status_code == 200


@pytest.mark.parametrize("key", ["", "k" * 256])
def test_a_wrong_key_is_refused(affiliate: Affiliate, key: str) -> None:
    """A key has 1 to 255 characters; with another one, nothing is paid."""
    answer = affiliate.simulator.send(
        "POST", "/v1/transfers", data=affiliate.params(metadata=None), headers={"Idempotency-Key": key}
    )
    assert (answer.status_code, answer.json()["error"]["type"]) == (400, "idempotency_error")
    assert affiliate.paid() == []


def test_the_longest_key_works(affiliate: Affiliate) -> None:
    """It has 255 characters."""
    key = affiliate.id.ljust(255, "k")
    assert affiliate.pay(key=key).id == affiliate.pay(key=key).id


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/charges"),
        ("DELETE", "/v1/transfers"),
        ("POST", "/v1/transfers/tr_1"),
        ("GET", "/v2/transfers"),
        ("POST", "/_simulator/reset"),
        ("GET", "/"),
    ],
)
def test_an_unknown_url_is_404(simulator: SimulatorProcess, method: str, path: str) -> None:
    """The answer has Stripe's shape."""
    answer = simulator.send(method, path)
    assert (answer.status_code, answer.json()["error"]["type"]) == (404, "invalid_request_error")
    assert f"({method}: {path})" in answer.json()["error"]["message"]


def test_a_reversal_of_nothing_is_404(simulator: SimulatorProcess) -> None:
    """The transfer must exist."""
    answer = simulator.send("POST", "/v1/transfers/tr_none/reversals")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "resource_missing")
