"""The audit: compares the witnesses, and says for each promise what speaks against it."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from scenarios.checks import Check
from scenarios.exactly_once.facts import FINAL

if TYPE_CHECKING:
    from scenarios.exactly_once.clients import Answers
    from scenarios.exactly_once.facts import Facts, Payment

TOPIC_OF: Final = {
    "PagoPendiente": "payments.evt.pending",
    "PagoExitoso": "payments.evt.completed",
    "PagoFallido": "payments.evt.failed",
    "PagoRevertido": "payments.evt.reversed",
}
CONVERSIONS: Final = "tracking.evt.conversion"
PAID: Final = ("EXITOSO", "REVERSADO")
REPORTED_AS: Final = {"EXITOSO": "COMPLETED", "FALLIDO": "FAILED", "REVERSADO": "REVERSED"}
ACCEPTED: Final = (HTTPStatus.OK, HTTPStatus.CREATED)
REFUSED_REVERSAL: Final = "reverso-rechazado"


def audit(facts: Facts) -> list[Check]:
    """All checks, each with everything that breaks it."""
    states = Counter(payment.state for payment in facts.payments)
    charged = {charge.payment for charge in facts.charges}
    ours = {payment.id for payment in facts.payments}
    on_topics = [event for event in facts.events if event.type in TOPIC_OF]
    copies = sum(len(facts.published.get(event.id, ())) for event in on_topics)
    refunds = sum(charge.refunds for charge in facts.charges)
    return [
        Check(
            name="Every request is answered, repetitions with the same body",
            found=f"{facts.sent} requests for {len(facts.answers.final)} payments, {facts.answers.replayed} replayed",
            violations=list(_answers(facts)),
        ),
        Check(
            name="Every conversion is one event on its topic, however often it was sent",
            found=f"{sum(map(len, facts.conversions.final.values()))} requests for {len(facts.orders)} conversions",
            violations=list(_conversions(facts)),
        ),
        Check(
            name="Payments accepted = rows = final states",
            found=f"{len(facts.wanted)} = {len(facts.payments)} = {sum(states[state] for state in FINAL)}",
            violations=list(_rows(facts)),
        ),
        Check(
            name="Charges in the ledger = paid payments, with their amounts",
            found=f"{len(facts.charges)} = {sum(states[state] for state in PAID)}",
            violations=list(_charges(facts)),
        ),
        Check(
            name="No failed payment was charged",
            found=f"{states['FALLIDO']} failed",
            violations=[
                f"{p.id} is FALLIDO, and charged" for p in facts.payments if p.state == "FALLIDO" and p.id in charged
            ],
        ),
        Check(
            name="Refunds in the ledger = reversed payments, each whole and once",
            found=f"{refunds} = {states['REVERSADO']}",
            violations=list(_refunds(facts)),
        ),
        Check(
            name="Every event is on its topic, once per effect",
            found=f"{len(on_topics)} events, published again after a crash: {copies - len(on_topics)}",
            violations=list(_events(facts)),
        ),
        Check(
            name="The events of each payment are published in their order",
            found=f"of {len(ours)} payments",
            violations=list(_order(facts)),
        ),
        Check(
            name="Reports say the same of each payment",
            found=f"{len(facts.reported)} payments",
            violations=list(_reports(facts)),
        ),
        Check(
            name="No event became a dead letter",
            found=f"{len(facts.dead_letters)} dead letters",
            violations=facts.dead_letters,
        ),
    ]


def accepted_as(conversions: Answers) -> dict[str, str]:
    """The id of each conversion's event, by its order."""
    return {
        order: json.loads(body)["id_evento"]
        for order, answers in conversions.final.items()
        for status, body in answers
        if status in ACCEPTED
    }


def are_reported(payments: Iterable[Payment], reported: Mapping[str, tuple[str, Decimal, str]]) -> bool:
    """Whether reports have caught up with the payments."""
    return all(reported.get(payment.id) == _as_reported(payment) for payment in payments)


def _answers(facts: Facts) -> Iterator[str]:
    for reference, answers in facts.answers.final.items():
        if any(status != HTTPStatus.OK for status, _ in answers):
            yield f"{reference} was answered {[status for status, _ in answers]}"
        elif len({body for _, body in answers}) > 1:
            yield f"{reference} has different answers"
    if sum(map(len, facts.answers.final.values())) != facts.sent:
        yield f"{facts.sent} sent, {sum(map(len, facts.answers.final.values()))} answered"


def _conversions(facts: Facts) -> Iterator[str]:
    stored: dict[str, list[str]] = defaultdict(list)
    for event in facts.tracked:
        stored[event.order].append(event.id)
        if not event.published:
            yield f"{event.id} waits in the outbox"
        elif event.id not in facts.published:
            yield f"{event.id} is not on {CONVERSIONS}"
        if event.order not in facts.orders:
            yield f"{event.id} was never sent ({event.order})"
    for order in facts.orders:
        answers = facts.conversions.final.get(order, [])
        told = {json.loads(body)["id_evento"] for status, body in answers if status in ACCEPTED}
        if len(told) != 1 or [*told] != stored[order]:
            yield f"{order} was accepted as {sorted(told)}, and is {stored[order]}"
        statuses = Counter(status for status, _ in answers)
        if set(statuses) - set(ACCEPTED) or statuses[HTTPStatus.CREATED] > 1:
            yield f"{order} was answered {dict(statuses)}"


