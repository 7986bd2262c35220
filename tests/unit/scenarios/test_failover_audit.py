"""The audit of scenario failover finds every fault."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from scenarios.failover.audit import audit
from scenarios.failover.campaigns import TOPIC_OF, Campaign, Kind, State
from scenarios.failover.cases import Case
from scenarios.failover.evidence import CampaignEvent, CampaignRow, Evidence
from scenarios.failover.figures import CaseResult, figures
from scenarios.failover.measures import Timeline, measure
from scenarios.failover.workload import Request
from scenarios.outcome import Outcome, Reply
from scenarios.report import Report

SUCCESS, P99, RECOVERY, FIRST_ANSWER, TWICE, LOST, STATES, FELT, HEALED = range(9)
STRUCK, HEALED_AT, ENDED = 10, 40, 60
CREATED = State(nombre="Campaña", estado="CREATED", monto=Decimal(100))
RENAMED = replace(CREATED, nombre="Otra")


def some_evidence() -> Evidence:
    """Build the evidence of a minute at 20 requests a second: the primary fails for half of it, and no request does."""
    reads = [a_read(number / 20) for number in range(ENDED * 20)]
    writes = [a_write("c-1", Kind.create), a_write("c-2", Kind.rename)]
    return Evidence(
        measures=measure([*reads, *writes], TIMELINE, failovers=1, harm={"killed": 30}),
        writes=writes,
        campaigns=[Campaign(created_by="c-1", states=(RENAMED,), id="id-1")],
        rows=[CampaignRow(id="id-1", created_by="c-1", nombre="Otra", estado="CREATED", monto=Decimal("100.00"))],
        events=[an_event("c-1", "CampanaCreada"), an_event("c-2", "CampanaModificada")],
        on_topic={"campaigns.evt.created": {"event-c-1": {}}, "campaigns.evt.updated": {"event-c-2": {}}},
    )


TIMELINE = Timeline(began=0, struck=STRUCK, healed=HEALED_AT, ended=ENDED, back=HEALED_AT + 3)


def a_read(due: float, *, seconds: float = 0.01, problem: str = "", served_by: str = "") -> Outcome[Request]:
    """Build a read; the replica serves it during the fault."""
    request = Request(number=0, kind=Kind.read, method="GET", path="/", correlation_id="r")
    instance = served_by or ("replica" if STRUCK <= due < HEALED_AT else "primary")
    return Outcome(request=request, due=due, sent=due, done=due + seconds, reply=a_reply(instance, problem))


def a_write(correlation_id: str, kind: Kind, *, problem: str = "") -> Outcome[Request]:
    """Build a write during the fault."""
    request = Request(number=0, kind=kind, method="POST", path="/", correlation_id=correlation_id)
    return Outcome(request=request, due=STRUCK, sent=STRUCK, done=STRUCK + 0.02, reply=a_reply("replica", problem))


def a_reply(instance: str, problem: str) -> Reply:
    """Build a reply of this instance."""
    return Reply(problem=problem, headers={"X-Served-By": instance})


def an_event(correlation_id: str, event_type: str) -> CampaignEvent:
    """Build the published event of a write."""
    return CampaignEvent(id=f"event-{correlation_id}", correlation_id=correlation_id, type=event_type, published=True)


def with_reads(evidence: Evidence, *reads: Outcome[Request], **change: Any) -> Evidence:
    """Add requests to the evidence."""
    usual = [a_read(number / 20) for number in range(ENDED * 20)]
    timeline = replace(TIMELINE, **change)
    return replace(evidence, measures=measure([*usual, *reads], timeline, failovers=1, harm=evidence.measures.harm))


def failed_write(evidence: Evidence) -> Evidence:
    """Let the renaming get no answer: it may have happened or not."""
    return replace(
        evidence,
        writes=[evidence.writes[0], a_write("c-2", Kind.rename, problem="503 {}")],
        campaigns=[replace(evidence.campaigns[0], states=(CREATED, RENAMED))],
    )


def failed_creation(evidence: Evidence) -> Evidence:
    """Make the only request a creation without an answer."""
    return replace(
        evidence,
        writes=[a_write("c-1", Kind.create, problem="TimeoutError")],
        campaigns=[Campaign(created_by="c-1", states=(replace(CREATED, estado=""), CREATED))],
    )


def broken(evidence: Evidence, case: Case = Case.primary_killed) -> list[int]:
    """Return the numbers of the checks that do not hold."""
    return [number for number, check in enumerate(audit(case, evidence).checks) if not check.holds]


def test_every_check_of_an_unnoticed_failover_holds() -> None:
    """The evidence of a faultless run has no violation."""
    assert broken(some_evidence()) == []


@pytest.mark.parametrize(
    "evidence",
    [
        failed_write(some_evidence()),
        replace(
            failed_write(some_evidence()),
            rows=[replace(some_evidence().rows[0], nombre="Campaña")],
            events=some_evidence().events[:1],
        ),
        replace(failed_creation(some_evidence()), rows=[], events=[]),
        replace(
            failed_creation(some_evidence()),
            rows=[replace(some_evidence().rows[0], nombre="Campaña")],
            events=some_evidence().events[:1],
        ),
    ],
    ids=["renamed", "not renamed", "not created", "created"],
)
def test_an_unanswered_write_may_have_happened_or_not(evidence: Evidence) -> None:
    """It counts as a failed request, but breaks no other check."""
    assert broken(evidence) == []


def test_a_few_slow_requests_affect_only_p99() -> None:
    """Retries of a hung primary cause some; the service counts as recovered nevertheless."""
    evidence = with_reads(some_evidence(), *(a_read(second, seconds=1.5) for second in range(15, 40, 5)))
    assert evidence.measures.recovery == 0
    assert evidence.measures.slowest == pytest.approx(1.5)
    assert broken(evidence) == []


def test_recovery_is_measured_from_each_hit() -> None:
    """After each hit the last failure ends 1.2 s later, in the second second."""
    reads = [a_read(hit + 1, seconds=0.2, problem="503") for hit in (10, 25)]
    evidence = with_reads(some_evidence(), *reads, hits=[10.0, 25.0])
    assert evidence.measures.recovery == pytest.approx(2)


def test_a_disturbed_second_ends_with_its_last_answer() -> None:
    """A failed request that hangs for eleven seconds makes the recovery last eleven."""
    assert with_reads(some_evidence(), a_read(STRUCK, seconds=11, problem="503")).measures.recovery == 11


@pytest.mark.parametrize(
    ("fault", "checks"),
    [
        (lambda f: with_reads(f, a_read(12, problem="503 {}")), [SUCCESS]),
        (lambda f: with_reads(f, a_read(50, problem="TimeoutError")), [SUCCESS]),
        (lambda f: with_reads(f, *(a_read(15, seconds=2.5) for _ in range(9))), [P99]),
        (lambda f: with_reads(f, *(a_read(20.5, seconds=1.1) for _ in range(5))), [RECOVERY]),
        (lambda f: replace(f, measures=replace(f.measures, repeated=1)), [FIRST_ANSWER]),
        (lambda f: replace(f, events=[*f.events, an_event("c-2", "CampanaModificada")]), [TWICE]),
        (lambda f: replace(f, rows=[*f.rows, replace(f.rows[0], id="id-2")]), [TWICE, STATES]),
        (lambda f: replace(f, events=f.events[1:]), [LOST]),
        (lambda f: replace(f, events=[f.events[0], an_event("c-2", "CampanaPausada")]), [LOST]),
        (lambda f: replace(f, events=[f.events[0], replace(f.events[1], published=False)]), [LOST]),
        (lambda f: replace(f, on_topic={**f.on_topic, "campaigns.evt.updated": {}}), [LOST]),
        (lambda f: replace(f, on_topic={"campaigns.evt.updated": {"event-c-1": {}, "event-c-2": {}}}), [LOST]),
        (lambda f: replace(f, rows=[]), [STATES]),
        (lambda f: replace(f, rows=[replace(f.rows[0], nombre="Campaña")]), [STATES]),
        (lambda f: replace(f, rows=[replace(f.rows[0], estado="ACTIVE")]), [STATES]),
        (lambda f: replace(f, rows=[replace(f.rows[0], monto=Decimal(1))]), [STATES]),
        (lambda f: replace(f, rows=[replace(f.rows[0], id="id-2")]), [STATES]),
        (lambda f: replace(f, rows=[*f.rows, replace(f.rows[0], id="id-2", created_by="c-9")]), [STATES]),
        (lambda f: replace(f, measures=replace(f.measures, harm={})), [FELT]),
        (lambda f: replace(f, measures=replace(f.measures, served={"during": {"primary": 600}})), [FELT]),
        (lambda f: with_reads(f, back=None), [HEALED]),
    ],
    ids=[
        "a failure", "a failure after the healing", "slow", "slow for long", "repeated", "two events", "two campaigns",
        "no event", "another event", "waits in the outbox", "not on its topic", "on another topic", "no campaign",
        "not renamed", "another state", "another budget", "another id", "never requested", "nothing was done",
        "the replica was not needed", "not healed",
    ],
)  # fmt: skip
def test_a_fault_is_found(fault: Callable[[Evidence], Evidence], checks: list[int]) -> None:
    """Only the checks that it breaks fail."""
    assert broken(fault(some_evidence())) == checks


def test_a_replica_must_serve_before_its_fault() -> None:
    """Otherwise the case tests nothing."""
    assert broken(some_evidence(), Case.replica_killed) == [FELT]
    served = {"before": {"replica": 5}, "during": {"primary": 600}}
    evidence = replace(some_evidence(), measures=replace(some_evidence().measures, served=served))
    assert broken(evidence, Case.replica_killed) == []


def test_clients_may_repeat_requests_if_everything_is_killed() -> None:
    """In the other cases a repetition breaks a check."""
    evidence = replace(some_evidence(), measures=replace(some_evidence().measures, repeated=7))
    assert broken(evidence, Case.everything_killed) == []


def test_a_report_is_json() -> None:
    """The report of a case with failed requests is JSON too."""
    evidence = with_reads(some_evidence(), a_read(20, problem="503 {}"))
    result = CaseResult(
        case=Case.primary_killed, measures=evidence.measures, audit=audit(Case.primary_killed, evidence)
    )
    report = Report(checks=result.audit.checks, figures=figures([result]), again="aero scenario failover")
    [values] = json.loads(json.dumps(report.to_dict()))["cases"]
    assert (values["case"], values["holds"], values["failed"]) == ("primary-killed", False, 1)
    assert (values["answers"], values["harm"]) == ({"503 {}": 1}, {"killed": 30})


def test_every_event_has_its_topic() -> None:
    """The topics are those of the connector's configuration."""
    assert set(TOPIC_OF.values()) == {"campaigns.evt.created", "campaigns.evt.activated", "campaigns.evt.updated"}
