"""The trace of a payment: its steps from the API."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from aero.operate.api_client import get_json
from aero.operate.traces.timeline import Moment, seen, step
from aero.platform.errors import AeroError


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentTrace:
    """A payment and its steps."""

    payment: dict[str, Any]
    steps: list[dict[str, Any]]
    counted: dict[str, Any] | None  # the payment in reports; None if they do not have it yet or do not answer

    @classmethod
    def of(cls, api_url: str, id_pago: str) -> PaymentTrace:
        """Ask the API; raises AeroError with the API's refusal, NotFoundError if there is no such payment."""
        path = f"/pagos/{quote(id_pago, safe='')}"
        steps = get_json(api_url, f"{path}/trazabilidad")["pasos"]
        return cls(payment=get_json(api_url, path), steps=steps, counted=_counted(api_url, id_pago))

    @property
    def document(self) -> Any:
        """Return the steps."""
        return self.steps

    @property
    def headlines(self) -> Sequence[str]:
        """Return a line with the payment's amount, affiliate, reference and state."""
        it = self.payment
        return [
            f"{it['id']}: {it['monto']} {it['moneda']} to {it['id_afiliado']}, {it['referencia_pago']}, {it['estado']}"
        ]

    @property
    def correlation_ids(self) -> Sequence[str]:
        """Return the correlation ids of its steps, each once."""
        return list(dict.fromkeys(str(paso["correlation_id"]) for paso in self.steps))

    @property
    def began(self) -> datetime:
        """Return the time of the first step."""
        return datetime.fromisoformat(self.steps[0]["fecha"])

    def moments(self) -> Iterator[Moment]:
        """Yield each step with its publication, and when reports counted the payment."""
        for paso in self.steps:
            if asked := paso.get("fecha_pregunta"):
                again = ", first whether it had paid" if paso["consultado_antes"] else ""
                text = seen(f"asked the gateway, attempt {paso['intento']}{again}", "cyan")
                yield Moment(at=datetime.fromisoformat(asked), text=text)
            told = [f"attempt {paso['intento']}"] if paso["intento"] else []
            told += [str(paso[name]) for name in ("referencia_pasarela", "detalle") if paso[name]]
            text = step(paso["evento"], paso["estado"], *told, event_id=paso["id_evento"])
            yield Moment(at=datetime.fromisoformat(paso["fecha"]), text=text, step=True)
            if paso["fecha_publicacion"]:
                text = seen(f"published on {paso['topico']}", "cyan")
                yield Moment(at=datetime.fromisoformat(paso["fecha_publicacion"]), text=text)
        if self.counted and self.counted["countedAt"]:
            text = seen(
                f"counted in reports as {self.counted['status']} by event {self.counted['event']['id']}", "cyan"
            )
            yield Moment(at=datetime.fromisoformat(self.counted["countedAt"]), text=text)


def _counted(api_url: str, id_pago: str) -> dict[str, Any] | None:
    """Return the payment in reports, or None if they do not answer, since the rest is worth showing without them."""
    try:
        return get_json(api_url, f"/api/reports/payments/{quote(id_pago, safe='')}")
    except AeroError:
        return None
