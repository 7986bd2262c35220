"""The choreography: affiliates, campaigns, the history day by day, then the last minutes by the APIs."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from aero.operate.affiliates import register
from aero.operate.gateway import Gateway
from aero.platform.errors import AeroError
from aero.platform.ports import PortTable
from aero.platform.progress.events import step
from aero.platform.settings import External
from aero.process.file_lock import LockedError, exclusive
from aero.process.running import running, running_emulator
from aero.process.running_database import running_database
from demo.contexts import deployed_contexts
from demo.history.long_transaction import LongTransaction
from demo.history.past_campaigns import PastCampaigns
from demo.history.past_events import PastEvents, Senders, register_affiliates
from demo.history.past_payments import PastPayments
from demo.last_minutes import LastMinutes
from demo.permission import refuse_aws, require_empty
from demo.problem import Problem
from demo.progress_of_reports import Rows, wait_for_reports
from demo.record import Record

if TYPE_CHECKING:
    from aero.platform.database import Database
    from aero.platform.paths import Paths
    from aero.platform.progress.events import Listener
    from demo.contexts import Contexts
    from demo.plan.calendar import Hour

LAST_MINUTES: Final = timedelta(minutes=10)


class Demonstration:
    """Fills one platform; raises AeroError if no platform runs, or if one of its services is on AWS."""

    def __init__(self, paths: Paths, listener: Listener) -> None:
        self._paths = paths
        self._state = paths.state
        self._listener = listener
        record = running(paths)
        record.require_serving("simulator")
        refuse_aws(External.from_env(), record.endpoint)
        self._emulator = running_emulator(paths)
        self.database: Database = running_database(paths, record)
        self.ports = PortTable(record.port_offset)
        self._gateway = Gateway(self.ports.url("stripe"))

    def run(self, *, seed: int, days: int, anyway: bool) -> Rows | None:
        """Fill the platform, or complete what an interrupted run began; return None if everything is there already."""
        try:
            with exclusive(self._state / "demo.lock"):
                return self._run(seed=seed, days=days, anyway=anyway)
        except LockedError:
            raise AeroError("Another aero demo is running.") from None

    def problem(self) -> str:
        """Leave a message that no function can read, and return the id of its dead letter; raises AeroError."""
        with step("A dead letter", self._listener) as current:
            letter = Problem(self._paths, self.ports.url("api")).make(current)
            current.result = f"letter {letter} waits"
        return letter

    def _run(self, *, seed: int, days: int, anyway: bool) -> Rows | None:
        record = Record.read(self._state)
        if record is None:
            require_empty(self.database, anyway=anyway)
            ends = (datetime.now(UTC) - LAST_MINUTES).replace(second=0, microsecond=0)
            record = Record(seed=seed, days=days, ends=ends.isoformat()).changed(self._state)
        if record.finished:
            return None
        contexts = deployed_contexts(self._emulator)
        senders = self._company(record, contexts)
        record = self._history(record, contexts, senders)
        with step("The last minutes", self._listener) as current:
            current.result = LastMinutes(self.ports.url("api"), record.calendar, senders).live(current)
        with step("Reports", self._listener) as current:
            rows = wait_for_reports(self.database, senders.campaigns, current)
            current.result = f"complete: {rows.events:,} events, {rows.payments:,} payments"
        record.changed(self._state, finished=True)
        return rows

    def _company(self, record: Record, contexts: Contexts) -> Senders:
        with step("Company", self._listener) as current:
            with register(self.database) as registro:
                keys = register_affiliates(registro)
            campaigns = PastCampaigns(contexts.campanas, record.calendar).create()
            current.result = f"{len(campaigns)} campaigns, {len(keys)} affiliates with API keys"
        return Senders(campaigns=campaigns, keys=keys)

    def _history(self, record: Record, contexts: Contexts, senders: Senders) -> Record:
        history = History(contexts, senders, self._gateway, seed=record.seed)
        with step("History", self._listener) as current, closing(history):
            for number in range(record.days_done, record.days):
                current.note(f"writing: day {number + 1} of {record.days}", done=number, total=record.days)
                history.write(record.calendar.day(number), may_be_known=number == record.days_done)
                record = record.changed(self._state, days_done=number + 1)
            current.result = f"{record.days} days"
        return record


class History:
    """Writes a day in two transactions, one of each context, so that it is there as a whole or not at all."""

    def __init__(self, contexts: Contexts, senders: Senders, gateway: Gateway, *, seed: int) -> None:
        self._gateway = gateway
        self._tracking = LongTransaction(contexts.event_collector)
        self._paying = LongTransaction(contexts.pagos)
        self._events = PastEvents(self._tracking, senders)
        self._payments = PastPayments(self._paying, tasa=contexts.tasa, seed=seed)

    def write(self, hours: list[Hour], *, may_be_known: bool) -> None:
        """Write the events and payments of a day; with `may_be_known`, an interrupted run may have written them.

        The events are committed first. Until the payments are committed too, `comisiones` waits for them at the unique
        references of the commissions. If this process dies in between, `comisiones` pays them, and a second run finds
        that. The charges come last: a second run collects them again.
        """
        with self._tracking.open(), self._paying.open():
            known = may_be_known and self._is_known(hours)
            for hour in hours:
                events = [event for event in hour.events if event.is_sale or not known]
                sales = self._events.register(events, at=hour.at) if events else {}
                self._payments.pay_commissions(sales, at=hour.at)
                for bonus in hour.bonuses:
                    self._payments.pay_bonus(bonus)
            self._payments.reverse(until=hours[-1].at)
            self._tracking.finish()
            self._paying.finish()
        self._payments.ledger.send(self._gateway)

    def close(self) -> None:
        """Close the connections."""
        self._tracking.close()
        self._paying.close()

    def _is_known(self, hours: list[Hour]) -> bool:
        """Return whether the day's events are there; its sales are remembered for ever, and all came together."""
        for hour in hours:
            if sales := [event for event in hour.events if event.is_sale]:
                return self._events.are_known(sales, at=hour.at)
        return False
