"""The errors of commands on campaigns."""

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
    """A campaign without a budget cannot be activated."""

    codigo = "campana-sin-presupuesto"


class CampanaVencidaError(DomainError):
    """A campaign whose end is past cannot be activated."""

    codigo = "campana-vencida"


class FechasNoValidasError(DomainError):
    """A campaign must end after it starts."""

    codigo = "fechas-no-validas"


class PresupuestoExcesivoError(DomainError):
    """The budget exceeds the maximum for a campaign."""

    codigo = "presupuesto-excesivo"


class PresupuestoMenorQueGastoError(DomainError):
    """The new budget is less than the amount already spent."""

    codigo = "presupuesto-menor-que-gasto"


class VersionDistintaError(DomainError):
    """The campaign has changed since the caller read it."""

    codigo = "version-distinta"


class ClaveReutilizadaError(DomainError):
    """The idempotency key belongs to another request."""

    codigo = "clave-de-idempotencia-reutilizada"


class EventoOlvidadoError(DomainError):
    """An event is so old that it is no longer known whether it was counted."""

    codigo = "evento-olvidado"
