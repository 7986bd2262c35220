"""The audit of scenario exactly-once finds every fault."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from scenarios.exactly_once.audit import audit
from scenarios.exactly_once.clients import Answers
from scenarios.exactly_once.evidence import Charge, Evidence, Payment, PaymentEvent, TrackedEvent
from scenarios.exactly_once.plan import Plan

ANSWERED, CONVERTED, ROWS, CHARGED, NOT_CHARGED, REFUNDED, ON_TOPIC, IN_ORDER, REPORTED, NO_LETTERS = range(10)
STATES = ["EXITOSO", "EXITOSO", "FALLIDO", "REVERSADO", *["EXITOSO"] * 16]
SETTLED = {"EXITOSO": ["PagoExitoso"], "FALLIDO": ["PagoFallido"], "REVERSADO": ["PagoExitoso", "PagoRevertido"]}


def some_evidence() -> Evidence:
    """Build the evidence of a faultless run of twenty payments, two of them commissions."""
    plan = Plan(seed=1, payments=20, run="s3")
    tracked = {conversion.order: f"event-{conversion.order}" for conversion in plan.conversions}
    all_wanted = plan.wanted(tracked)
    payments = [
        Payment(
            id=f"id-{number}", reference=wanted.reference, affiliate=wanted.affiliate, amount=wanted.amount,
            currency=wanted.currency, state=STATES[number], open=False,
        )
        for number, wanted in enumerate(all_wanted.values())
    ]  # fmt: skip
    ids = {payment.reference: payment.id for payment in payments}
    answers, conversions, reversals = Answers(), Answers(), Answers()
    for order, id_evento in tracked.items():
        first = json.dumps({"id_evento": id_evento})
        conversions.final[order] = [(201, first), (200, first)]
    for request in plan.request_sends:
        reference = request.wanted.reference
        answers.final[reference].append((200, json.dumps({"id_pago": ids[reference]})))
    reversals.final["id-3"] = [(200, "{}"), (200, "{}")]
    reversals.final["id-0"] = [(409, '{"codigo": "reverso-rechazado"}')]
    events = [
        PaymentEvent(id=f"{payment.id}-{kind}", payment=payment.id, version=version, type=kind, published=True)
        for payment in payments
        for version, kind in enumerate(["PagoPendiente", "PagoEnProceso", *SETTLED[payment.state]], start=1)
    ]
    return Evidence(
        wanted=all_wanted,
        sent=len(plan.request_sends),
        answers=answers,
        orders=[*tracked],
        conversions=conversions,
        tracked=[TrackedEvent(order=order, id=id_evento, published=True) for order, id_evento in tracked.items()],
        reversals=reversals,
        payments=payments,
        events=events,
        charges=[
            Charge(
                payment=payment.id, reference=payment.reference, destination=payment.affiliate,
                amount=int(payment.amount * 100),
                currency=payment.currency.lower(), refunded=int(payment.amount * 100) * (payment.state == "REVERSADO"),
                refunds=int(payment.state == "REVERSADO"),
            )
            for payment in payments
            if payment.state != "FALLIDO"
        ],
        published={
            event.id: [(1_000 + event.version, un_sobre(event.payment, event.version, event.type))]
            for event in events
            if event.type != "PagoEnProceso"
        }
        | {id_evento: [(900, un_sobre(id_evento, 1, "ConversionRegistrada"))] for id_evento in tracked.values()},
        dead_letters=[],
        reported={payment.id: as_reported(payment) for payment in payments},
    )  # fmt: skip


def as_reported(payment: Payment) -> tuple[str, Decimal, str]:
    """Return the payment's expected entry in reports."""
    states = {"EXITOSO": "COMPLETED", "FALLIDO": "FAILED", "REVERSADO": "REVERSED"}
    return states.get(payment.state, "PENDING"), payment.amount, payment.currency


def un_sobre(subject: str, sequence: int, event_type: str) -> dict[str, Any]:
    """Build the part of an envelope that the audit reads."""
    return {"subject": subject, "sequence": sequence, "type": event_type}


