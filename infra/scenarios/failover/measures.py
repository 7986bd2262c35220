"""The measurements of a case."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from scenarios.steady_load import percentile

if TYPE_CHECKING:
    from scenarios.failover.workload import Request
    from scenarios.outcome import Outcome

SLOW_SECONDS: Final = 1.0
SLOW_SHARE: Final = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """The instants of a case by `time.monotonic`: the load's beginning, the fault, the healing, the end.

    `hits` has the instants of single strokes; without any, the fault has one, at its beginning. `back` is when the
    primary was active again after the healing, None if it never was.
    """

    began: float
    struck: float
    healed: float
    ended: float
    back: float | None
    hits: Sequence[float] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """Times in seconds; `p50`, `p99` and `slowest` are of requests due during the fault.

    A second counts as disturbed if one of its requests fails, or if more than one in ten take over a second. A request
    belongs to the second of its due time, and a second ends no earlier than its bad requests are answered. `recovery`
    is the time from the fault's beginning to the end of the last disturbed second before the healing; 0 if there was
    none. Each of several hits begins a fault of its own; the worst one counts.

    `gap` is the longest time without a successful answer, from the first request to the last. `back` is the time from
    the healing until the primary was active again. `repeated` counts the requests sent more than once.
    """

    requests: int
    failed: int
    answers: Mapping[str, int]
    p50: float
    p99: float
    slowest: float
    p99_before: float
    gap: float
    recovery: float
    back: float | None
    repeated: int
    failovers: int
    served: Mapping[str, Mapping[str, int]]
    harm: Mapping[str, int] = field(default_factory=dict)

    @property
    def success(self) -> float:
        """Return the share of successful requests."""
        return 1 - self.failed / self.requests if self.requests else 0.0


def measure(
    outcomes: Sequence[Outcome[Request]], timeline: Timeline, *, failovers: int, harm: Mapping[str, int]
) -> Measures:
    """Measure a case by the outcomes of all its requests."""
    during = [outcome for outcome in outcomes if timeline.struck <= outcome.due < timeline.healed]
    before = [outcome for outcome in outcomes if outcome.due < timeline.struck]
    after = [outcome for outcome in outcomes if outcome.due >= timeline.healed]
    times = [outcome.seconds for outcome in during]
    return Measures(
        requests=len(outcomes),
        failed=sum(bool(outcome.problem) for outcome in outcomes),
        answers=dict(Counter(outcome.problem for outcome in outcomes if outcome.problem)),
        p50=percentile(times, 0.5),
        p99=percentile(times, 0.99),
        slowest=max(times, default=0.0),
        p99_before=percentile([outcome.seconds for outcome in before], 0.99),
        gap=_longest_gap(outcomes, timeline),
        recovery=_recovery(during, timeline),
        back=None if timeline.back is None else timeline.back - timeline.healed,
        repeated=sum(bool(outcome.repeats) for outcome in outcomes),
        failovers=failovers,
        served={"before": _served(before), "during": _served(during), "after": _served(after)},
        harm=dict(harm),
    )


def _longest_gap(outcomes: Sequence[Outcome[Request]], timeline: Timeline) -> float:
    succeeded = sorted(outcome.done for outcome in outcomes if not outcome.problem)
    last = max((outcome.done for outcome in outcomes), default=timeline.ended)
    return max(later - earlier for earlier, later in pairwise([timeline.began, *succeeded, last]))


def _recovery(during: Sequence[Outcome[Request]], timeline: Timeline) -> float:
    hits = timeline.hits or [timeline.struck]
    worst = 0.0
    for hit, following in pairwise([*hits, timeline.healed]):
        seconds: dict[int, list[Outcome[Request]]] = defaultdict(list)
        for outcome in during:
            if hit <= outcome.due < following:
                seconds[int(outcome.due - hit)].append(outcome)
        for second, outcomes in seconds.items():
            if _is_disturbed(outcomes):
                worst = max(worst, second + 1, *(outcome.done - hit for outcome in outcomes if _is_bad(outcome)))
    return worst


def _is_disturbed(outcomes: Sequence[Outcome[Request]]) -> bool:
    slow = sum(_is_bad(outcome) for outcome in outcomes)
    return any(outcome.problem for outcome in outcomes) or slow > SLOW_SHARE * len(outcomes)


def _is_bad(outcome: Outcome[Request]) -> bool:
    return bool(outcome.problem) or outcome.seconds > SLOW_SECONDS


def _served(outcomes: Sequence[Outcome[Request]]) -> dict[str, int]:
    return dict(Counter(outcome.served_by for outcome in outcomes if outcome.served_by))
