"""Have a command take effect once per idempotency key, whichever instances it was sent to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from campanas.dominio.errores import ClaveReutilizadaError
from seedwork.dominio.domain_error import DomainError

if TYPE_CHECKING:
    from campanas.aplicacion.unit_of_work import CampanasUnitOfWork
    from campanas.dominio.campana_repository import Ambito, SolicitudAtendida
    from seedwork.dominio.solicitud import Solicitud


@dataclass(frozen=True, slots=True, kw_only=True)
class Atencion:
    """The campaign that a command took effect on, and whether it was an earlier one with the same key."""

    id_campana: UUID
    repetida: bool


def atender(solicitud: Solicitud, *, ambito: Ambito, uow: CampanasUnitOfWork, ejecutar: Callable[[], UUID]) -> Atencion:
    """Run `ejecutar` in a transaction, unless a command of the same caller with the same key has taken effect.

    The key is stored with the command's first event, so both are there or none is. What `ejecutar` is refused may be
    refused because the same command, on another instance, was committed meanwhile: hence the second look.

    Raises ClaveReutilizadaError if the key belongs to another command, and what `ejecutar` raises.
    """
    try:
        with uow:
            atendida = uow.campanas.atendida(solicitud, ambito=ambito)
            if atendida is None:
                id_campana = ejecutar()
                uow.commit()
                return Atencion(id_campana=id_campana, repetida=False)
    except DomainError:
        with uow:
            atendida = uow.campanas.atendida(solicitud, ambito=ambito)
        if atendida is None:
            raise
    return _la_misma(atendida, solicitud)


def _la_misma(atendida: SolicitudAtendida, solicitud: Solicitud) -> Atencion:
    if not solicitud.dice_lo_mismo(atendida.huella):
        raise ClaveReutilizadaError("La clave de idempotencia ya se usó con otra solicitud.")
    return Atencion(id_campana=atendida.id_campana, repetida=True)
