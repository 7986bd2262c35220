"""`aero status`: the state of everything that runs, and how much waits to be published or consumed."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final, TypeVar

from rich.table import Table
from rich.text import Text

from aero.broker.status import BrokerStatus, broker_status
from aero.broker.status import show as show_broker
from aero.deploy.apis import ApiStatus, api_statuses
from aero.deploy.stack_tables import CURE, in_words, missing_tables
from aero.operate.functions import FunctionStatus, function_statuses
from aero.operate.outboxes import OutboxStatus, outbox_statuses
from aero.operate.outboxes import problems as outbox_problems
from aero.operate.outboxes import show as show_outboxes
from aero.operate.reports.status import ReportsStatus, reports_status
from aero.operate.reports.status import show as show_reports
from aero.operate.status.breaker import TABLE as BREAKERS
from aero.operate.status.breaker import BreakerStatus, breaker_status
from aero.operate.status.breaker import show as show_breaker
from aero.operate.status.components import ComponentStatus, component_statuses
from aero.operate.status.components import show as show_components
from aero.operate.status.dead_letters import all_letters, stored_letters
from aero.operate.status.dead_letters import problems as letter_problems
from aero.operate.status.dead_letters import show as show_letters
from aero.operate.status.open_payments import OpenPayments, open_payments
from aero.operate.status.open_payments import show as show_payments
from aero.platform.aws import Emulator
from aero.platform.disk import shortage
from aero.platform.errors import AeroError
from aero.platform.ports import PortTable
from aero.platform.terminal.tables import print_table
from aero.process.running import running
from aero.process.running_database import running_database
from aero.run.summary import notes

if TYPE_CHECKING:
    from rich.console import Console

    from aero.platform.database import Database
    from aero.platform.paths import Paths
    from aero.process.run_record import RunRecord

T = TypeVar("T")

PATIENCE_SECONDS: Final = 60.0  # a connector needs this long to begin anew after a start or the loss of a component


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformStatus:
    """All information of `aero status`; `outboxes` are by schema."""

    status: str
    aero_pid: int
    port_offset: int
    pulsar: str
    endpoint: str
    api: str
    api_id: str
    watch: bool
    debug: dict[str, int]
    components: list[ComponentStatus]
    functions: list[FunctionStatus]
    outboxes: dict[str, OutboxStatus]
    payments: OpenPayments
    breaker: BreakerStatus | None
    reports: ReportsStatus | None
    broker: BrokerStatus
    dead_letters: dict[str, int]
    apis: list[ApiStatus]
    problems: list[str]

    @property
    def is_healthy(self) -> bool:
        """Return whether the platform runs without a problem."""
        return self.status == "running" and not self.problems and all(part.is_healthy for part in self.components)

    def to_dict(self) -> dict[str, Any]:
        """Return the status as a document for scripts."""
        values = asdict(self)
        broker, payments = values.pop("broker"), values.pop("payments")
        values |= {"topics": broker["topics"], "broker_note": broker["note"]}
        values |= {"unknown_payments": payments["unknown"], "oldest_payment_seconds": payments["oldest_seconds"]}
        values |= {"oldest_conversion_seconds": payments["oldest_conversion_seconds"]}
        return {"healthy": self.is_healthy} | values


def current_status(paths: Paths) -> PlatformStatus:
    """Return the running platform's status. The effects of a stop are no problems. Raises NotRunningError."""
    record = running(paths)
    found = platform_status(paths, record)
    now = running(paths)
    return platform_status(paths, now) if now.is_stopping and not record.is_stopping else found


