"""Change a campaign, once per idempotency key."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from campanas.aplicacion.atender import Atencion, atender
from campanas.dominio.campana_repository import Ambito
from campanas.dominio.errores import CampanaNoEncontradaError

if TYPE_CHECKING:
    from campanas.aplicacion.unit_of_work import CampanasUnitOfWork
    from campanas.dominio.campana import Campana
    from seedwork.dominio.solicitud import Solicitud
    from seedwork.dominio.traza import Traza


@dataclass(frozen=True, slots=True, kw_only=True)
class CambiarCampana:
    """A command that applies `cambio` to a campaign; if `version` is given, only while it is the current one."""

    id_campana: UUID
    cambio: Callable[[Campana], None]
    version: int | None
    solicitud: Solicitud
    traza: Traza


def cambiar_campana(comando: CambiarCampana, *, uow: CampanasUnitOfWork) -> Atencion:
    """Apply the change, or find that the same command applied it before.

    Locking is optimistic: of two commands that read the same version, one fails with ConcurrencyError. Raises also
    CampanaNoEncontradaError, VersionDistintaError, ClaveReutilizadaError, and the errors of the campaign.
    """

    def ejecutar() -> UUID:
        campana = uow.campanas.buscar(comando.id_campana)
        if campana is None:
            raise CampanaNoEncontradaError(comando.id_campana)
        if comando.version is not None:
            campana.exigir_version(comando.version)
        comando.cambio(campana)
        uow.campanas.guardar(campana, solicitud=comando.solicitud, traza=comando.traza)
        return campana.id

    return atender(comando.solicitud, ambito=Ambito(id_campana=comando.id_campana), uow=uow, ejecutar=ejecutar)
