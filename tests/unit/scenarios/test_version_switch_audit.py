"""The audit of scenario version-switch finds late switches, bodies of another version, and wrong sums."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from reportes.dominio.version import Canario, Reparto, Version
from scenarios.outcome import Outcome, Reply
from scenarios.version_switch.audit import Evidence, audit
from scenarios.version_switch.requests import Request, Requests, Way
from scenarios.version_switch.switches import Switch, staleness

ONLY_V1 = Reparto(activa=Version.V1)
ONLY_V2 = Reparto(activa=Version.V2)
ALWAYS = float("-inf")
V1: dict[str, Any] = {
    "summary": {"totalPayments": 2, "totalAmount": 30.5, "currency": "COP"},
    "period": {"from": None, "to": None},
}
V2: dict[str, Any] = {
    "summary": {**V1["summary"], "avgTicket": 15.25, "byStatus": {"PENDING": 0, "COMPLETED": 2, "FAILED": 0}},
    "period": V1["period"],
    "breakdown": {
        "byCampaign": [{"campaignId": None, "payments": 2, "amount": 30.5}],
        "byCurrency": [{"currency": "USD", "payments": 1, "amount": 7}],
    },
    "version": "v2",
}
PAID = {("s9-1-00", "COP"): (2, Decimal("30.50"))}


def a_reply(named: str, body: Any, *, at: float = 100.0, problem: str = "", **request: Any) -> Outcome[Request]:
    """Build a request sent at this time and answered a hundredth of a second later."""
    asked = Request(**{"way": Way.active, "path": "/api/reports/payments", **request})
    text = body if isinstance(body, str) else json.dumps(body)
    reply = Reply(problem=problem, body=text.encode(), headers={"X-Report-Version": named})
    return Outcome(request=asked, reply=reply, due=at, sent=at, done=at + 0.01)


def some_evidence(*outcomes: Outcome[Request], **changes: Any) -> Evidence:
    """Build the evidence of a switch from version 1 to 2 at 10 s, without a fault."""
    evidence = Evidence(
        outcomes=outcomes,
        switches=[Switch(to=ONLY_V1, sent=ALWAYS, done=ALWAYS), Switch(to=ONLY_V2, sent=10.0, done=10.1)],
        history=[ONLY_V2],
        rebuilt="from 10 events",
        rebuild_refusal="",
        redeployed="in 1 s",
        reported=PAID,
        paid=PAID,
    )
    return replace(evidence, **changes)


def broken(evidence: Evidence) -> set[str]:
    """Return the names of the checks that do not hold."""
    return {check.name for check in audit(evidence) if check.violations}


def test_every_check_of_a_faultless_run_holds() -> None:
    """Every way to request a report is answered in its version."""
    outcomes = [
        a_reply("v1", V1, at=5.0),
        a_reply("v2", V2),
        a_reply("v1", V1, way=Way.v1, version=Version.V1),
        a_reply("v1", "campaignId,payments,amount,currency\r\n,2,30.50,COP\r\n", way=Way.csv, at=9.0),
        a_reply("", {"id_pago": "x"}, way=Way.payment, method="POST"),
    ]
    assert not broken(some_evidence(*outcomes))


@pytest.mark.parametrize(
    ("version", "body"),
    [
        ("v1", V2),
        ("v2", V1),
        ("v2", V2 | {"version": "v1"}),
        ("v2", V2 | {"summary": V2["summary"] | {"byStatus": {"PENDING": 1, "COMPLETED": 2, "FAILED": 0}}}),
        ("v2", V2 | {"breakdown": V2["breakdown"] | {"byCampaign": []}}),
        ("v2", V2 | {"breakdown": V2["breakdown"] | {"byCurrency": [{"currency": "COP", "payments": 1, "amount": 1}]}}),
        ("v2", '{"summary":'),
        ("v3", V2),
        ("", V2),
    ],
)
def test_a_body_of_another_version_is_found(version: str, body: Any) -> None:
    """A mixture of both versions is found too."""
    assert "every body is valid for its version" in broken(some_evidence(a_reply(version, body)))


def test_payments_of_another_status_are_found() -> None:
    """A report of failed payments must have no others."""
    evidence = some_evidence(a_reply("v2", V2, status="FAILED"))
    assert "every body is valid for its version" in broken(evidence)


@pytest.mark.parametrize("body", ["", "campaignId,payments,amount,currency\r\n", "a,b\r\n"])
def test_a_csv_of_another_version_is_found(body: str) -> None:
    """Its columns give it away."""
    evidence = some_evidence(a_reply("v2", body, way=Way.csv))
    assert "every body is valid for its version" in broken(evidence)


def test_a_changed_pinned_version_is_found() -> None:
    """A port serves one version."""
    evidence = some_evidence(a_reply("v2", V2, way=Way.v1, version=Version.V1))
    assert broken(evidence) == {"pinned versions and those of ports never change"}


def test_a_failed_request_is_found() -> None:
    """A refused switch is found too."""
    assert "requests succeed" in broken(some_evidence(a_reply("", {}, problem="503 servicio-no-disponible")))
    refused = Switch(to=ONLY_V1, sent=20.0, done=20.1, problem="503 version-no-legible")
    switches = [*some_evidence().switches, refused]
    assert "requests succeed" in broken(some_evidence(switches=switches, history=[ONLY_V1, ONLY_V2]))


@pytest.mark.parametrize(("at", "holds"), [(10.2, True), (11.0, True), (11.2, False)])
def test_a_late_switch_is_found(at: float, holds: bool) -> None:
    """A switch is late if it takes effect more than a second after its acceptance."""
    found = broken(some_evidence(a_reply("v1", V1, at=at)))
    assert ("a switch takes effect within 1 s" not in found) is holds


def test_missing_actions_are_found() -> None:
    """A missing rebuild, deploy, history entry and reported payment each break a check."""
    evidence = some_evidence(rebuilt=None, redeployed=None, history=[], reported={})
    assert broken(evidence) == {
        "the read model is rebuilt meanwhile",
        "the function is deployed again meanwhile",
        "every switch is in the history",
        "reports agree with the payments",
    }


def test_an_answer_may_have_any_version_active_during_its_request() -> None:
    """This holds before, during and after a switch; an affiliate's version depends on the canary."""
    canary = Reparto(activa=Version.V1, canario=Canario(version=Version.V2, porcentaje=100))
    switches = [Switch(to=ONLY_V2, sent=ALWAYS, done=ALWAYS), Switch(to=canary, sent=10.0, done=10.5)]

    def stale(version: Version, affiliate: str | None, sent: float, done: float) -> float:
        return staleness(version, affiliate, sent=sent, done=done, switches=switches)

    assert stale(Version.V1, None, 9.0, 10.1) == 0, "it may have been switched already"
    assert stale(Version.V2, None, 10.2, 10.3) == 0, "it may not have been switched yet"
    assert stale(Version.V2, None, 12.5, 12.6) == pytest.approx(2.0), "it was switched"
    assert stale(Version.V2, "afiliado-001", 12.5, 12.6) == 0, "the canary's"
    assert stale(Version.V1, None, 9.0, 9.9) == float("inf"), "it was never right before"


def test_the_same_seed_chooses_the_same_requests() -> None:
    """Every way occurs."""
    first, second = (Requests(seed=7, run="s9-7") for _ in range(2))
    asked = [first.next() for _ in range(200)]
    assert [(request.way, request.affiliate) for request in asked] == [
        (request.way, request.affiliate) for request in (second.next() for _ in range(200))
    ]
    assert {request.way for request in asked} == set(Way)


def test_a_refused_rebuild_gives_its_reason() -> None:
    """The violation is the reason, not only the absence of a rebuild."""
    reason = "the read model differs from the event stores: pagos: 1 rows only before, 0 only now, e.g. before: (7)"
    checks = audit(some_evidence(rebuilt=None, rebuild_refusal=reason))
    assert [check.violations for check in checks if check.name == "the read model is rebuilt meanwhile"] == [[reason]]
