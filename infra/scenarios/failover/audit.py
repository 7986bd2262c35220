"""The audit of a case: compares the witnesses with each other, and the measurements with their limits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from scenarios.failover.campaigns import EVENT_OF, TOPIC_OF, State
from scenarios.failover.cases import PRIMARY, REPLICA, Case
from scenarios.report import Check

if TYPE_CHECKING:
    from scenarios.failover.evidence import Evidence
    from scenarios.failover.measures import Measures

LEAST_SUCCESS: Final = 0.9999
MOST_P99_SECONDS: Final = 2.0
MOST_RECOVERY_SECONDS: Final = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """The checks of a case, with its duplicate and lost writes."""

    checks: Sequence[Check]
    duplicates: Sequence[str]
    lost: Sequence[str]


def audit(case: Case, evidence: Evidence) -> Audit:
    """Return all checks, each with all its violations."""
    measures, duplicates, lost = evidence.measures, list(_duplicates(evidence)), list(_lost(evidence))
    events = f"{len(evidence.writes)} writes, {len(evidence.events)} events"
    found = (
        ("requests succeed", f"{measures.success:.4%}", _failures(measures)),
        ("p99 during the fault", f"{measures.p99:.2f} s", _slowness(measures)),
        ("recovery", f"{measures.recovery:.1f} s", _lateness(measures)),
        ("the first answer counts", f"{measures.repeated} repeated", _repetitions(case, measures)),
        ("no write is executed twice", events, duplicates),
        ("no event is lost", events, lost),
        ("campaigns agree with their writes", f"{len(evidence.rows)} campaigns", list(_states(evidence))),
        ("the fault took effect", str(dict(measures.harm)), list(_harmlessness(case, measures))),
        ("healed, the primary serves again", _told(measures.back), _absence(measures)),
    )
    checks = [
        Check(name=f"{case.label}: {name}", found=what, violations=violations) for name, what, violations in found
    ]
    return Audit(checks=checks, duplicates=duplicates, lost=lost)


def _failures(measures: Measures) -> list[str]:
    if measures.success >= LEAST_SUCCESS:
        return []
    summary = f"{measures.failed} of {measures.requests} failed, {measures.success:.4%} succeeded"
    return [summary, *(f"{count} times {answer}" for answer, count in Counter(measures.answers).most_common())]


def _slowness(measures: Measures) -> list[str]:
    return [f"it is {measures.p99:.2f} s"] if measures.p99 >= MOST_P99_SECONDS else []


def _lateness(measures: Measures) -> list[str]:
    return [f"it took {measures.recovery:.1f} s"] if measures.recovery >= MOST_RECOVERY_SECONDS else []


def _repetitions(case: Case, measures: Measures) -> list[str]:
    return [f"{measures.repeated} requests were repeated"] if measures.repeated and case.instance else []


def _duplicates(evidence: Evidence) -> Iterator[str]:
    events = Counter(event.correlation_id for event in evidence.events)
    for write, count in events.items():
        if count > 1:
            yield f"{write} has {count} events"
    campaigns = Counter(row.created_by for row in evidence.rows)
    for write, count in campaigns.items():
        if count > 1:
            yield f"{write} created {count} campaigns"


def _lost(evidence: Evidence) -> Iterator[str]:
    stored = {event.correlation_id: event for event in evidence.events}
    for outcome in evidence.writes:
        request = outcome.request
        event = stored.get(request.correlation_id)
        if event is None:
            if not outcome.problem:
                yield f"{request.kind} {request.correlation_id} was answered 200 and has no event"
        elif event.type != EVENT_OF[request.kind]:
            yield f"{request.kind} {request.correlation_id} has a {event.type}"
    for event in evidence.events:
        topic = TOPIC_OF.get(event.type, "")
        if not event.published:
            yield f"{event.type} of {event.correlation_id} waits in the outbox"
        elif event.id not in evidence.on_topic.get(topic, {}):
            yield f"{event.type} of {event.correlation_id} is not on {topic or 'a topic'}"


def _states(evidence: Evidence) -> Iterator[str]:
    found = {row.created_by: row for row in evidence.rows}
    for campaign in evidence.campaigns:
        row = found.get(campaign.created_by)
        if row is None:
            if all(state.estado for state in campaign.states):
                yield f"{campaign.created_by} was created, and does not exist"
            continue
        if campaign.id not in ("", row.id):
            yield f"{campaign.created_by} was answered as {campaign.id}, and is {row.id}"
        state = State(nombre=row.nombre, estado=row.estado, monto=row.monto)
        if state not in campaign.states:
            yield f"{row.id} is {state}, and should be {' or '.join(map(str, campaign.states))}"
    asked = {campaign.created_by for campaign in evidence.campaigns}
    for created_by, row in found.items():
        if created_by not in asked:
            yield f"{row.id} was never requested ({created_by})"


def _harmlessness(case: Case, measures: Measures) -> Iterator[str]:
    if not measures.harm:
        yield "no fault was caused"
    served = measures.served
    if case.instance == PRIMARY and not served["during"].get(REPLICA):
        yield "the replica served no request during the fault"
    if case.instance == REPLICA and not (served["before"].get(REPLICA) and served["during"].get(PRIMARY)):
        yield "the replica did not serve before its fault"


def _absence(measures: Measures) -> list[str]:
    return ["it does not serve again"] if measures.back is None else []


def _told(seconds: float | None) -> str:
    return "never" if seconds is None else f"after {seconds:.1f} s"
