"""What the gateway was asked for and has not settled."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

ESPERA_MINIMA: Final = timedelta(minutes=2)
"""Longer than redelivery waits between two attempts: what is delivered again is left to it."""

ESPERA_MAXIMA: Final = timedelta(hours=1)

VIGENCIA_DE_LA_CLAVE: Final = timedelta(hours=23)
"""A gateway forgets an idempotency key after 24 hours, and then would pay again.

https://docs.stripe.com/api/idempotent_requests
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class PreguntaAbierta:
    """One order to the gateway, open since `desde`, with as many attempts unanswered as `sin_respuesta` says."""

    desde: datetime
    ultimo_intento: datetime
    sin_respuesta: int = 0

    @classmethod
    def abrir(cls, ahora: datetime) -> PreguntaAbierta:
        """It is about to be asked for the first time."""
        return cls(desde=ahora, ultimo_intento=ahora)

    def anotar_sin_respuesta(self, ahora: datetime) -> PreguntaAbierta:
        """One more attempt without an answer that settles it."""
        return replace(self, ultimo_intento=ahora, sin_respuesta=self.sin_respuesta + 1)

    @property
    def conciliar_desde(self) -> datetime:
        """When the reconciliation is to ask: the longer it has been open, the less often."""
        edad = self.ultimo_intento - self.desde
        return self.ultimo_intento + min(max(edad / 10, ESPERA_MINIMA), ESPERA_MAXIMA)

    def clave_puede_haber_vencido(self, ahora: datetime) -> bool:
        """Whether the gateway may have forgotten the key, so that it must be asked what it did before it is told to."""
        return ahora - self.desde > VIGENCIA_DE_LA_CLAVE