def broken(evidence: Evidence) -> list[int]:
    """Return the numbers of the checks that do not hold."""
    return [number for number, check in enumerate(audit(evidence)) if not check.holds]


def with_payment(evidence: Evidence, number: int, **change: Any) -> Evidence:
    """Change one payment, also in reports."""
    changed = replace(evidence.payments[number], **change)
    return replace(
        evidence,
        payments=[*evidence.payments[:number], changed, *evidence.payments[number + 1 :]],
        reported={**evidence.reported, changed.id: as_reported(changed)},
    )


def with_charge(evidence: Evidence, **change: Any) -> Evidence:
    """Change the first charge."""
    return replace(evidence, charges=[replace(evidence.charges[0], **change), *evidence.charges[1:]])


def without(evidence: Evidence, event_id: str) -> dict[str, Any]:
    """Return the published events without one of them."""
    return {key: copies for key, copies in evidence.published.items() if key != event_id}


def test_every_check_of_a_faultless_run_holds() -> None:
    """The evidence of a faultless run has no violation."""
    assert broken(some_evidence()) == []


def test_an_event_published_twice_is_no_fault() -> None:
    """Delivery is at least once; only its effect must be single."""
    evidence = some_evidence()
    copies = evidence.published["id-0-PagoPendiente"]
    again = [*copies, (9_999, copies[0][1])]
    evidence = replace(evidence, published={**evidence.published, "id-0-PagoPendiente": again})
    assert broken(evidence) == []
    assert "published again after a crash: 1" in audit(evidence)[ON_TOPIC].found


@pytest.mark.parametrize(
    ("fault", "checks"),
    [
        (lambda f: replace(f, payments=f.payments[1:]), [ROWS, CHARGED]),
        (lambda f: replace(f, payments=[*f.payments, replace(f.payments[0], id="id-x")]), [ROWS, CHARGED, REPORTED]),
        (lambda f: with_payment(f, 0, state="PROCESANDO"), [ROWS, CHARGED]),
        (lambda f: with_payment(f, 0, open=True), [ROWS]),
        (lambda f: with_payment(f, 0, amount=f.payments[0].amount + 1), [ROWS, CHARGED]),
        (lambda f: with_payment(f, 0, reference="s3-never-sent"), [ROWS]),
        (lambda f: replace(f, charges=[*f.charges, f.charges[0]]), [CHARGED]),
        (lambda f: replace(f, charges=f.charges[1:]), [CHARGED]),
        (lambda f: with_charge(f, amount=1), [CHARGED]),
        (lambda f: with_charge(f, destination="another"), [CHARGED]),
        (lambda f: with_payment(f, 0, state="FALLIDO"), [CHARGED, NOT_CHARGED]),
        (lambda f: with_charge(f, refunded=5, refunds=1), [REFUNDED]),
        (lambda f: with_payment(f, 3, state="EXITOSO"), [REFUNDED]),
        (lambda f: replace(f, published=without(f, "id-0-PagoExitoso")), [ON_TOPIC]),
        (lambda f: replace(f, events=[replace(f.events[0], published=False), *f.events[1:]]), [ON_TOPIC]),
        (lambda f: replace(f, events=f.events[1:]), [ON_TOPIC]),
        (
            lambda f: replace(
                f,
                events=[*f.events, replace(f.events[2], id="again", version=9)],
                published={**f.published, "again": [(2_000, un_sobre("id-0", 9, "PagoExitoso"))]},
            ),
            [ON_TOPIC],
        ),
        (
            lambda f: replace(
                f,
                published={**f.published, "id-0-PagoExitoso": [(1, un_sobre("id-0", 3, "PagoExitoso"))]},
            ),
            [IN_ORDER],
        ),
        (lambda f: replace(f, reported={}), [REPORTED]),
        (lambda f: replace(f, reported={**f.reported, "id-0": ("PENDING", *f.reported["id-0"][1:])}), [REPORTED]),
        (lambda f: replace(f, dead_letters=["id-0-PagoPendiente: timeout"]), [NO_LETTERS]),
        (lambda f: replace(f, sent=f.sent + 1), [ANSWERED]),
        (lambda f: replace(f, tracked=f.tracked[1:]), [CONVERTED]),
        (lambda f: replace(f, tracked=[*f.tracked, replace(f.tracked[0], id="twice")]), [CONVERTED]),
        (lambda f: replace(f, tracked=[replace(f.tracked[0], published=False), *f.tracked[1:]]), [CONVERTED]),
        (lambda f: replace(f, published=without(f, f.tracked[0].id)), [CONVERTED]),
        (lambda f: replace(f, orders=f.orders[1:]), [CONVERTED]),
    ],
    ids=[
        "lost", "twice in the database", "not final", "open", "other amount", "unasked", "charged twice", "not charged",
        "charged otherwise", "charged for another", "failed but charged", "refunded in part", "refunded unrecorded",
        "not published", "waiting in the outbox", "without an event", "two effects", "out of order", "not reported",
        "reported late", "dead letter",
        "unanswered", "event lost", "event twice", "event waiting", "event not published", "event never sent",
    ],
)  # fmt: skip
def test_a_fault_is_found(fault: Callable[[Evidence], Evidence], checks: list[int]) -> None:
    """Only the checks that it breaks fail."""
    assert broken(fault(some_evidence())) == checks


