"""The trace of a tracking event: its status from the event collector, and its commission's payment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from aero.operate.api_client import get_json
from aero.operate.traces.payment_trace import PaymentTrace
from aero.operate.traces.timeline import Moment, seen, step


@dataclass(frozen=True, slots=True, kw_only=True)
class EventTrace:
    """A tracking event's present state, and its commission's payment once the collector knows it."""

    event: dict[str, Any]
    payment: PaymentTrace | None

    @classmethod
    def of(cls, api_url: str, id_evento: str) -> EventTrace:
        """Ask the API; raises AeroError with the API's refusal, NotFoundError if there is no such event."""
        event = get_json(api_url, f"/event-collector/events/{quote(id_evento, safe='')}/status")
        pago = event["pago"]
        return cls(event=event, payment=PaymentTrace.of(api_url, pago["id_pago"]) if pago else None)

    @property
    def document(self) -> Any:
        """Return the event, its payment and the payment's steps."""
        payment = self.payment
        return {
            "evento": self.event,
            "pago": payment.payment if payment else None,
            "pasos": payment.steps if payment else [],
        }

    @property
    def headlines(self) -> Sequence[str]:
        """Return a line for the event, and the headlines of its payment."""
        it = self.event
        told = [f"{it['tipo_evento']} of {it['id_afiliado']} by {it['fuente_evento']}"]
        if it["id_campana"]:
            told.append(f"campaign {it['id_campana']}")
        if it["valor_conversion"] is not None:
            told.append(f"worth {it['valor_conversion']} {it['moneda']}")
        told.append(it["estado"])
        if times := it["reintentos"]:
            told.append(f"published again {times} {'time' if times == 1 else 'times'}")
        payments = self.payment.headlines if self.payment else ()
        return [f"{it['id_evento']}: {', '.join(told)}", *(f"Commission {line}" for line in payments)]

    @property
    def correlation_ids(self) -> Sequence[str]:
        """Return the event's correlation id and its payment's, each once."""
        of_payment = self.payment.correlation_ids if self.payment else ()
        return list(dict.fromkeys([str(self.event["correlation_id"]), *of_payment]))

    @property
    def began(self) -> datetime:
        """Return when the event was accepted."""
        return datetime.fromisoformat(self.event["fecha_recepcion"])

    def moments(self) -> Iterator[Moment]:
        """Yield when the event was accepted and published, where it failed, and the moments of its payment."""
        text = step(self.event["tipo_evento"], "RECIBIDO", event_id=self.event["id_evento"])
        yield Moment(at=self.began, text=text, step=True)
        if published := self.event["fecha_publicacion"]:
            text = seen(f"published on {self.event['topic_destino']}", "cyan")
            yield Moment(at=datetime.fromisoformat(published), text=text)
        for fallo in self.event["fallos"]:
            text = seen(f"failed at {fallo['consumidor']}: {fallo['motivo']}", "red")
            yield Moment(at=datetime.fromisoformat(fallo["fecha"]), text=text)
        if self.payment:
            yield from self.payment.moments()
