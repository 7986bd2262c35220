"""The audit: compares the witnesses, and lists the violations of each promise."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from scenarios.exactly_once.evidence import FINAL
from scenarios.report import Check

if TYPE_CHECKING:
    from scenarios.exactly_once.clients import Answers
    from scenarios.exactly_once.evidence import Evidence, Payment

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


def audit(evidence: Evidence) -> list[Check]:
    """Return all checks, each with all its violations."""
    answers, conversions = evidence.answers, evidence.conversions
    states = Counter(payment.state for payment in evidence.payments)
    charged = {charge.payment for charge in evidence.charges}
    ours = {payment.id for payment in evidence.payments}
    on_topics = [event for event in evidence.events if event.type in TOPIC_OF]
    copies = sum(len(evidence.published.get(event.id, ())) for event in on_topics)
    refunds = sum(charge.refunds for charge in evidence.charges)
    return [
        Check(
            name="Every request is answered, and repetitions get the same body",
            found=f"{evidence.sent} requests for {len(answers.final)} payments, {answers.replayed} replayed",
            violations=list(_answers(evidence)),
        ),
        Check(
            name="Every conversion is one event on its topic, however often it was sent",
            found=f"{sum(map(len, conversions.final.values()))} requests for {len(evidence.orders)} conversions",
            violations=list(_conversions(evidence)),
        ),
        Check(
            name="Payments accepted = rows = final states",
            found=f"{len(evidence.wanted)} = {len(evidence.payments)} = {sum(states[state] for state in FINAL)}",
            violations=list(_rows(evidence)),
        ),
        Check(
            name="Charges in the ledger = paid payments, with their amounts",
            found=f"{len(evidence.charges)} = {sum(states[state] for state in PAID)}",
            violations=list(_charges(evidence)),
        ),
        Check(
            name="No failed payment was charged",
            found=f"{states['FALLIDO']} failed",
            violations=[
                f"{p.id} is FALLIDO, and charged" for p in evidence.payments if p.state == "FALLIDO" and p.id in charged
            ],
        ),
        Check(
            name="Refunds in the ledger = reversed payments, each whole and once",
            found=f"{refunds} = {states['REVERSADO']}",
            violations=list(_refunds(evidence)),
        ),
        Check(
            name="Every event is on its topic, once per effect",
            found=f"{len(on_topics)} events, published again after a crash: {copies - len(on_topics)}",
            violations=list(_events(evidence)),
        ),
        Check(
            name="The events of each payment are published in their order",
            found=f"{len(ours)} payments",
            violations=list(_order(evidence)),
        ),
        Check(
            name="Reports agree with every payment",
            found=f"{len(evidence.reported)} payments",
            violations=list(_reports(evidence)),
        ),
        Check(
            name="No event became a dead letter",
            found=f"{len(evidence.dead_letters)} dead letters",
            violations=evidence.dead_letters,
        ),
    ]


def accepted_as(conversions: Answers) -> dict[str, str]:
    """Return the event id of each accepted conversion, by its order."""
    return {
        order: json.loads(body)["id_evento"]
        for order, answers in conversions.final.items()
        for status, body in answers
        if status in ACCEPTED
    }


def are_reported(payments: Iterable[Payment], reported: Mapping[str, tuple[str, Decimal, str]]) -> bool:
    """Return whether reports have caught up with the payments."""
    return all(reported.get(payment.id) == _as_reported(payment) for payment in payments)


def _answers(evidence: Evidence) -> Iterator[str]:
    for reference, answers in evidence.answers.final.items():
        if any(status != HTTPStatus.OK for status, _ in answers):
            yield f"{reference} was answered {[status for status, _ in answers]}"
        elif len({body for _, body in answers}) > 1:
            yield f"{reference} has different answers"
    if sum(map(len, evidence.answers.final.values())) != evidence.sent:
        yield f"{evidence.sent} sent, {sum(map(len, evidence.answers.final.values()))} answered"


def _conversions(evidence: Evidence) -> Iterator[str]:
    stored: dict[str, list[str]] = defaultdict(list)
    for event in evidence.tracked:
        stored[event.order].append(event.id)
        if not event.published:
            yield f"{event.id} waits in the outbox"
        elif event.id not in evidence.published:
            yield f"{event.id} is not on {CONVERSIONS}"
        if event.order not in evidence.orders:
            yield f"{event.id} was never sent ({event.order})"
    for order in evidence.orders:
        answers = evidence.conversions.final.get(order, [])
        told = {json.loads(body)["id_evento"] for status, body in answers if status in ACCEPTED}
        if len(told) != 1 or [*told] != stored[order]:
            yield f"{order} was accepted as {sorted(told)}, and is {stored[order]}"
        statuses = Counter(status for status, _ in answers)
        if set(statuses) - set(ACCEPTED) or statuses[HTTPStatus.CREATED] > 1:
            yield f"{order} was answered {dict(statuses)}"


def _rows(evidence: Evidence) -> Iterator[str]:
    found = Counter(payment.reference for payment in evidence.payments)
    for reference in evidence.wanted:
        if found[reference] != 1:
            yield f"{reference} has {found[reference]} rows"
    ids = {payment.reference: payment.id for payment in evidence.payments}
    for reference, answers in evidence.answers.final.items():
        told = {json.loads(body)["id_pago"] for status, body in answers if status == HTTPStatus.OK}
        if told - {ids.get(reference)}:
            yield f"{reference} was accepted as {', '.join(sorted(told))}, and is {ids.get(reference)}"
    for payment in evidence.payments:
        if payment.reference not in evidence.wanted:
            yield f"{payment.id} was never requested ({payment.reference})"
            continue
        if payment.state not in FINAL or payment.open:
            yield f"{payment.id} is {payment.state}{', and not settled' if payment.open else ''}"
        wanted = evidence.wanted[payment.reference]
        if (payment.affiliate, payment.amount, payment.currency) != (wanted.affiliate, wanted.amount, wanted.currency):
            yield f"{payment.id} pays {payment.amount} {payment.currency} to {payment.affiliate} instead of {wanted}"


def _charges(evidence: Evidence) -> Iterator[str]:
    counts = Counter(charge.payment for charge in evidence.charges)
    payments = {payment.id: payment for payment in evidence.payments}
    for payment in evidence.payments:
        expected = 1 if payment.state in PAID else 0
        if counts[payment.id] != expected:
            yield f"{payment.id} is {payment.state}, and charged {counts[payment.id]} times"
    for charge in evidence.charges:
        if (paid := payments.get(charge.payment)) is None:
            yield f"{charge.payment} was charged, and does not exist ({charge.reference})"
        else:
            ordered = (int(paid.amount.scaleb(2)), paid.currency.lower(), paid.affiliate)
            if (charge.amount, charge.currency, charge.destination) != ordered:
                yield f"{paid.id}: {charge.amount} {charge.currency} to {charge.destination} were charged"


def _refunds(evidence: Evidence) -> Iterator[str]:
    states = {payment.id: payment.state for payment in evidence.payments}
    for charge in evidence.charges:
        expected = (1, charge.amount) if states.get(charge.payment) == "REVERSADO" else (0, 0)
        if (charge.refunds, charge.refunded) != expected:
            yield f"{charge.payment} is {states.get(charge.payment)}, and {charge.refunded} were refunded"
    for payment, answers in evidence.reversals.final.items():
        for status, body in answers:
            if status == HTTPStatus.OK and states.get(payment) != "REVERSADO":
                yield f"{payment} is {states.get(payment)}, though its reversal was answered 200"
            if status != HTTPStatus.OK and json.loads(body).get("codigo") != REFUSED_REVERSAL:
                yield f"the reversal of {payment} was answered {status}: {body}"


def _events(evidence: Evidence) -> Iterator[str]:
    effects: Counter[tuple[str, str]] = Counter()
    for event in evidence.events:
        if not event.published:
            yield f"{event.type} of {event.payment} waits in the outbox"
        if event.type in TOPIC_OF:
            effects[event.payment, event.type] += 1
            if event.id not in evidence.published:
                yield f"{event.type} of {event.payment} is not on {TOPIC_OF[event.type]}"
    known = {event.id for event in evidence.events}
    payments = {payment.id for payment in evidence.payments}
    for event_id, copies in evidence.published.items():
        envelope = copies[0][1]
        if envelope["subject"] in payments and event_id not in known:
            yield f"{envelope['type']} of {envelope['subject']} is on a topic, and in no outbox"
    for (payment, event_type), count in effects.items():
        if count > 1:
            yield f"{payment} has {count} times {event_type}"


def _order(evidence: Evidence) -> Iterator[str]:
    first: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for copies in evidence.published.values():
        for at, envelope in copies[:1]:
            first[envelope["subject"]].append((envelope["sequence"], at))
    for payment, published in first.items():
        times = [at for _, at in sorted(published)]
        if times != sorted(times):
            yield f"{payment}: {sorted(published)}"


def _reports(evidence: Evidence) -> Iterator[str]:
    for payment in evidence.payments:
        found = evidence.reported.get(payment.id)
        if found != _as_reported(payment):
            yield f"{payment.id} is {payment.state}, {payment.amount} {payment.currency}; reported as {found}"


def _as_reported(payment: Payment) -> tuple[str, Decimal, str]:
    return REPORTED_AS.get(payment.state, "PENDING"), payment.amount, payment.currency