def platform_status(paths: Paths, record: RunRecord) -> PlatformStatus:
    """Ask every part for its state; a part that cannot be asked becomes a problem in the status."""
    components = component_statuses(paths, record)
    away = {part.name: part.absence for part in record.components if part.absence}
    away |= {part.name: part.problem for part in components if part.problem}
    problems = [
        *filter(None, [record.suspension, *(part.suspension for part in record.components)]),
        *away.values(),
        *filter(None, [shortage(paths.home)]),
    ]

    def ask(name: str, question: Callable[[], T]) -> T | None:
        if record.status == "running" and name not in away:
            try:
                return question()
            except AeroError as error:
                problems.append(error.message)
            except Exception as error:  # noqa: BLE001 - botocore's errors and the connection's have no common base
                problems.append(f"{name} cannot be asked: {error}")
        return None

    functions, breaker, missing = ask("localstack", lambda: _deployed(Emulator(record.endpoint))) or ([], None, [])
    problems += [function.problem for function in functions if function.problem]
    problems += [f"{in_words(table)} {CURE}" for table in missing]
    stored = ask("postgres", lambda: _stored(running_database(paths, record)))
    if stored:
        ask("postgres", lambda: running_database(paths, record).require_writable())
    outboxes, payments, letters = stored or ({}, OpenPayments(), {})
    problems += [*payments.problems, *outbox_problems(outboxes)]
    broker = ask("pulsar", lambda: broker_status(record)) or BrokerStatus()
    letters = all_letters(broker, letters)
    problems += [*letter_problems(letters), *broker.problems]
    table = PortTable(record.port_offset)
    apis = [] if away or record.status != "running" else api_statuses(table, record.debug)
    problems += [api.problem for api in apis if api.problem]
    # With a component away the APIs are not asked: its absence already says more than their answers would.
    served = {api.function for api in apis if api.is_served}
    reports = None if "reportes-api" not in served else ask("reports", lambda: reports_status(table.url("api")))
    if reports and reports.is_silent and record_age(paths) > PATIENCE_SECONDS:
        problems.append(reports.silence)
    return PlatformStatus(
        status=record.status,
        aero_pid=record.aero.pid,
        port_offset=record.port_offset,
        pulsar=record.pulsar,
        endpoint=record.endpoint,
        api=table.url("api"),
        api_id=record.api_id,
        watch=record.watch,
        debug=record.debug,
        components=components,
        functions=functions,
        outboxes=outboxes,
        payments=payments,
        breaker=breaker,
        reports=reports,
        broker=broker,
        dead_letters=letters,
        apis=apis,
        problems=problems,
    )


def record_age(paths: Paths) -> float:
    """Return the seconds since the platform was started, or since a component last went or returned."""
    return time.time() - paths.run_file.stat().st_mtime


def _stored(database: Database) -> tuple[dict[str, OutboxStatus], OpenPayments, dict[str, int]]:
    return outbox_statuses(database), open_payments(database), stored_letters(database)


def _deployed(emulator: Emulator) -> tuple[list[FunctionStatus], BreakerStatus | None, list[str]]:
    missing = missing_tables(emulator)
    breaker = None if BREAKERS in missing else breaker_status(emulator.client("dynamodb", attempts=1))
    return function_statuses(emulator), breaker, missing


def show(status: PlatformStatus, console: Console) -> None:
    """Print the status for the operator."""
    show_components(status.components, console)
    if status.functions:
        functions = Table("Function", "State", "Runtime", "Timeout", box=None, header_style="bold")
        for function in status.functions:
            colour = "red" if function.problem else ""
            functions.add_row(
                function.name, Text(function.state, style=colour), function.runtime, f"{function.timeout} s"
            )
        console.print()
        print_table(functions, console)
    show_broker(status.broker, console)
    show_letters(status.dead_letters, console)
    if status.breaker:
        show_breaker(status.breaker, console)
    if status.reports:
        show_reports(status.reports, console)
    show_outboxes(status.outboxes, console)
    show_payments(status.payments, console)
    for note in notes(watch=status.watch, debug=status.debug):
        console.print(note, markup=False, soft_wrap=True)
    for problem in status.problems:
        console.print(problem, style="red", markup=False, soft_wrap=True)
    console.print(_verdict(status), highlight=False, soft_wrap=True)


def _verdict(status: PlatformStatus) -> Text:
    """Return the last line, which says whether all is well."""
    memory = sum(part.memory for part in status.components) / 2**20
    aero = f"aero is {status.status} (pid {status.aero_pid}), {memory:.0f} MB in all"
    if status.is_healthy:
        return Text.assemble(
            ("All is well: ", "bold green"),
            f"{len(status.apis)} APIs answer, and no event has waited for its publication for over a minute; {aero}",
        )
    if status.status != "running":
        return Text(aero, style="bold yellow")
    count = len(status.problems)
    return Text.assemble((f"{count} problem{'' if count == 1 else 's'}, see above: ", "bold red"), aero)
