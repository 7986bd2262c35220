"""The refusals of the operations API, and their HTTP statuses."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from seedwork.dominio.domain_error import DomainError
from seedwork.infraestructura.http.statuses import KERNEL_STATUSES


class CartaNoEncontradaError(DomainError):
    """There is no dead letter with that id; it may have been deleted some weeks after its redrive."""

    codigo = "carta-no-encontrada"

    def __init__(self) -> None:
        super().__init__("No existe esa carta muerta.")


class CartaCerradaError(DomainError):
    """The letter was redriven or discarded."""

    codigo = "carta-cerrada"

    def __init__(self, estado: str) -> None:
        super().__init__(f"La carta ya no espera: su estado es {estado}.")


class CartaSinOrigenError(DomainError):
    """Another program wrote the letter, so its topic and mapping are unknown."""

    codigo = "carta-sin-origen"

    def __init__(self) -> None:
        super().__init__("La carta no nombra su tópico y su mapeo, así que no se puede reenviar.")


class MapeoNoDesplegadoError(DomainError):
    """No mapping of that name is deployed, so nothing would process the letter."""

    codigo = "mapeo-no-desplegado"

    def __init__(self, mapeo: str, desplegados: str) -> None:
        super().__init__(f"La carta es del mapeo {mapeo}, que no está desplegado. Desplegados: {desplegados}.")


class CartaDemasiadoAntiguaError(DomainError):
    """The letter's function no longer knows whether it has processed an event of that age."""

    codigo = "carta-demasiado-antigua"

    def __init__(self, *, instante: str, dias: int) -> None:
        super().__init__(
            f"El evento es del {instante}, hace más de {dias} días: su función ya no sabe si lo procesó. "
            "Una reconstrucción de los informes lo cuenta (aero reports rebuild)."
        )


STATUSES: Final[Mapping[type[DomainError], HTTPStatus]] = {
    **KERNEL_STATUSES,
    CartaNoEncontradaError: HTTPStatus.NOT_FOUND,
    CartaCerradaError: HTTPStatus.CONFLICT,
    CartaSinOrigenError: HTTPStatus.UNPROCESSABLE_ENTITY,
    MapeoNoDesplegadoError: HTTPStatus.CONFLICT,
    CartaDemasiadoAntiguaError: HTTPStatus.CONFLICT,
}
