"""The errors of events and of their affiliates."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from seedwork.dominio.domain_error import DomainError

if TYPE_CHECKING:
    from event_collector.dominio.cupo import Cupo


class FechaFueraDeRangoError(DomainError):
    """The event's timestamp lies too far in the past or in the future."""

    codigo = "timestamp-fuera-de-rango"


class AfiliadoDesconocidoError(DomainError):
    """The affiliate is not registered, and unknown ones are not accepted."""

    codigo = "afiliado-desconocido"


class AfiliadoInactivoError(DomainError):
    """The affiliate is inactive: its events are not accepted at present."""

    codigo = "afiliado-inactivo"


class TipoNoPermitidoError(DomainError):
    """The affiliate may not send events of that type."""

    codigo = "tipo-de-evento-no-permitido"


class LlaveNoValidaError(DomainError):
    """The affiliate has API keys, and the event came without a valid one."""

    codigo = "llave-api-no-valida"


class FirmaNoValidaError(DomainError):
    """The affiliate has a webhook secret, and the request's signature is missing, wrong or too old."""

    codigo = "firma-no-valida"


class ConversionSinPruebaError(DomainError):
    """The affiliate's conversions must be proven by a key or a signature, and this one is not."""

    codigo = "conversion-sin-prueba"


class LimiteExcedidoError(DomainError):
    """The affiliate has reached its limit of events in this minute."""

    codigo = "limite-de-eventos-excedido"

    def __init__(self, mensaje: str, cupo: Cupo) -> None:
        super().__init__(mensaje)
        self.cupo = cupo


class ClaveReutilizadaError(DomainError):
    """The sender's id belongs to an event with different data."""

    codigo = "clave-de-idempotencia-reutilizada"


class EventoNoEncontradoError(DomainError):
    """There is no event with that id."""

    codigo = "evento-no-encontrado"

    def __init__(self, id_evento: UUID) -> None:
        super().__init__(f"No existe el evento {id_evento}.")


class ReintentoInnecesarioError(DomainError):
    """The event has not failed."""

    codigo = "reintento-innecesario"


class DemasiadosReintentosError(DomainError):
    """The event has been published again as often as allowed in this time."""

    codigo = "demasiados-reintentos"

    def __init__(self, mensaje: str, *, en_segundos: int) -> None:
        super().__init__(mensaje)
        self.en_segundos = en_segundos


class PeriodoInvertidoError(DomainError):
    """A period ends before it begins."""

    codigo = "periodo-invertido"