def _rows(facts: Facts) -> Iterator[str]:
    found = Counter(payment.reference for payment in facts.payments)
    for reference in facts.wanted:
        if found[reference] != 1:
            yield f"{reference} has {found[reference]} rows"
    ids = {payment.reference: payment.id for payment in facts.payments}
    for reference, answers in facts.answers.final.items():
        told = {json.loads(body)["id_pago"] for status, body in answers if status == HTTPStatus.OK}
        if told - {ids.get(reference)}:
            yield f"{reference} was accepted as {', '.join(sorted(told))}, and is {ids.get(reference)}"
    for payment in facts.payments:
        if payment.reference not in facts.wanted:
            yield f"{payment.id} was never asked for ({payment.reference})"
            continue
        if payment.state not in FINAL or payment.open:
            yield f"{payment.id} is {payment.state}{', with a question open' if payment.open else ''}"
        wanted = facts.wanted[payment.reference]
        if (payment.affiliate, payment.amount, payment.currency) != (wanted.affiliate, wanted.amount, wanted.currency):
            yield f"{payment.id} pays {payment.amount} {payment.currency} to {payment.affiliate} instead of {wanted}"


def _charges(facts: Facts) -> Iterator[str]:
    counts = Counter(charge.payment for charge in facts.charges)
    payments = {payment.id: payment for payment in facts.payments}
    for payment in facts.payments:
        expected = 1 if payment.state in PAID else 0
        if counts[payment.id] != expected:
            yield f"{payment.id} is {payment.state}, and charged {counts[payment.id]} times"
    for charge in facts.charges:
        if (paid := payments.get(charge.payment)) is None:
            yield f"{charge.payment} was charged, and does not exist ({charge.reference})"
        else:
            ordered = (int(paid.amount.scaleb(2)), paid.currency.lower(), paid.affiliate)
            if (charge.amount, charge.currency, charge.destination) != ordered:
                yield f"{paid.id}: {charge.amount} {charge.currency} to {charge.destination} were charged"


def _refunds(facts: Facts) -> Iterator[str]:
    states = {payment.id: payment.state for payment in facts.payments}
    for charge in facts.charges:
        expected = (1, charge.amount) if states.get(charge.payment) == "REVERSADO" else (0, 0)
        if (charge.refunds, charge.refunded) != expected:
            yield f"{charge.payment} is {states.get(charge.payment)}, and {charge.refunded} were refunded"
    for payment, answers in facts.reversals.final.items():
        for status, body in answers:
            if status == HTTPStatus.OK and states.get(payment) != "REVERSADO":
                yield f"{payment} is {states.get(payment)}, though its reversal was answered 200"
            if status != HTTPStatus.OK and json.loads(body).get("codigo") != REFUSED_REVERSAL:
                yield f"the reversal of {payment} was answered {status}: {body}"


def _events(facts: Facts) -> Iterator[str]:
    effects: Counter[tuple[str, str]] = Counter()
    for event in facts.events:
        if not event.published:
            yield f"{event.type} of {event.payment} waits in the outbox"
        if event.type in TOPIC_OF:
            effects[event.payment, event.type] += 1
            if event.id not in facts.published:
                yield f"{event.type} of {event.payment} is not on {TOPIC_OF[event.type]}"
    known = {event.id for event in facts.events}
    payments = {payment.id for payment in facts.payments}
    for event_id, copies in facts.published.items():
        envelope = copies[0][1]
        if envelope["subject"] in payments and event_id not in known:
            yield f"{envelope['type']} of {envelope['subject']} is on a topic, and in no outbox"
    for (payment, event_type), count in effects.items():
        if count > 1:
            yield f"{payment} has {count} times {event_type}"


def _order(facts: Facts) -> Iterator[str]:
    first: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for copies in facts.published.values():
        for at, envelope in copies[:1]:
            first[envelope["subject"]].append((envelope["sequence"], at))
    for payment, published in first.items():
        times = [at for _, at in sorted(published)]
        if times != sorted(times):
            yield f"{payment}: {sorted(published)}"


def _reports(facts: Facts) -> Iterator[str]:
    for payment in facts.payments:
        found = facts.reported.get(payment.id)
        if found != _as_reported(payment):
            yield f"{payment.id} is {payment.state}, {payment.amount} {payment.currency}; reported as {found}"


def _as_reported(payment: Payment) -> tuple[str, Decimal, str]:
    return REPORTED_AS.get(payment.state, "PENDING"), payment.amount, payment.currency
