"""An open request to the gateway: asked for, and not settled."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

ESPERA_MINIMA: Final = timedelta(minutes=2)
"""The wait is longer than the one between two redeliveries, so redelivered events are not reconciled."""

ESPERA_MAXIMA: Final = timedelta(hours=1)

VIGENCIA_DE_LA_CLAVE: Final = timedelta(hours=23)
"""The gateway forgets an idempotency key after 24 hours, and would then pay again.

https://docs.stripe.com/api/idempotent_requests
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class PreguntaAbierta:
    """An order to the gateway, open since `desde`, with `sin_respuesta` unanswered attempts so far."""

    desde: datetime
    ultimo_intento: datetime
    sin_respuesta: int = 0

    @classmethod
    def abrir(cls, ahora: datetime) -> PreguntaAbierta:
        """Open a request, before the gateway is asked for the first time."""
        return cls(desde=ahora, ultimo_intento=ahora)

    def anotar_sin_respuesta(self, ahora: datetime) -> PreguntaAbierta:
        """Count one more attempt without a settling answer."""
        return replace(self, ultimo_intento=ahora, sin_respuesta=self.sin_respuesta + 1)

    @property
    def conciliar_desde(self) -> datetime:
        """The time of the next attempt by the reconciliation: the longer open, the longer the wait."""
        edad = self.ultimo_intento - self.desde
        return self.ultimo_intento + min(max(edad / 10, ESPERA_MINIMA), ESPERA_MAXIMA)

    def clave_puede_haber_vencido(self, ahora: datetime) -> bool:
        """Return whether the gateway may have forgotten the key: then it must be asked before it is told to pay."""
        return ahora - self.desde > VIGENCIA_DE_LA_CLAVE
