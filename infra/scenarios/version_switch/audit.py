"""The audit of scenario version-switch: its checks, each with its violations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from reportes.dominio.version import Version
from scenarios.report import Check
from scenarios.steady_load import percentile
from scenarios.version_switch.bodies import faults_of_csv, faults_of_json
from scenarios.version_switch.requests import Way
from scenarios.version_switch.switches import staleness

if TYPE_CHECKING:
    from reportes.dominio.version import Reparto
    from scenarios.outcome import Outcome
    from scenarios.version_switch.requests import Request
    from scenarios.version_switch.switches import Switch

MOST_STALE_SECONDS: Final = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All data that the audit compares.

    The first of `switches` is the version active before the run. `rebuilt` and `redeployed` describe the rebuild and
    the deploy, None if they did not happen; `rebuild_refusal` says why not. `reported` has the final report of each
    affiliate and currency, `paid` the payments in PostgreSQL.
    """

    outcomes: Sequence[Outcome[Request]]
    switches: Sequence[Switch]
    history: Sequence[Reparto]
    rebuilt: str | None
    rebuild_refusal: str
    redeployed: str | None
    reported: Mapping[tuple[str, str], tuple[int, Decimal]]
    paid: Mapping[tuple[str, str], tuple[int, Decimal]]


def audit(evidence: Evidence) -> list[Check]:
    """Return all checks, each with all its violations."""
    reports = [outcome for outcome in evidence.outcomes if outcome.request.way is not Way.payment]
    answered = [outcome for outcome in reports if not outcome.problem]
    stale = sorted(_stale(answered, evidence.switches))
    changes = evidence.switches[1:]
    return [
        Check(
            name="requests succeed",
            found=f"{len(evidence.outcomes)} requests, {len(evidence.switches)} changes of the version",
            violations=list(_failures(evidence)),
        ),
        Check(
            name="every body is valid for its version",
            found=", ".join(f"{count} of {version}" for version, count in sorted(_versions(answered).items())),
            violations=[f"{outcome.request.path}: {fault}" for outcome in answered for fault in _faults(outcome)],
        ),
        Check(
            name="pinned versions and those of ports never change",
            found=f"{sum(outcome.request.version is not None for outcome in answered)} requests",
            violations=[
                f"{outcome.request.path} ({outcome.request.way}) got {outcome.version}"
                for outcome in answered
                if outcome.request.version not in {None, outcome.version}
            ],
        ),
        Check(
            name=f"a switch takes effect within {MOST_STALE_SECONDS:g} s",
            found=f"after {percentile(stale, 0.5) * 1000:.0f} ms (p50), {percentile(stale, 1) * 1000:.0f} ms at most",
            violations=[f"only after {seconds:.2f} s" for seconds in stale if seconds > MOST_STALE_SECONDS],
        ),
        Check(
            name="every switch is in the history",
            found=f"{len(evidence.history)} of {len(changes)}, the latest first",
            violations=[]
            if list(evidence.history) == [switch.to for switch in reversed(changes)]
            else ["it differs from the switches"],
        ),
        _took_place("the read model is rebuilt meanwhile", evidence.rebuilt, refusal=evidence.rebuild_refusal),
        _took_place("the function is deployed again meanwhile", evidence.redeployed),
        Check(
            name="reports agree with the payments",
            found=f"{sum(payments for payments, _ in evidence.paid.values())} payments",
            violations=list(_wrong(evidence)),
        ),
    ]


def _failures(evidence: Evidence) -> Iterator[str]:
    problems = Counter(
        f"{outcome.request.method} {outcome.request.path.partition('?')[0]}: {outcome.problem}"
        for outcome in evidence.outcomes
        if outcome.problem
    )
    problems += Counter(f"PUT of the version: {switch.problem}" for switch in evidence.switches if switch.problem)
    return (f"{count} times {problem}" for problem, count in problems.most_common())


def _versions(outcomes: Sequence[Outcome[Request]]) -> Mapping[str, int]:
    return Counter(outcome.version for outcome in outcomes)


def _faults(outcome: Outcome[Request]) -> Iterator[str]:
    if outcome.version not in set(Version):
        yield f"it names {outcome.version!r} as its version"
        return
    version = Version(outcome.version)
    if outcome.request.way is Way.csv:
        yield from faults_of_csv(outcome.reply.body, version)
    else:
        yield from faults_of_json(outcome.reply.body, version, outcome.request)


def _stale(answered: Sequence[Outcome[Request]], switches: Sequence[Switch]) -> Iterator[float]:
    """Yield the staleness (s) of each answer whose version was outdated when it was requested."""
    for outcome in answered:
        if outcome.request.version is None and outcome.version in set(Version):
            seconds = staleness(
                Version(outcome.version), outcome.request.affiliate,
                sent=outcome.sent, done=outcome.done, switches=switches,
            )  # fmt: skip
            if seconds > 0:
                yield seconds


def _took_place(name: str, how: str | None, *, refusal: str = "") -> Check:
    return Check(name=name, found=how or "no", violations=[] if how else [refusal or "it did not take place"])


def _wrong(evidence: Evidence) -> Iterator[str]:
    for key in sorted(evidence.paid.keys() | evidence.reported.keys()):
        paid, reported = evidence.paid.get(key), evidence.reported.get(key)
        if paid != reported:
            yield f"{key}: paid {paid}, reported {reported}"
