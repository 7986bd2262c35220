"""The errors of commands on payments."""

from __future__ import annotations

from uuid import UUID

from seedwork.dominio.domain_error import DomainError


class PagoNoEncontradoError(DomainError):
    """There is no payment with that id."""

    codigo = "pago-no-encontrado"

    def __init__(self, id_pago: UUID) -> None:
        super().__init__(f"No existe el pago {id_pago}.")


class PeriodoInvertidoError(DomainError):
    """A period ends before it begins."""

    codigo = "periodo-invertido"


class MontoNoPositivoError(DomainError):
    """The amount of a payment must be positive."""

    codigo = "monto-no-positivo"


class TransicionNoPermitidaError(DomainError):
    """The payment's state does not allow the command."""

    codigo = "transicion-no-permitida"


class ComisionEnCursoError(DomainError):
    """The gateway is being asked to pay another conversion of the same sale, and may have paid."""

    codigo = "comision-en-curso"


class ReversoEnCursoError(TransicionNoPermitidaError):
    """The gateway was asked to refund the payment for another reason, and has not settled that."""

    codigo = "reverso-en-curso"


class ReversoRechazadoError(DomainError):
    """The gateway refused to refund."""

    codigo = "reverso-rechazado"


class ResultadoDesconocidoError(DomainError):
    """The gateway did not settle the order: it may have executed it, and will be asked again."""

    codigo = "resultado-desconocido"


class ReferenciaDuplicadaError(DomainError):
    """The affiliate's reference belongs to a payment with other data and another key."""

    codigo = "referencia-duplicada"


class ClaveReutilizadaError(DomainError):
    """The caller's key, or the reference if there is no key, belongs to a payment with other data."""

    codigo = "clave-de-idempotencia-reutilizada"
