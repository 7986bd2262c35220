"""An operation that counts its runs, and requests for it under one key."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from seedwork.dominio.solicitud import Solicitud
from seedwork.infraestructura.idempotency.answer import IdempotentAnswer
from support.lambda_events import FakeContext

if TYPE_CHECKING:
    from seedwork.infraestructura.idempotency.operation import Idempotency

UNA = Solicitud(clave="k", huella="p")


class Operation:
    """Counts its runs."""

    def __init__(self, *, replayed: bool = False) -> None:
        self.runs = 0
        self._replayed = replayed

    def __call__(self) -> IdempotentAnswer:
        """Run, and count the run."""
        self.runs += 1
        return IdempotentAnswer(body=f'{{"run":{self.runs}}}', replayed=self._replayed)


def run(
    idempotency: Idempotency, operation: Callable[[], IdempotentAnswer], *, key: str = "k", payload: str = "p"
) -> IdempotentAnswer:
    """Send one request."""
    return idempotency.run(operation, Solicitud(clave=key, huella=payload), named="La clave", context=FakeContext())
