"""What can be wrong with a command on a payment."""

from __future__ import annotations

from uuid import UUID

from seedwork.dominio.domain_error import DomainError


class PagoNoEncontradoError(DomainError):
    """There is no payment with that id."""

    codigo = "pago-no-encontrado"

    def __init__(self, id_pago: UUID) -> None:
        super().__init__(f"No existe el pago {id_pago}.")


class MontoNoPositivoError(DomainError):
    """Nobody is paid nothing."""

    codigo = "monto-no-positivo"


class TransicionNoPermitidaError(DomainError):
    """The payment's state does not allow the command."""

    codigo = "transicion-no-permitida"


class ComisionEnCursoError(DomainError):
    """The gateway is being asked to pay another conversion of the same sale: it may have paid."""

    codigo = "comision-en-curso"


class ReversoEnCursoError(TransicionNoPermitidaError):
    """The gateway was asked to refund the payment for another reason, and has not settled it."""

    codigo = "reverso-en-curso"


class ReversoRechazadoError(DomainError):
    """The gateway refused to refund."""

    codigo = "reverso-rechazado"


class ResultadoDesconocidoError(DomainError):
    """The gateway did not settle what it was asked for: it may have done it, and will be asked again."""

    codigo = "resultado-desconocido"


class ReferenciaDuplicadaError(DomainError):
    """The affiliate's reference belongs to a payment with other data, which came under another key."""

    codigo = "referencia-duplicada"


class ClaveReutilizadaError(DomainError):
    """The caller's key, or its reference where it gave no key, belongs to a payment with other data."""

    codigo = "clave-de-idempotencia-reutilizada"
