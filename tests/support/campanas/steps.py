"""Single steps in a transaction of campaigns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING
from uuid import UUID

from campanas.dominio.campana_repository import Ambito
from support.builders import una_traza
from support.campanas.builders import una_solicitud, unos_datos_de_campana

if TYPE_CHECKING:
    from campanas.aplicacion.unit_of_work import CampanasUnitOfWork
    from campanas.dominio.campana import Campana
    from campanas.dominio.campana_repository import SolicitudAtendida
    from campanas.dominio.metricas import Metricas
    from seedwork.dominio.solicitud import Solicitud


def agregar(uow: CampanasUnitOfWork, campana: Campana, solicitud: Solicitud | None = None) -> Campana:
    """Store a new campaign."""
    with uow:
        uow.campanas.agregar(campana, solicitud=solicitud or una_solicitud(), traza=una_traza())
        uow.commit()
    return campana


def buscar(uow: CampanasUnitOfWork, id_campana: UUID) -> Campana:
    """Return the stored campaign."""
    with uow:
        campana = uow.campanas.buscar(id_campana)
    assert campana is not None
    return campana


def cambiar(
    uow: CampanasUnitOfWork, id_campana: UUID, cambio: Callable[[Campana], None], solicitud: Solicitud | None = None
) -> None:
    """Load a campaign, change it and store it."""
    with uow:
        campana = uow.campanas.buscar(id_campana)
        assert campana is not None
        cambio(campana)
        uow.campanas.guardar(campana, solicitud=solicitud or una_solicitud(), traza=una_traza())
        uow.commit()


def sumar(uow: CampanasUnitOfWork, metricas: Mapping[UUID, Metricas]) -> set[UUID]:
    """Add to metrics and return the ids of the existing campaigns."""
    with uow:
        conocidas = uow.campanas.sumar_metricas(metricas)
        uow.commit()
    return conocidas


def atendida_por(uow: CampanasUnitOfWork, solicitud: Solicitud) -> SolicitudAtendida | None:
    """Return the request of the builders' affiliate with that key."""
    return uow.campanas.atendida(solicitud, ambito=Ambito(id_afiliado=unos_datos_de_campana().id_afiliado))
