"""The last minutes: requests to the APIs, as users send them. Each has a key, so that a repetition changes nothing."""

from __future__ import annotations

import random
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from aero.operate.api_client import get_json, patch_json, post_json
from aero.platform.errors import AeroError
from demo.plan.company import AFFILIATES
from demo.plan.traffic import Traffic

if TYPE_CHECKING:
    from aero.platform.progress.events import Step
    from demo.history.past_events import Senders
    from demo.plan.calendar import Calendar

VISITS: Final = 60
PAYMENTS: Final = 4
SETTLE_SECONDS: Final = 30
FINAL: Final = ("EXITOSO", "FALLIDO")
REASON: Final = "Pago duplicado por error."


class LastMinutes:
    """Sends visits, payments and a reversal to the running platform; raises AeroError for a refusal."""

    def __init__(self, url: str, calendar: Calendar, senders: Senders) -> None:
        self._url = url
        self._run = calendar.run
        self._senders = senders
        chance = random.Random(f"{calendar.seed}-last")  # noqa: S311 - chance, not secrets
        self._traffic = Traffic(run=calendar.run, chance=chance)
        self._ends = calendar.ends

    def live(self, current: Step) -> str:
        """Live them, and return what was done, in words."""
        accepted = self._visit()
        current.note(f"{accepted} events")
        payments = [self._pay(number) for number in range(PAYMENTS)]
        paid = [id_pago for id_pago in payments if self._settled(id_pago) == "EXITOSO"]
        for id_pago in paid[:1]:
            patch_json(self._url, f"/pagos/{id_pago}/revertir", {"motivo": REASON})
        return f"{accepted} events, {len(payments)} payments, one of them reversed"

    def _visit(self) -> int:
        """Send all events in one batch. They have no times of their own, so a repetition has the same data."""
        visits = self._traffic.visits(VISITS, share=1.0, until=self._ends, within=timedelta(minutes=9))
        documents = [
            {
                **{name: value for name, value in self._senders.document(event).items() if name != "timestamp"},
                "id_evento_cliente": event.document.get("id_evento_cliente", f"visita-{self._run}-{number}"),
            }
            for number, event in enumerate(visits)
        ]
        answer = post_json(self._url, "/event-collector/events/batch", {"eventos": documents}, headers={})
        if answer["rechazados"]:
            refused = next(each for each in answer["resultados"] if not each.get("exito", True))
            raise AeroError(f"{answer['rechazados']} events were refused: {refused}")
        return int(answer["aceptados"]) + int(answer["duplicados"])

    def _pay(self, number: int) -> str:
        affiliate = AFFILIATES[number]
        body: dict[str, Any] = {
            "id_afiliado": affiliate.id,
            "monto": self._traffic.value(affiliate.currency),
            "moneda": affiliate.currency,
            "referencia_pago": f"adelanto-{self._run}-{number}",
        }
        answer = post_json(self._url, "/pagos", body, headers={})
        return str(answer["id_pago"])

    def _settled(self, id_pago: str) -> str:
        deadline = time.monotonic() + SETTLE_SECONDS
        while True:
            state = str(get_json(self._url, f"/pagos/{id_pago}")["estado"])
            if state in FINAL or time.monotonic() > deadline:
                return state
            time.sleep(0.05)
