"""`aero demo` fills the platform; its ledger, payments and reports agree, and a killed run is completed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

import pytest

from demo.plan.company import AFFILIATES
from demo.record import FILE
from pagos.dominio.comision import referencia_de_comision
from scenarios.exactly_once import evidence
from scenarios.exactly_once.audit import audit
from scenarios.exactly_once.clients import Answers
from scenarios.exactly_once.evidence import Evidence
from scenarios.exactly_once.plan import Wanted
from support.lambda_events import PROJECT
from support.platform.platform import eventually

if TYPE_CHECKING:
    from support.platform.platform import Platform

ROWS, CHARGED, NOT_CHARGED, REFUNDED, REPORTED = 2, 3, 4, 5, 8
OURS = [affiliate.id for affiliate in AFFILIATES]
# The first event of a sale earns the commission: the server's, where there are two.
SALES = """
    select distinct on (payload->>'id_evento_cliente') aggregateid::text, payload->>'id_afiliado',
           (payload->>'valor_conversion')::numeric, payload->>'moneda'
      from event_collector.outbox_history
     where type = 'ConversionRegistrada' and payload->>'id_afiliado' = any(%s)
     order by payload->>'id_evento_cliente', position
    """
COUNTS = """
    select (select count(*) from pagos.outbox_history), (select count(*) from campanas.outbox_history),
           (select count(*) from event_collector.outbox_history), (select count(*) from pagos.pagos)
    """


def record(platform: Platform) -> dict[str, Any]:
    """Return the record of the demonstration; empty before it begins."""
    try:
        document: dict[str, Any] = json.loads((platform.home / "state" / FILE).read_text())
    except FileNotFoundError:
        return {}
    return document


@pytest.fixture(scope="module")
def filled(shared_platform: Platform) -> Platform:
    """The platform after a demonstration that was refused, then allowed, killed, and run again."""
    shared_platform.post_pago({"id_afiliado": "a", "monto": 1, "moneda": "COP", "referencia_pago": "antes-de-la-demo"})
    refused = shared_platform.aero("demo", check=False)
    assert refused.returncode == 1
    assert "has data already" in refused.stderr
    assert not record(shared_platform)
    killed = subprocess.Popen(
        ["aero", "demo", "--days", "4", "--yes"],
        cwd=PROJECT,
        env=shared_platform.environment,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    eventually(lambda: record(shared_platform).get("days_done"), timeout=60, what="first day")
    os.killpg(killed.pid, signal.SIGKILL)
    killed.wait()
    assert not record(shared_platform)["finished"]
    completed = shared_platform.aero("demo", timeout=300)
    assert max(map(len, completed.stdout[completed.stdout.index("A tour") :].splitlines())) <= 80
    return shared_platform


def wanted(platform: Platform) -> dict[str, Wanted]:
    """Return the commission of each sale, as its conversion tells it: a tenth of its value."""
    found = {}
    for event_id, affiliate, value, currency in platform.sql(SALES, OURS):
        amount = (value / 10).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
        reference = referencia_de_comision(event_id)
        found[reference] = Wanted(reference=reference, affiliate=affiliate, amount=amount, currency=currency)
    return found


def test_the_ledger_agrees_with_the_payments(filled: Platform) -> None:
    """The audit of scenario exactly-once passes on the commissions, as on payments made by the API."""
    commissions = wanted(filled)
    payments = evidence.payments(filled.database, prefix="no such prefix", references=commissions.keys())
    ids = [payment.id for payment in payments]
    checks = audit(
        Evidence(
            wanted=commissions, sent=0, answers=Answers(), orders=[], conversions=Answers(), tracked=[],
            reversals=Answers(), payments=payments, events=[], published={}, dead_letters=[],
            charges=[c for c in evidence.charges(filled.gateway_url, since=0) if c.reference in commissions],
            reported=evidence.reported(filled.database, ids),
        )
    )  # fmt: skip
    assert len(commissions) > 10
    assert {payment.state for payment in payments} >= {"EXITOSO"}
    for number in (ROWS, CHARGED, NOT_CHARGED, REFUNDED, REPORTED):
        assert not checks[number].violations, checks[number].name


def test_the_past_has_its_times(filled: Platform) -> None:
    """Payments are spread over the days of the history, and none has an age of its own making."""
    days = filled.sql(
        "select count(distinct date_trunc('day', fecha_creacion)) from pagos.pagos where id_afiliado = any(%s)", OURS
    )
    assert days[0][0] >= 4


def test_a_rebuild_gives_the_same_reports(filled: Platform) -> None:
    """The read model follows from the event stores."""
    rebuilt = filled.aero("reports", "rebuild", "--only-compare", timeout=120)
    assert "give the same read model" in rebuilt.stdout


def test_no_event_of_the_past_is_a_dead_letter(filled: Platform) -> None:
    """Thirty days are younger than what consumers accept."""
    ours = "select id::text from event_collector.outbox_history where payload->>'id_afiliado' = any(%s)"
    events = {event_id for (event_id,) in filled.sql(ours, OURS)}
    assert events
    letters = filled.aero("dlq", "list", "--json").stdout
    assert not [event_id for event_id in events if event_id in letters]


def test_a_second_run_adds_nothing(filled: Platform) -> None:
    """It says so, and prints the tour."""
    before = filled.sql(COUNTS)
    again = filled.aero("demo", "--seed", "99")
    assert "there already" in again.stdout
    assert "aero trace" in again.stdout
    assert filled.sql(COUNTS) == before


def test_a_problem_is_one_dead_letter_which_the_tour_clears(filled: Platform) -> None:
    """A second run leaves no second letter; the command of the tour removes it."""

    def letters() -> list[str]:
        found = map(json.loads, filled.aero("dlq", "list", "--json", "--limit", "100000").stdout.splitlines())
        return [letter["id"] for letter in found if letter["topic"] == "tracking.evt.page_view"]

    assert not letters()
    told = filled.aero("demo", "--with-problems").stdout
    [letter] = letters()
    assert f"aero dlq discard {letter}" in told
    filled.aero("demo", "--with-problems")
    assert letters() == [letter]
    filled.aero("dlq", "discard", letter, "--yes")
    assert not letters()
