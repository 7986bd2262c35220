"""A run against the running platform: load and kills, then reversals, then the audit."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Coroutine, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from typing_extensions import override

from aero.broker.client import running_broker
from aero.operate.gateway import Gateway
from aero.operate.outboxes import outbox_statuses
from aero.platform.progress.events import step
from scenarios.chaos import COMPONENTS, Chaos
from scenarios.chart import Chart
from scenarios.exactly_once import evidence
from scenarios.exactly_once.audit import CONVERSIONS, TOPIC_OF, accepted_as, are_reported, audit
from scenarios.exactly_once.clients import Answers, connected_clients
from scenarios.exactly_once.evidence import FINAL, Evidence
from scenarios.exactly_once.plan import Plan
from scenarios.report import Report
from scenarios.scenario import Scenario
from scenarios.topic_memory import TopicMemory

if TYPE_CHECKING:
    from aero.platform.paths import Paths
    from aero.platform.progress.events import Listener
    from scenarios.exactly_once.clients import Clients
    from scenarios.exactly_once.evidence import Payment
    from scenarios.exactly_once.plan import Wanted

FUNCTIONS: Final = (
    "pagos-api", "event-collector-api", "procesar-pagos", "comisiones", "proyectar-reportes", "relay", "bridge"
)  # fmt: skip
LOAD_SECONDS: Final = 45  # the minimum, so that there is load during every kill
SETTLE_SECONDS: Final = 600
REVERSAL_SECONDS: Final = 10
REPORT_SECONDS: Final = 90
# One payment in twenty meets a fault at all three attempts of Stripe's SDK, so that its outcome is unknown.
FAULTS: Final = {
    "decline_rate": 0.1, "error_rate": 0.15, "timeout_rate": 0.02, "lost_answer_rate": 0.2, "latency_ms": 100,
    "jitter_ms": 100,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The options of `aero scenario exactly-once`."""

    payments: int
    seed: int
    clients: int
    kill: bool

    @property
    def command(self) -> str:
        """The command line that runs it again with the same choices."""
        kills = "" if self.kill else " --no-kill"
        return (
            f"aero scenario exactly-once --payments {self.payments} --seed {self.seed} --clients {self.clients}{kills}"
        )