@pytest.mark.parametrize(
    "answers",
    [[(200, '{"id_pago": "id-0"}'), (200, '{"id_pago": "id-0", "mensaje": "otro"}')], [(500, "{}")]],
    ids=["another body", "an error"],
)
def test_an_answer_that_differs_from_the_first_is_found(answers: list[tuple[int, str]]) -> None:
    """A repetition must get the first answer."""
    evidence = some_evidence()
    reference = evidence.payments[0].reference
    evidence = replace(evidence, sent=evidence.sent - len(evidence.answers.final[reference]) + len(answers))
    evidence.answers.final[reference] = answers
    assert broken(evidence) == [ANSWERED]


def test_a_conversion_answered_as_two_events_is_found() -> None:
    """A conversion answered as new twice, or refused, is found too."""
    order = some_evidence().orders[0]
    for answers in (
        [(201, '{"id_evento": "event-1"}'), (200, '{"id_evento": "other"}')],
        [(201, f'{{"id_evento": "event-{order}"}}')] * 2,
        [(201, f'{{"id_evento": "event-{order}"}}'), (422, "{}")],
        [],
    ):
        evidence = some_evidence()
        evidence.conversions.final[order] = answers
        assert broken(evidence) == [CONVERTED]


def test_a_reversal_answered_but_not_made_is_found() -> None:
    """A reversal answered with 200 must be refunded."""
    evidence = some_evidence()
    evidence.reversals.final["id-0"] = [(200, "{}")]
    assert broken(evidence) == [REFUNDED]


def test_the_seed_chooses_all_requests() -> None:
    """Only references and ids differ, which distinguish two runs."""
    first, second, other = (Plan(seed=seed, payments=50, run="r") for seed in (7, 7, 8))
    assert [request.body for request in first.request_sends] == [request.body for request in second.request_sends]
    assert [event.body for event in first.conversion_sends] == [event.body for event in second.conversion_sends]
    assert first.reversals(["a", "b", "c"] * 40) == second.reversals(["c", "b", "a"] * 40)
    assert [request.body for request in first.request_sends] != [request.body for request in other.request_sends]
    later = Plan(seed=7, payments=50, run="later")
    assert not first.wanted({}).keys() & later.wanted({}).keys()
    assert not {event.order for event in first.conversions} & {event.order for event in later.conversions}
    repeated = len(first.request_sends) - len(first.requests)
    assert 0 < repeated <= 4 * len(first.requests)
