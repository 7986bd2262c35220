"""What can be wrong with a command on a campaign."""

from __future__ import annotations

from uuid import UUID

from seedwork.dominio.domain_error import DomainError


class CampanaNoEncontradaError(DomainError):
    """There is no campaign with that id."""

    codigo = "campana-no-encontrada"

    def __init__(self, id_campana: UUID) -> None:
        super().__init__(f"No existe la campaña {id_campana}.")


class TransicionNoPermitidaError(DomainError):
    """The campaign's state does not allow the command."""

    codigo = "transicion-no-permitida"


class CampanaCerradaError(DomainError):
    """A finished or cancelled campaign does not change."""

    codigo = "campana-cerrada"


class CampanaSinPresupuestoError(DomainError):
    """A campaign without a budget is not activated."""

    codigo = "campana-sin-presupuesto"


class CampanaVencidaError(DomainError):
    """A campaign whose dates are past is not activated."""

    codigo = "campana-vencida"


class FechasNoValidasError(DomainError):
    """A campaign ends after it starts."""

    codigo = "fechas-no-validas"


class PresupuestoExcesivoError(DomainError):
    """More than a campaign may be given."""

    codigo = "presupuesto-excesivo"


class PresupuestoMenorQueGastoError(DomainError):
    """Less than was spent already."""

    codigo = "presupuesto-menor-que-gasto"


class VersionDistintaError(DomainError):
    """The campaign is not any more what the caller has seen."""

    codigo = "version-distinta"


class ClaveReutilizadaError(DomainError):
    """The idempotency key belongs to another request."""

    codigo = "clave-de-idempotencia-reutilizada"


class EventoOlvidadoError(DomainError):
    """An event is so old that it is no longer known whether it was counted."""

    codigo = "evento-olvidado"