class ExactlyOnce(Scenario[Options]):
    """Repeated payments and conversions under faults and kills: each is paid once, none is lost."""

    name = "exactly-once"
    title = "Each payment is made exactly once"
    promise = (
        "A payment and a conversion are processed exactly once, and every step can be traced, although they arrive "
        "twice, late and out of order under load."
    )
    attack = (
        "Concurrent clients repeat and reorder payments and conversions. The gateway declines, fails, stays silent and "
        "loses its answers. Functions, relay, bridge, broker, PostgreSQL and LocalStack are killed at random. Then "
        "payments are reversed in the same way. The audit compares the answers, the database, the gateway's own "
        "ledger, the topics and the reports."
    )
    run_prefix = "s3"
    verdict = "Nothing was lost, nothing was paid twice."

    def __init__(self, paths: Paths, options: Options, listener: Listener) -> None:
        super().__init__(paths, options, listener)
        self._api, self._gateway_url = self._ports.url("api"), self._ports.url("stripe")
        self._gateway = Gateway(self._gateway_url)
        self._plan = Plan(seed=options.seed, payments=options.payments, run=self._run)
        self._ours = [name for name in COMPONENTS if (part := self._record.component(name)) and part.program]
        self._wanted: dict[str, Wanted] = {}
        self._kills: Counter[str] = Counter()
        self._faults_before = self._faults_met()

    @override
    async def run(self) -> Report:
        with ExitStack() as run:
            run.enter_context(self._faults())
            client = run.enter_context(running_broker(self._paths))
            memory = TopicMemory(client, sorted({*TOPIC_OF.values(), CONVERSIONS}), self._plan.run)
            run.enter_context(memory.remembering())
            async with connected_clients(self._options.clients) as clients:
                await self._under_fire("Load", self._load(clients), functions=FUNCTIONS, components=self._ours)
                answers, clients.answers = clients.answers, Answers()
                self._wanted = self._plan.wanted(accepted_as(clients.conversions))
                paid = [payment.id for payment in await self._settled() if payment.state == "EXITOSO"]
                reversals = clients.reverse(self._api, self._plan.reversals(paid), seconds=REVERSAL_SECONDS)
                await self._under_fire("Reversals", reversals, functions=("revertir-pago", "relay"))
            await self._settled()
            with step("Audit", self._listener) as current:
                found = await asyncio.to_thread(self._evidence, answers, clients, memory)
                checks = audit(found)
                current.result = f"{len(checks)} checks"
        return Report(
            checks=checks,
            circumstances=self._circumstances(answers, clients),
            again=self._options.command,
            charts=[
                Chart.of_counts("Killed with kill -9", self._kills),
                Chart.of_counts("Faults of the gateway", self._faults_met() - self._faults_before),
                Chart.of_counts("Final states of payments", Counter(payment.state for payment in found.payments)),
            ],
        )

    @contextmanager
    def _faults(self) -> Iterator[None]:
        before = self._gateway.faults()
        self._gateway.change(FAULTS | {"seed": self._options.seed})
        try:
            yield
        finally:
            self._gateway.change({name: before[name] for name in FAULTS})

    async def _load(self, clients: Clients) -> None:
        await asyncio.gather(
            clients.pay(self._api, self._plan.request_sends, seconds=LOAD_SECONDS),
            clients.convert(self._api, self._plan.conversion_sends, seconds=LOAD_SECONDS),
        )

    async def _under_fire(
        self,
        title: str,
        work: Coroutine[Any, Any, None],
        *,
        functions: Sequence[str],
        components: Sequence[str] = (),
    ) -> None:
        """Do the work while functions and components are killed."""
        done = asyncio.Event()
        with step(title, self._listener) as current:
            if not self._options.kill:
                await work
                return
            chaos = Chaos(
                self._paths,
                seed=self._options.seed,
                functions=functions,
                components=components,
                notify=lambda victim: current.note(f"killed: {victim}"),
            )
            tasks = [asyncio.create_task(work), asyncio.create_task(chaos.kill_until(done))]
            tasks[0].add_done_callback(lambda _task: done.set())
            try:
                await asyncio.gather(*tasks)
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
                self._kills += chaos.kills
            current.result = f"{chaos.kills.total()} kills"

    async def _settled(self) -> Sequence[Payment]:
        """Return the payments once all are final and all events are published, or at the deadline."""
        deadline = time.monotonic() + SETTLE_SECONDS
        with step("Settling", self._listener) as current:
            while True:
                found = await asyncio.to_thread(self._payments)
                final = sum(payment.state in FINAL and not payment.open for payment in found)
                outboxes = outbox_statuses(self._database)
                waiting = sum(outboxes[context].waiting for context in ("pagos", "event_collector"))
                current.result = f"{final} of {len(self._wanted)} payments are final"
                current.note(f"waiting: {current.result}", done=final, total=len(self._wanted))
                if (final >= len(self._wanted) and not waiting) or time.monotonic() > deadline:
                    return found
                await asyncio.sleep(1)

    def _payments(self) -> list[Payment]:
        return evidence.payments(self._database, prefix=self._plan.prefix, references=self._wanted.keys())

    def _evidence(self, answers: Answers, clients: Clients, memory: TopicMemory) -> Evidence:
        payments = self._payments()
        events = evidence.payment_events(self._database, [payment.id for payment in payments])
        tracked = evidence.tracked_events(self._database, prefix=self._plan.prefix)
        on_topics = [event.id for event in events if event.type in TOPIC_OF] + [event.id for event in tracked]
        self._gateway.change({"latency_ms": 0, "jitter_ms": 0})
        return Evidence(
            wanted=self._wanted,
            sent=len(self._plan.request_sends),
            answers=answers,
            orders=[conversion.order for conversion in self._plan.conversions],
            conversions=clients.conversions,
            tracked=tracked,
            reversals=clients.answers,
            payments=payments,
            events=events,
            charges=[
                charge
                for charge in evidence.charges(self._gateway_url, since=self._began - 1)
                if charge.reference in self._wanted or charge.reference.startswith(self._plan.prefix)
            ],
            published=memory.recall(on_topics),
            dead_letters=evidence.dead_letters(
                self._database, {event.id for event in events} | {t.id for t in tracked}
            ),
            reported=self._reported(payments),
        )

    def _reported(self, payments: Sequence[Payment]) -> dict[str, tuple[str, Decimal, str]]:
        """Return the reported payments once reports have caught up, or at the deadline.

        A killed bridge starts again only with its schedule's next tick, up to a minute later.
        """
        deadline = time.monotonic() + REPORT_SECONDS
        while True:
            found = evidence.reported(self._database, [payment.id for payment in payments])
            if are_reported(payments, found) or time.monotonic() > deadline:
                return found
            time.sleep(1)

    def _faults_met(self) -> Counter[str]:
        return Counter(self._gateway.ledger()["since_start"]["faults"])

    def _circumstances(self, answers: Answers, clients: Clients) -> dict[str, str]:
        repeated = answers.repeated + clients.conversions.repeated + clients.answers.repeated
        return {
            "Conversions": f"{len(self._plan.conversions)}, sent {len(self._plan.conversion_sends)} times",
            "Requests repeated after": _told(repeated),
            "Gateway faults": _told(self._faults_met() - self._faults_before),
            "Killed": _told(self._kills),
        }


def _told(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items()) if count) or "none"
