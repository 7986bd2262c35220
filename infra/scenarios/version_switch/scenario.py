"""A run against the running platform: load, switches, a rebuild and a deploy, then the audit."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from typing_extensions import override

from aero.operate.reports.comparison import same
from aero.operate.reports.rebuild import Rebuild
from aero.platform.naming import function_name
from aero.platform.progress.events import step
from aero.process.running import running_emulator
from scenarios.function_code import code_of, deploy
from scenarios.report import Report
from scenarios.scenario import Scenario
from scenarios.steady_load import ask, steadily, steady_session
from scenarios.version_switch.audit import Evidence, audit
from scenarios.version_switch.figures import charts, figures
from scenarios.version_switch.load import Load
from scenarios.version_switch.requests import CURRENCIES, PORTS, REPORT, Request, Requests, Way
from scenarios.version_switch.switches import Switch, Switcher
from seedwork.infraestructura.text import decimal_json

if TYPE_CHECKING:
    import aiohttp

    from aero.operate.reports.comparison import Difference
    from aero.platform.paths import Paths
    from aero.platform.progress.events import Listener, Step

FUNCTION: Final = "reportes-api"
SETTLE_SECONDS: Final = 30
WATCH_SECONDS: Final = 5
REBUILD_AT, REDEPLOY_AT = 0.3, 0.6  # as shares of the load's time


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The options of `aero scenario version-switch`."""

    seconds: float
    rate: float
    switches: int
    seed: int

    @property
    def command(self) -> str:
        """The command line that runs it again with the same choices."""
        return (
            f"aero scenario version-switch --seconds {self.seconds:g} --rate {self.rate:g} --switches {self.switches} "
            f"--seed {self.seed}"
        )


class VersionSwitch(Scenario[Options]):
    """The report changes its version repeatedly under load; no request fails."""

    name = "version-switch"
    title = "A switch of the report version fails no request"
    promise = (
        "The report changes its version without a deploy; no request fails, and a switch takes effect within a second."
    )
    attack = (
        "Every kind of report is requested under a steady load while payments are made. The version is switched at "
        "random moments, for all affiliates or for some. Meanwhile the read model is rebuilt and the reports function "
        "is deployed again. Every body is checked against its version."
    )
    run_prefix = "s9"
    verdict = "No client noticed."

    def __init__(self, paths: Paths, options: Options, listener: Listener) -> None:
        super().__init__(paths, options, listener)
        self._urls = {name: self._ports.url(name) for name in ("api", *PORTS.values())}
        self._lambda: Any = running_emulator(paths).client("lambda")
        self._rebuilt: str | None = None
        self._refusal = ""
        self._redeployed: str | None = None

    @override
    async def run(self) -> Report:
        options = self._options
        async with steady_session() as session:
            requests = Requests(seed=options.seed, run=self._run)
            load = Load(session, self._urls, requests)
            switcher = Switcher(
                session, self._urls["api"], seed=options.seed, author=f"aero scenario version-switch, {self._run}"
            )
            with step("Load, switches, a rebuild and a deploy", self._listener) as current:
                before = await switcher.active()
                switcher.switches.append(Switch(to=before, sent=float("-inf"), done=float("-inf")))
                try:
                    await self._meanwhile(load, switcher, current)
                    history = await switcher.history()
                finally:
                    await switcher.switch(before)
                current.result = f"{len(load.outcomes)} requests, {options.switches} switches"
            with step("Audit", self._listener) as current:
                paid = await asyncio.to_thread(self._paid)
                reported = await self._reported(session, requests, paid, current)
                evidence = Evidence(
                    outcomes=load.outcomes, switches=switcher.switches[:-1], history=history, rebuilt=self._rebuilt,
                    rebuild_refusal=self._refusal,
                    redeployed=self._redeployed, reported=reported, paid=paid,
                )  # fmt: skip
                checks = audit(evidence)
                current.result = f"{len(checks)} checks"
        return Report(
            checks=checks, figures=figures(load.outcomes), again=options.command, charts=charts(load.outcomes)
        )

    async def _meanwhile(self, load: Load, switcher: Switcher, current: Step) -> None:
        seconds, end = self._options.seconds, asyncio.Event()
        sending = asyncio.create_task(steadily(self._options.rate, end, load.send))
        try:
            async with asyncio.TaskGroup() as together:
                together.create_task(switcher.switch_at_random(self._options.switches, seconds))
                together.create_task(self._rebuild(seconds * REBUILD_AT))
                together.create_task(self._redeploy(seconds * REDEPLOY_AT))
                watching = together.create_task(self._watch(load, switcher, current))
                await asyncio.sleep(seconds)
                watching.cancel()
        finally:
            end.set()
            await sending

    @staticmethod
    async def _watch(load: Load, switcher: Switcher, current: Step) -> None:
        while True:
            current.note(f"{len(load.outcomes)} requests, {len(switcher.switches) - 1} switches")
            await asyncio.sleep(WATCH_SECONDS)

    async def _rebuild(self, delay: float) -> None:
        await asyncio.sleep(delay)
        rebuild = Rebuild(self._paths, self._database, lambda _event: None)
        found = await asyncio.to_thread(rebuild.run, may_switch=same)
        if found.switched:
            self._rebuilt = f"from {found.events} events"
        else:
            self._refusal = f"the read model differs from the event stores: {_in_words(found.differences)}"

    async def _redeploy(self, delay: float) -> None:
        await asyncio.sleep(delay)
        name = function_name(FUNCTION)
        deployed = await asyncio.to_thread(self._lambda.get_function, FunctionName=name)
        began = time.monotonic()
        await asyncio.to_thread(lambda: deploy(self._lambda, name, code_of(deployed)))
        self._redeployed = f"in {time.monotonic() - began:.1f} s"

    def _paid(self) -> Mapping[tuple[str, str], tuple[int, Decimal]]:
        with self._database.connect() as connection:
            rows = connection.execute(
                "select id_afiliado, moneda, count(*), sum(monto) from pagos.pagos where id_afiliado like %s"
                " and estado <> 'REVERSADO' group by 1, 2",
                [f"{self._run}-%"],
            ).fetchall()
        return {(affiliate, currency): (payments, amount) for affiliate, currency, payments, amount in rows}

    async def _reported(
        self,
        session: aiohttp.ClientSession,
        requests: Requests,
        paid: Mapping[tuple[str, str], tuple[int, Decimal]],
        current: Step,
    ) -> Mapping[tuple[str, str], tuple[int, Decimal]]:
        """Return the report of each affiliate and currency, once it agrees with the payments or at the deadline."""
        deadline = time.monotonic() + SETTLE_SECONDS
        while True:
            found: dict[tuple[str, str], tuple[int, Decimal]] = {}
            for affiliate in requests.affiliates:
                for currency in CURRENCIES:
                    query = urlencode({"id_afiliado": affiliate, "moneda": currency})
                    answer = await ask(session, self._urls["api"], Request(way=Way.active, path=f"{REPORT}?{query}"))
                    summary = decimal_json.loads(answer.body)["summary"]
                    if summary["totalPayments"]:
                        found[affiliate, currency] = (summary["totalPayments"], summary["totalAmount"])
            if found == paid or time.monotonic() > deadline:
                return found
            current.note("payments are on their way to the reports")
            await asyncio.sleep(1)


def _in_words(differences: Sequence[Difference]) -> str:
    return "; ".join(
        f"{difference.table}: {difference.only_old} rows only before, {difference.only_new} only now, "
        f"e.g. {', '.join(difference.examples)}"
        for difference in differences
        if not difference.is_none
    )
