"""A day of the past is written as a whole: an interrupted run and a second one write what one run writes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from aero.operate.affiliates import register
from aero.operate.gateway import Gateway
from demo.contexts import Contexts
from demo.demonstration import History
from demo.history.long_transaction import LongTransaction
from demo.history.past_campaigns import PastCampaigns
from demo.history.past_events import Senders, register_affiliates
from demo.plan.calendar import Calendar, Hour
from demo.plan.traffic import Fate
from pagos.dominio.comision import TasaDeComision

if TYPE_CHECKING:
    from support.postgres.database import TestDatabase

ENDS = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(days=2)
DAY = 1


def has_each_fate(calendar: Calendar) -> bool:
    """Return whether the day has sales of each fate; chance decides it by the seed and the date."""
    return {event.fate for hour in calendar.day(DAY) for event in hour.events if event.is_sale} == set(Fate)


CALENDAR = next(filter(has_each_fate, (Calendar(seed=seed, days=3, ends=ENDS) for seed in range(1_000))))


class CrashError(Exception):
    """The process dies here."""


class LedgerOfTests(Gateway):
    """Keeps the charges as the simulator does: each id once."""

    def __init__(self) -> None:
        super().__init__("http://127.0.0.1:1")
        self.charges: dict[str, Mapping[str, Any]] = {}
        self.crashes = False

    def add_history(self, transfers: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """Add the charges, or die."""
        if self.crashes:
            raise CrashError
        for transfer in transfers:
            self.charges[transfer["id"]] = {**transfer, **self.charges.get(transfer["id"], {})}
        return {}


@dataclass(frozen=True, kw_only=True)
class Stage:
    """A company without a history, and the parts that write it."""

    database: TestDatabase
    contexts: Contexts
    senders: Senders
    ledger: LedgerOfTests
    hours: list[Hour]

    def write(self, *, may_be_known: bool = False) -> None:
        """Write the day, as one run does."""
        with closing(History(self.contexts, self.senders, self.ledger, seed=1)) as history:
            history.write(self.hours, may_be_known=may_be_known)

    def require_whole(self) -> None:
        """Compare events, payments and charges with the plan and with each other."""
        planned = [event for hour in self.hours for event in hour.events]
        bonuses = [bonus for hour in self.hours for bonus in hour.bonuses]
        orders = {event.document["id_evento_cliente"] for event in planned if event.is_sale}
        assert self.database.query("select count(*) from event_collector.outbox") == [(len(planned),)]
        paid = self.database.query(
            "select id::text, monto, estado, referencia_pasarela, fecha_procesamiento, fecha_creacion from pagos.pagos"
        )
        assert len(paid) == len(orders) + len(bonuses)
        assert {state for _, _, state, *_ in paid} == {"EXITOSO", "FALLIDO", "REVERSADO"}
        charged = {
            charge["transfer_group"]: (charge["id"], charge["amount"], "reversal" in charge)
            for charge in self.ledger.charges.values()
        }
        assert len(charged) == len(self.ledger.charges)
        assert charged == {
            id_pago: (transfer, int(amount * 100), state == "REVERSADO")
            for id_pago, amount, state, transfer, *_ in paid
            if state != "FALLIDO"
        }
        times = {charge["transfer_group"]: charge["created"] for charge in self.ledger.charges.values()}
        for id_pago, _, state, _, at, created in paid:
            assert state == "FALLIDO" or int(created.timestamp()) <= times[id_pago] <= at.timestamp()
        begin, end = self.hours[0].at - timedelta(hours=1), self.hours[-1].at + timedelta(minutes=1)
        assert all(begin <= created <= at <= end for *_, at, created in paid)


@pytest.fixture
def stage(database: TestDatabase) -> Stage:
    """A day with sales of each fate, not written yet."""
    contexts = Contexts(
        pagos=database.secret("pagos"),
        campanas=database.secret("campanas"),
        event_collector=database.secret("event_collector"),
        tasa=TasaDeComision(Decimal("0.10")),
    )
    with register(database.administered) as registro:
        keys = register_affiliates(registro)
    senders = Senders(campaigns=PastCampaigns(contexts.campanas, CALENDAR).create(), keys=keys)
    hours = CALENDAR.day(DAY)
    return Stage(database=database, contexts=contexts, senders=senders, ledger=LedgerOfTests(), hours=hours)


def test_a_day_is_written_with_its_times(stage: Stage) -> None:
    """Every sale has one payment, every paid payment one charge, all on that day."""
    stage.write()
    stage.require_whole()


@pytest.mark.parametrize("instant", ["before the events", "before the payments", "before the charges"])
def test_a_run_that_dies_is_completed_by_the_next(stage: Stage, instant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever was committed is found; the rest is written."""
    finished: list[LongTransaction] = []
    finish = LongTransaction.finish

    def dies(self: LongTransaction) -> None:
        if (instant, len(finished)) in {("before the events", 0), ("before the payments", 1)}:
            raise CrashError
        finish(self)
        finished.append(self)

    stage.ledger.crashes = instant == "before the charges"
    with monkeypatch.context() as patched, pytest.raises(CrashError):
        patched.setattr(LongTransaction, "finish", dies)
        stage.write()
    stage.ledger.crashes = False
    stage.write(may_be_known=True)
    stage.require_whole()


def test_a_written_day_stays_as_it_is(stage: Stage) -> None:
    """Also once the collector has forgotten the keys of everything but sales."""
    stage.write()
    stage.database.execute("delete from event_collector.deduplicacion where hasta < 'infinity'")
    before = stage.database.query("select count(*), max(position) from pagos.outbox")
    charges = dict(stage.ledger.charges)
    stage.write(may_be_known=True)
    assert stage.database.query("select count(*), max(position) from pagos.outbox") == before
    assert stage.ledger.charges == charges
    stage.require_whole()
