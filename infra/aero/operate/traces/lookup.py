"""Finds the payment or tracking event with an id."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aero.operate.api_client import NotFoundError
from aero.operate.traces.event_trace import EventTrace
from aero.operate.traces.payment_trace import PaymentTrace
from aero.platform.errors import AeroError

if TYPE_CHECKING:
    from aero.operate.traces.timeline import Trace


def trace_of(api_url: str, id_: str) -> Trace:
    """Return the trace of the payment or tracking event with this id; raises AeroError if there is neither."""
    for kind in (PaymentTrace, EventTrace):
        try:
            return kind.of(api_url, id_)
        except NotFoundError:
            continue
    raise AeroError(
        f"There is neither a payment nor a tracking event {id_!r}.",
        cure="Give the id_pago or the id_evento from the API's answer.",
    )
