"""A command takes effect once per key, even if both instances receive it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from campanas.aplicacion.cambiar_campana import CambiarCampana, cambiar_campana
from campanas.aplicacion.crear_campana import CrearCampana, crear_campana
from campanas.dominio.campana import Campana
from campanas.dominio.errores import ClaveReutilizadaError, TransicionNoPermitidaError
from seedwork.aplicacion.ports import override
from seedwork.dominio.domain_error import ConcurrencyError
from seedwork.dominio.traza import Traza
from support.campanas.builders import AHORA, una_solicitud, unos_datos_de_campana
from support.campanas.fakes import FakeCampanasUnitOfWork

if TYPE_CHECKING:
    from campanas.aplicacion.atender import Atencion
    from campanas.aplicacion.crear_campana import CampanaNueva
    from campanas.dominio.campana_repository import Ambito
    from seedwork.dominio.solicitud import Solicitud

TRAZA = Traza(correlation_id="corr")


class RacingUnitOfWork(FakeCampanasUnitOfWork):
    """A unit of work in a race: another instance commits `first` once, right after this one looked for the key."""

    first: Callable[[], Any] | None = None

    @override
    def atendida(self, solicitud: Solicitud, *, ambito: Ambito) -> Any:
        """Look for the key, then let the other instance commit."""
        found = super().atendida(solicitud, ambito=ambito)
        if self.first:
            first, self.first = self.first, None
            first()
            self._work = self._committed.copy()
        return found


@pytest.fixture
def uow() -> RacingUnitOfWork:
    """Return a unit of work without a race yet."""
    return RacingUnitOfWork()


def nueva(uow: FakeCampanasUnitOfWork) -> UUID:
    """Create a campaign and return its id."""
    return crear(uow, una_solicitud()).campana.id


def crear(uow: FakeCampanasUnitOfWork, solicitud: Solicitud) -> CampanaNueva:
    """Create a campaign."""
    return crear_campana(
        CrearCampana(datos=unos_datos_de_campana(), solicitud=solicitud, traza=TRAZA), uow=uow, ahora=AHORA
    )


def activar(uow: FakeCampanasUnitOfWork, id_campana: UUID, solicitud: Solicitud) -> Atencion:
    """Activate a campaign."""
    comando = CambiarCampana(
        id_campana=id_campana,
        cambio=partial(Campana.activar, ahora=AHORA),
        version=None,
        solicitud=solicitud,
        traza=TRAZA,
    )
    return cambiar_campana(comando, uow=uow)


def test_a_creation_on_both_instances_is_one_campaign(uow: RacingUnitOfWork) -> None:
    """The second instance gives the answer of the first."""
    solicitud = una_solicitud()
    uow.first = lambda: crear(uow, solicitud)
    answer = crear(uow, solicitud)
    assert answer.repetida
    assert uow.transactions == 1
    assert uow.por_id(answer.campana.id).id == answer.campana.id


def test_a_change_on_both_instances_is_no_conflict(uow: RacingUnitOfWork) -> None:
    """The second instance answers as the first, even though the new state refuses the change now."""
    id_campana, solicitud = nueva(uow), una_solicitud()
    uow.first = lambda: activar(uow, id_campana, solicitud)
    assert activar(uow, id_campana, solicitud).repetida
    vista = uow.por_id(id_campana)
    assert (vista.estado, vista.version) == ("ACTIVE", 2)


def test_an_earlier_change_with_another_key_is_a_conflict(uow: RacingUnitOfWork) -> None:
    """It is not mistaken for this one, whose key is unknown."""
    id_campana = nueva(uow)
    uow.first = lambda: activar(uow, id_campana, una_solicitud())
    with pytest.raises(TransicionNoPermitidaError):
        activar(uow, id_campana, una_solicitud())


def test_a_lost_race_is_a_concurrency_error(uow: RacingUnitOfWork, monkeypatch: pytest.MonkeyPatch) -> None:
    """If another command took the version, its change is never overwritten."""
    id_campana = nueva(uow)

    def lost(*_: Any, **__: Any) -> None:
        raise ConcurrencyError("otro fue primero")

    monkeypatch.setattr(uow, "guardar", lost)
    with pytest.raises(ConcurrencyError):
        activar(uow, id_campana, una_solicitud())


def test_a_key_of_another_request_is_refused_even_in_a_race(uow: RacingUnitOfWork) -> None:
    """The two requests differ in their content."""
    id_campana = nueva(uow)
    uow.first = lambda: activar(uow, id_campana, una_solicitud("clave", huella="una"))
    with pytest.raises(ClaveReutilizadaError):
        activar(uow, id_campana, una_solicitud("clave", huella="otra"))
