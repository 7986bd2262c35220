"""Create a campaign, once per idempotency key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from uuid6 import uuid7

from campanas.aplicacion.atender import atender
from campanas.dominio.campana import Campana
from campanas.dominio.campana_repository import Ambito

if TYPE_CHECKING:
    from campanas.aplicacion.unit_of_work import CampanasUnitOfWork
    from campanas.dominio.datos_de_campana import DatosDeCampana
    from seedwork.dominio.solicitud import Solicitud
    from seedwork.dominio.traza import Traza


@dataclass(frozen=True, slots=True, kw_only=True)
class CrearCampana:
    """A command that creates a campaign."""

    datos: DatosDeCampana
    solicitud: Solicitud
    traza: Traza


@dataclass(frozen=True, slots=True, kw_only=True)
class CampanaNueva:
    """The newly created state of a campaign, and whether an earlier command created it."""

    campana: Campana
    repetida: bool


def crear_campana(comando: CrearCampana, *, uow: CampanasUnitOfWork, ahora: datetime) -> CampanaNueva:
    """Store a new campaign with its event, or return the campaign that the same command created before.

    Raises ClaveReutilizadaError if the key belongs to another command.
    """
    nueva = Campana.crear(uuid7(), comando.datos, ahora=ahora)

    def ejecutar() -> UUID:
        uow.campanas.agregar(nueva, solicitud=comando.solicitud, traza=comando.traza)
        return nueva.id

    ambito = Ambito(id_afiliado=comando.datos.id_afiliado)
    atencion = atender(comando.solicitud, ambito=ambito, uow=uow, ejecutar=ejecutar)
    if not atencion.repetida:
        return CampanaNueva(campana=nueva, repetida=False)
    with uow:
        return CampanaNueva(campana=uow.campanas.como_fue_creada(atencion.id_campana), repetida=True)
