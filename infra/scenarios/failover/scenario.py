"""A run against the running platform: load and a fault for each case, then the audit."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from typing_extensions import override

from aero.broker.client import running_broker
from aero.platform.progress.events import step
from scenarios.failover import evidence
from scenarios.failover.audit import audit
from scenarios.failover.campaigns import TOPIC_OF
from scenarios.failover.cases import FUNCTION_OF, PRIMARY, REPLICA, Case
from scenarios.failover.evidence import Evidence
from scenarios.failover.faults import Faults
from scenarios.failover.figures import CaseResult, charts, figures
from scenarios.failover.load import SteadyLoad
from scenarios.failover.measures import Measures, Timeline, measure
from scenarios.failover.proxy import ProxyWatch
from scenarios.failover.workload import Workload
from scenarios.report import Report
from scenarios.scenario import Scenario
from scenarios.steady_load import steady_session
from scenarios.topic_memory import TopicMemory

if TYPE_CHECKING:
    import aiohttp

    from aero.platform.paths import Paths
    from aero.platform.progress.events import Listener, Step
    from scenarios.failover.workload import Request
    from scenarios.outcome import Outcome

LEAD_SHARE: Final = 1 / 6  # share of the case's time before the fault
FAULT_SHARE: Final = 1 / 2
PUBLISH_SECONDS: Final = 180  # a relay killed with its standby starts again only with the schedule's next tick
PATIENCE_SECONDS: Final = 20  # a client repeats a request for so long


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The options of `aero scenario failover`; each case takes `seconds` at least."""

    cases: Sequence[Case]
    seconds: float
    rate: float
    seed: int

    @property
    def command(self) -> str:
        """The command line that runs it again with the same choices."""
        cases = "" if tuple(self.cases) == tuple(Case) else "".join(f" --case {case}" for case in self.cases)
        return f"aero scenario failover --seconds {self.seconds:g} --rate {self.rate:g} --seed {self.seed}{cases}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Played:
    case: Case
    workload: Workload
    measures: Measures
    writes: Sequence[Outcome[Request]]


class Failover(Scenario[Options]):
    """An instance of the campaigns API fails under a steady load, case by case; no request fails."""

    name = "failover"
    title = "A dead campaigns instance is not noticed"
    promise = (
        "If an instance of the campaigns API fails, 99.99 % of the requests still succeed, no event is lost, and "
        "recovery takes less than ten seconds."
    )
    attack = (
        "Under a steady load the primary is killed again and again, hung, throttled and deployed broken, then healed. "
        "The same happens to the replica while it serves. At last every function is killed at once. Each request is "
        "sent at its due time, and its first answer counts. Every write is followed to its event and its topic."
    )
    run_prefix = "s2"
    verdict = "No client noticed."

    def __init__(self, paths: Paths, options: Options, listener: Listener) -> None:
        super().__init__(paths, options, listener)
        self._proxy = self._ports.url("campaigns")

    @override
    async def run(self) -> Report:
        with ExitStack() as kept:
            client = kept.enter_context(running_broker(self._paths))
            memories = {
                topic: TopicMemory(client, [topic], f"{self._run}-{topic}") for topic in sorted(set(TOPIC_OF.values()))
            }
            for memory in memories.values():
                kept.enter_context(memory.remembering())
            position = evidence.last_position(self._database)
            async with steady_session() as session:
                played = []
                for number, case in enumerate(self._options.cases):
                    with step(case.label.capitalize(), self._listener) as current:
                        played.append(await self._play(case, number, session, current))
            with step("Audit", self._listener) as current:
                await self._published(position, current)
                results = await asyncio.to_thread(self._audited, played, position, memories)
                current.result = f"{sum(len(result.audit.checks) for result in results)} checks"
        checks = [check for result in results for check in result.audit.checks]
        return Report(checks=checks, figures=figures(results), again=self._options.command, charts=charts(results))

    async def _play(self, case: Case, number: int, session: aiohttp.ClientSession, current: Step) -> _Played:
        options, watch = self._options, ProxyWatch(session, self._proxy)
        before = await watch.ready()
        workload = Workload(seed=options.seed + number, run=f"{self._run}-{case}", always_keyed=not case.instance)
        load = SteadyLoad(session, self._proxy, workload, patience=0 if case.instance else PATIENCE_SECONDS)
        prepared = await load.prepare(round(2 * options.rate))
        faults, end = Faults(self._paths, seed=options.seed + number), asyncio.Event()
        began, sending = time.monotonic(), asyncio.create_task(load.run(options.rate, end))
        try:
            struck, healed = await self._under_fault(case, faults, watch, current)
            current.note("healed")
            back = await watch.active(PRIMARY)
            await asyncio.sleep(max(0.0, began + options.seconds - time.monotonic()))
        except BaseException:
            sending.cancel()
            raise
        end.set()
        await sending
        after = await watch.ready()
        timeline = Timeline(
            began=began, struck=struck, healed=healed, ended=time.monotonic(), back=back.at if back else None,
            hits=faults.instants,
        )  # fmt: skip
        failovers = after.failovers - before.failovers
        measures = measure(load.outcomes, timeline, failovers=failovers, harm=faults.harm)
        current.result = f"{measures.requests} requests, {measures.failed} failed"
        writes = [outcome for outcome in [*prepared, *load.outcomes] if outcome.request.kind.is_write]
        return _Played(case=case, workload=workload, measures=measures, writes=writes)

    async def _under_fault(self, case: Case, faults: Faults, watch: ProxyWatch, current: Step) -> tuple[float, float]:
        """Return when the fault began and when it was healed; a replica is first made the serving instance."""
        async with AsyncExitStack() as fault:
            await asyncio.sleep(self._options.seconds * LEAD_SHARE)
            if case.instance == REPLICA:
                async with faults.throttled(FUNCTION_OF[PRIMARY]):
                    current.note("turning to the replica")
                    await watch.active(REPLICA)
            struck = time.monotonic()
            await fault.enter_async_context(faults.strike(case))
            current.note(case.fault)
            await asyncio.sleep(max(0.0, struck + self._options.seconds * FAULT_SHARE - time.monotonic()))
        return struck, time.monotonic()

    async def _published(self, position: int, current: Step) -> None:
        """Return once all events are published, or at the deadline."""
        deadline = time.monotonic() + PUBLISH_SECONDS
        while time.monotonic() < deadline:
            events = await asyncio.to_thread(evidence.campaign_events, self._database, run=self._run, after=position)
            published = sum(event.published for event in events)
            current.note("events are published", done=published, total=len(events))
            if published == len(events):
                return
            await asyncio.sleep(1)

    def _audited(
        self, played: Sequence[_Played], position: int, memories: Mapping[str, TopicMemory]
    ) -> list[CaseResult]:
        events = evidence.campaign_events(self._database, run=self._run, after=position)
        on_topic = {
            topic: {
                event_id: copies[0][1]
                for event_id, copies in memory.recall(
                    [event.id for event in events if TOPIC_OF.get(event.type) == topic]
                ).items()
            }
            for topic, memory in memories.items()
        }
        return [
            CaseResult(
                case=one.case,
                measures=one.measures,
                audit=audit(
                    one.case,
                    Evidence(
                        measures=one.measures,
                        writes=one.writes,
                        campaigns=one.workload.campaigns,
                        rows=evidence.rows(self._database, run=one.workload.run),
                        events=[event for event in events if event.correlation_id.startswith(f"{one.workload.run}-")],
                        on_topic=on_topic,
                    ),
                ),
            )
            for one in played
        ]
