"""Apply a command once per idempotency key, even if both instances receive it."""

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
    """The outcome of a command: its campaign, and whether an earlier command with the same key had the effect."""

    id_campana: UUID
    repetida: bool


def atender(solicitud: Solicitud, *, ambito: Ambito, uow: CampanasUnitOfWork, ejecutar: Callable[[], UUID]) -> Atencion:
    """Run `ejecutar` in a transaction, unless a command of the same caller with the same key has taken effect.

    The key is stored with the command's first event, so either both are stored or neither. If `ejecutar` fails, the key
    is looked up again: the other instance may have committed the same command meanwhile, which makes this one fail.

    Raises ClaveReutilizadaError if the key belongs to another command, and the errors of `ejecutar`.
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
