"""A switch is seen within half a second, and the last version is served while Parameter Store is silent."""

from __future__ import annotations

import pytest

from reportes.aplicacion.versiones import INICIAL, SEGUNDOS_EN_MEMORIA, SEGUNDOS_SIN_RESPUESTA, Origen, Versiones
from reportes.dominio.errores import VersionNoLegibleError
from reportes.dominio.version import Version
from support.reportes.builders import un_reparto
from support.reportes.fakes import FakeVersionConocida, FakeVersionesPublicadas


class Reloj:
    """A clock that stands still until the test moves it."""

    def __init__(self) -> None:
        self.segundos = 1_000.0

    def __call__(self) -> float:
        """Return the time in seconds."""
        return self.segundos


class Instancia:
    """A function with its memory; others may share its Parameter Store and its stored version."""

    def __init__(self, otra: Instancia | None = None) -> None:
        self.publicadas: FakeVersionesPublicadas = otra.publicadas if otra else FakeVersionesPublicadas()
        self.conocida: FakeVersionConocida = otra.conocida if otra else FakeVersionConocida()
        self.reloj: Reloj = otra.reloj if otra else Reloj()
        self.versiones = Versiones(self.publicadas, self.conocida, reloj=self.reloj)

    @property
    def activa(self) -> Version:
        """Return the served version."""
        return self.versiones.vigente().reparto.activa

    @property
    def origen(self) -> Origen:
        """Return the source of the served version."""
        return self.versiones.vigente().origen

    def pasan(self, segundos: float) -> None:
        """Let time pass."""
        self.reloj.segundos += segundos


@pytest.fixture
def instancia() -> Instancia:
    """A function with stores of its own."""
    return Instancia()


def test_before_the_first_publication_v1_is_active(instancia: Instancia) -> None:
    """Its source is given, and there is no error."""
    vigente = instancia.versiones.vigente()
    assert (vigente.publicacion, vigente.origen, vigente.causa) == (INICIAL, Origen.INICIAL, None)
    assert instancia.versiones.con_historial() == (vigente, [])


def test_a_switch_is_seen_by_other_instances_within_half_a_second(instancia: Instancia) -> None:
    """They read at most that often, and the switching instance sees it at once."""
    otra = Instancia(instancia)
    assert (instancia.activa, otra.activa) == (Version.V1, Version.V1)
    instancia.versiones.cambiar(un_reparto("v2"), por="ana")
    assert instancia.activa is Version.V2
    lecturas = instancia.publicadas.lecturas
    otra.pasan(SEGUNDOS_EN_MEMORIA - 0.001)
    assert otra.activa is Version.V1
    assert instancia.publicadas.lecturas == lecturas
    otra.pasan(0.001)
    assert (otra.activa, otra.origen) == (Version.V2, Origen.PUBLICADA)
    assert instancia.publicadas.lecturas == lecturas + 1


def test_the_active_version_is_the_latest_of_the_history(instancia: Instancia) -> None:
    """Both come from one read, also in an instance with an older version in memory, which then serves the new one."""
    otra = Instancia(instancia)
    otra.versiones.cambiar(un_reparto("v1"), por="ana")
    instancia.versiones.cambiar(un_reparto("v2"), por="luis")
    vigente, historial = otra.versiones.con_historial()
    assert historial
    assert vigente.publicacion == historial[0]
    assert (vigente.reparto.activa, vigente.origen, otra.activa) == (Version.V2, Origen.PUBLICADA, Version.V2)


def test_the_history_of_a_change_ends_with_it(instancia: Instancia) -> None:
    """This holds although another change came before the read."""
    mia = instancia.versiones.cambiar(un_reparto("v2"), por="ana").publicacion
    Instancia(instancia).versiones.cambiar(un_reparto("v1"), por="luis")
    assert instancia.versiones.historial_hasta(mia) == [mia]
    instancia.publicadas.caida = True
    assert instancia.versiones.historial_hasta(mia) is None


def test_an_invalid_publication_is_not_active_despite_its_history(instancia: Instancia) -> None:
    """The last readable version is served, with the reason."""
    instancia.versiones.cambiar(un_reparto("v2"), por="ana")
    instancia.publicadas.ilegible = True
    vigente, historial = instancia.versiones.con_historial()
    assert historial
    assert (vigente.publicacion, vigente.origen, bool(vigente.causa)) == (historial[0], Origen.CONOCIDA, True)


