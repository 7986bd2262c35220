"""The evidence of a run from five witnesses: clients, databases, the gateway's ledger, topics, reports."""

from __future__ import annotations

import http.client
import json
from base64 import b64encode
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode, urlsplit

from aero.platform.errors import AeroError
from aero.platform.terminal.console import printable

if TYPE_CHECKING:
    from aero.platform.database import Database
    from scenarios.exactly_once.clients import Answers
    from scenarios.exactly_once.plan import Wanted

FINAL: Final = ("EXITOSO", "FALLIDO", "REVERSADO")
_PAYMENTS: Final = """
    select id::text, referencia_pago, id_afiliado, monto, moneda, estado, conciliar_desde is not null
      from pagos.pagos
     where referencia_pago like %s or referencia_pago = any(%s)
    """
_EVENTS: Final = """
    select id::text, aggregateid::text, version, type, published_at is not null
      from pagos.outbox_history
     where aggregateid = any(%s::uuid[])
     order by aggregateid, version
    """
_TRACKED: Final = """
    select payload->>'id_evento_cliente', aggregateid::text, published_at is not null
      from event_collector.outbox_history
     where payload->>'id_evento_cliente' like %s
    """
_DEAD_LETTERS: Final = """
    select properties->>'id', reason
      from connector.dead_letters
     where redriven_at is null and discarded_at is null and properties->>'id' = any(%s)
     order by id
    """
_REPORTED: Final = """
    select id::text, estado, monto, moneda
      from reportes.pagos
     where id = any(%s::uuid[]) and generacion = (select numero from reportes.generaciones where estado = 'vigente')
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """A payment's row in the database; `open` means that the gateway has not settled its transfer or reversal."""

    id: str
    reference: str
    affiliate: str
    amount: Decimal
    currency: str
    state: str
    open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentEvent:
    """A row of the outbox."""

    id: str
    payment: str
    version: int
    type: str
    published: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackedEvent:
    """A conversion accepted by the event collector; `order` is its sender's id."""

    order: str
    id: str
    published: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """A transfer in the gateway's ledger; amounts are in minor units, and `refunds` counts its reversals."""

    payment: str
    reference: str
    destination: str
    amount: int
    currency: str
    refunded: int
    refunds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All data that the audit compares.

    `orders` has the ids of the sent conversions, `tracked` the event collector's rows of them. `published` has the
    publication times (ms) and envelopes of each event, by its id. `reported` has the state, amount and currency of each
    payment in reports, by its id.
    """

    wanted: Mapping[str, Wanted]
    sent: int
    answers: Answers
    orders: Sequence[str]
    conversions: Answers
    tracked: Sequence[TrackedEvent]
    reversals: Answers
    payments: Sequence[Payment]
    events: Sequence[PaymentEvent]
    charges: Sequence[Charge]
    published: Mapping[str, Sequence[tuple[int, Mapping[str, Any]]]]
    dead_letters: Sequence[str]
    reported: Mapping[str, tuple[str, Decimal, str]]


def payments(database: Database, *, prefix: str, references: Collection[str]) -> list[Payment]:
    """Return the payments whose reference has the prefix, wanted or not, or is one of the references."""
    with database.connect() as connection:
        rows = connection.execute(_PAYMENTS, [f"{prefix}%", list(references)]).fetchall()
    return [
        Payment(
            id=id_pago, reference=reference, affiliate=affiliate, amount=amount, currency=currency, state=state,
            open=is_open,
        )
        for id_pago, reference, affiliate, amount, currency, state, is_open in rows
    ]  # fmt: skip


def payment_events(database: Database, ids: Collection[str]) -> list[PaymentEvent]:
    """Return the outbox rows of these payments, each payment's in order."""
    with database.connect() as connection:
        rows = connection.execute(_EVENTS, [list(ids)]).fetchall()
    return [
        PaymentEvent(id=event_id, payment=payment, version=version, type=event_type, published=published)
        for event_id, payment, version, event_type, published in rows
    ]


def tracked_events(database: Database, *, prefix: str) -> list[TrackedEvent]:
    """Return the accepted conversions whose sender's id has the prefix."""
    with database.connect() as connection:
        rows = connection.execute(_TRACKED, [f"{prefix}%"]).fetchall()
    return [TrackedEvent(order=order, id=event_id, published=published) for order, event_id, published in rows]


def dead_letters(database: Database, ids: Collection[str]) -> list[str]:
    """Return which of these events are dead letters that wait, each with its reason."""
    with database.connect() as connection:
        rows = connection.execute(_DEAD_LETTERS, [list(ids)]).fetchall()
    return [f"{event_id}: {printable(reason)}" for event_id, reason in rows]


def reported(database: Database, ids: Collection[str]) -> dict[str, tuple[str, Decimal, str]]:
    """Return state, amount and currency of these payments in reports, by payment id."""
    with database.connect() as connection:
        rows = connection.execute(_REPORTED, [list(ids)]).fetchall()
    return {payment: (state, amount, currency) for payment, state, amount, currency in rows}


def charges(gateway_url: str, *, since: int) -> Iterator[Charge]:
    """Yield all transfers since a Unix time, in the order of Stripe's list; raises AeroError."""
    parameters: dict[str, Any] = {"limit": 100, "created[gte]": since}
    connection = http.client.HTTPConnection(urlsplit(gateway_url).netloc, timeout=30)
    headers = {"Authorization": f"Basic {b64encode(b'sk_test_scenario:').decode()}"}
    while True:
        connection.request("GET", f"/v1/transfers?{urlencode(parameters)}", headers=headers)
        answer = connection.getresponse()
        page = json.loads(answer.read())
        if "data" not in page:
            raise AeroError(f"The gateway does not show its ledger: {page}")
        for transfer in page["data"]:
            yield Charge(
                payment=transfer["metadata"].get("id_pago", ""),
                reference=transfer["description"] or "",
                destination=transfer["destination"],
                amount=transfer["amount"],
                currency=transfer["currency"],
                refunded=transfer["amount_reversed"],
                refunds=transfer["reversals"]["total_count"],
            )
        if not page["has_more"]:
            connection.close()
            return
        parameters["starting_after"] = page["data"][-1]["id"]