def test_without_parameter_store_the_last_version_is_served(instancia: Instancia) -> None:
    """It lasts any time, with the reason; few requests wait; after the outage new versions are read."""
    instancia.versiones.cambiar(un_reparto("v2"), por="ana")
    instancia.publicadas.caida = True
    for _ in range(3):
        instancia.pasan(3_600)
        lecturas = instancia.publicadas.lecturas
        vigente = instancia.versiones.vigente()
        assert (vigente.reparto.activa, vigente.origen) == (Version.V2, Origen.CONOCIDA)
        assert vigente.causa == "Parameter Store no responde."
        instancia.pasan(SEGUNDOS_SIN_RESPUESTA - 0.001)
        assert instancia.versiones.vigente() == vigente
        assert instancia.publicadas.lecturas == lecturas + 1
    assert instancia.versiones.con_historial() == (vigente, None)
    instancia.publicadas.caida = False
    instancia.pasan(SEGUNDOS_SIN_RESPUESTA)
    assert (instancia.origen, instancia.versiones.vigente().causa) == (Origen.PUBLICADA, None)


def test_an_instance_started_during_an_outage_serves_the_last_version(instancia: Instancia) -> None:
    """It reads what another instance stored; with nothing stored it serves v1 and says so."""
    instancia.versiones.cambiar(un_reparto("v1", "v2", 30), por="ana")
    instancia.publicadas.caida = True
    nueva = Instancia(instancia)
    assert nueva.versiones.vigente().publicacion == instancia.versiones.vigente().publicacion
    assert nueva.origen is Origen.CONOCIDA
    sola = Instancia()
    sola.publicadas.caida = True
    assert (sola.activa, sola.origen, sola.versiones.vigente().causa) == (
        Version.V1, Origen.INICIAL, "Parameter Store no responde.",
    )  # fmt: skip


def test_an_invalid_publication_changes_nothing(instancia: Instancia) -> None:
    """The last one is served, with the reason; publishing one again repairs it."""
    instancia.versiones.cambiar(un_reparto("v2"), por="ana")
    instancia.publicadas.ilegible = True
    instancia.pasan(1)
    vigente = instancia.versiones.vigente()
    assert (vigente.reparto.activa, vigente.origen) == (Version.V2, Origen.CONOCIDA)
    assert vigente.causa == "El parámetro no contiene una versión: x"
    assert instancia.versiones.cambiar(un_reparto("v2"), por="ana").origen is Origen.PUBLICADA
    assert len(instancia.publicadas.publicaciones) == 2


def test_deleting_the_parameter_changes_nothing(instancia: Instancia) -> None:
    """The known version is served: there is no third state."""
    instancia.versiones.cambiar(un_reparto("v2"), por="ana")
    instancia.publicadas.publicaciones.clear()
    instancia.pasan(1)
    assert (instancia.activa, instancia.origen) == (Version.V2, Origen.CONOCIDA)


def test_the_active_version_is_not_published_again(instancia: Instancia) -> None:
    """This holds for repeated requests; another canary is a change."""
    primera = instancia.versiones.cambiar(un_reparto("v2", "v1", 10), por="ana")
    for instance in (instancia, Instancia(instancia)):
        assert instance.versiones.cambiar(un_reparto("v2", "v1", 10), por="luis") == primera
    assert [publicacion.por for publicacion in instancia.publicadas.publicaciones] == ["ana"]
    instancia.versiones.cambiar(un_reparto("v2", "v1", 11), por="luis")
    assert [publicacion.por for publicacion in instancia.versiones.con_historial()[1] or ()] == ["luis", "ana"]


def test_the_first_request_for_v1_publishes_it(instancia: Instancia) -> None:
    """It is the default too, but then it is a recorded decision."""
    vigente = instancia.versiones.cambiar(un_reparto("v1"), por="ana")
    assert (vigente.origen, vigente.publicacion.por) == (Origen.PUBLICADA, "ana")


def test_a_failed_change_changes_nothing(instancia: Instancia) -> None:
    """The caller gets the error, and the old version is served."""
    instancia.versiones.cambiar(un_reparto("v2"), por="ana")
    instancia.publicadas.caida = True
    with pytest.raises(VersionNoLegibleError):
        instancia.versiones.cambiar(un_reparto("v1"), por="ana")
    instancia.pasan(1)
    assert instancia.activa is Version.V2


def test_each_version_is_stored_once(instancia: Instancia) -> None:
    """It is not stored at every read, because that is a statement to the database."""
    instancia.versiones.cambiar(un_reparto("v2"), por="ana")
    instancia.conocida.publicacion = None
    instancia.pasan(1)
    assert instancia.activa is Version.V2
    assert instancia.conocida.publicacion is None
