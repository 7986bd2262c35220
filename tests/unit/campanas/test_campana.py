"""A campaign's state, budget and dates decide which commands it accepts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from campanas.dominio.campana import Campana
from campanas.dominio.errores import (
    CampanaCerradaError,
    CampanaSinPresupuestoError,
    CampanaVencidaError,
    FechasNoValidasError,
    PresupuestoExcesivoError,
    PresupuestoMenorQueGastoError,
    TransicionNoPermitidaError,
    VersionDistintaError,
)
from campanas.dominio.eventos import CampanaModificada, MetricasCorregidas, PresupuestoCambiado
from campanas.dominio.metricas import Correccion, Metricas
from seedwork.dominio.dinero import Moneda, MonedaDistintaError
from support.campanas.builders import AHORA, PASOS, un_presupuesto, una_campana, unos_datos_de_campana

ACCIONES: dict[str, Callable[..., None]] = {
    "activar": Campana.activar,
    "pausar": Campana.pausar,
    "completar": Campana.completar,
    "cancelar": Campana.cancelar,
}
PERMITIDAS = {
    ("CREATED", "activar"): "ACTIVE",
    ("CREATED", "cancelar"): "CANCELLED",
    ("ACTIVE", "pausar"): "PAUSED",
    ("ACTIVE", "completar"): "COMPLETED",
    ("ACTIVE", "cancelar"): "CANCELLED",
    ("PAUSED", "activar"): "ACTIVE",
    ("PAUSED", "completar"): "COMPLETED",
    ("PAUSED", "cancelar"): "CANCELLED",
}
CERRADAS = ("COMPLETED", "CANCELLED")


@pytest.mark.parametrize("estado", PASOS)
@pytest.mark.parametrize("accion", ACCIONES)
def test_each_state_allows_its_own_commands_only(estado: str, accion: str) -> None:
    """A refused command changes nothing and records nothing."""
    campana = una_campana(estado=estado)
    version = campana.version
    if esperado := PERMITIDAS.get((estado, accion)):
        ACCIONES[accion](campana, ahora=AHORA)
        assert (campana.estado, campana.version) == (esperado, version + 1)
        return
    error = CampanaCerradaError if estado in CERRADAS else TransicionNoPermitidaError
    with pytest.raises(error):
        ACCIONES[accion](campana, ahora=AHORA)
    assert (campana.estado, campana.version) == (estado, version)


def test_a_campaign_without_budget_is_not_activated() -> None:
    """It may exist, and can be activated once it has a budget."""
    campana = una_campana(unos_datos_de_campana(presupuesto=un_presupuesto("0")))
    with pytest.raises(CampanaSinPresupuestoError):
        campana.activar(ahora=AHORA)
    campana.cambiar_presupuesto(un_presupuesto("0.01"), ahora=AHORA)
    campana.activar(ahora=AHORA)
    assert campana.estado == "ACTIVE"


@pytest.mark.parametrize("estado", ["CREATED", "PAUSED"])
def test_a_campaign_whose_dates_are_past_is_not_activated(estado: str) -> None:
    """It can be neither started nor resumed; one instant before its end it still can."""
    campana = una_campana(estado=estado)
    fin = campana.datos.fecha_fin
    with pytest.raises(CampanaVencidaError):
        campana.activar(ahora=fin)
    campana.activar(ahora=fin - timedelta(microseconds=1))
    assert campana.estado == "ACTIVE"


def test_a_campaign_may_be_created_with_past_dates() -> None:
    """It is a record of the past; only its activation is refused."""
    datos = unos_datos_de_campana(fecha_inicio=AHORA - timedelta(days=9), fecha_fin=AHORA - timedelta(days=1))
    assert una_campana(datos).estado == "CREATED"


@pytest.mark.parametrize("duracion", [timedelta(0), timedelta(seconds=-1)])
def test_a_campaign_ends_after_it_starts(duracion: timedelta) -> None:
    """The rule holds at creation and after every change."""
    with pytest.raises(FechasNoValidasError):
        unos_datos_de_campana(fecha_fin=AHORA + duracion, fecha_inicio=AHORA)
    with pytest.raises(FechasNoValidasError):
        replace(una_campana().datos, fecha_fin=una_campana().datos.fecha_inicio + duracion)


def test_a_budget_is_at_most_a_million() -> None:
    """The maximum is the same in every currency."""
    assert unos_datos_de_campana(presupuesto=un_presupuesto("1000000.00"))
    with pytest.raises(PresupuestoExcesivoError):
        unos_datos_de_campana(presupuesto=un_presupuesto("1000000.01"))
    campana = una_campana()
    with pytest.raises(PresupuestoExcesivoError):
        campana.cambiar_presupuesto(un_presupuesto("1000000.01", Moneda.USD), ahora=AHORA)
    assert campana.version == 1


def test_a_budget_is_never_below_the_spent_amount() -> None:
    """A budget equal to the spent amount is enough."""
    campana = una_campana()
    campana.metricas = Metricas(gastos={Moneda.COP: Decimal("250.50"), Moneda.USD: Decimal(900)})
    with pytest.raises(PresupuestoMenorQueGastoError):
        campana.cambiar_presupuesto(un_presupuesto("250.49"), ahora=AHORA)
    campana.cambiar_presupuesto(un_presupuesto("250.50"), ahora=AHORA)
    assert campana.datos.presupuesto == un_presupuesto("250.50")


def test_a_budget_keeps_its_currency_once_money_is_spent() -> None:
    """An amount spent in one currency cannot be given in another."""
    campana = una_campana()
    campana.cambiar_presupuesto(un_presupuesto("10", Moneda.EUR), ahora=AHORA)
    campana.metricas = Metricas(gastos={Moneda.EUR: Decimal("0.01")})
    with pytest.raises(MonedaDistintaError):
        campana.cambiar_presupuesto(un_presupuesto("10", Moneda.USD), ahora=AHORA)


@pytest.mark.parametrize("estado", CERRADAS)
def test_a_closed_campaign_does_not_change(estado: str) -> None:
    """Neither its data nor its budget nor its metrics can be changed."""
    campana = una_campana(estado=estado)
    cambios: list[Callable[[], None]] = [
        lambda: campana.modificar(unos_datos_de_campana(nombre="Otoño"), ahora=AHORA),
        lambda: campana.cambiar_presupuesto(un_presupuesto("5"), ahora=AHORA),
        lambda: campana.corregir_metricas(Correccion(clicks=1), ahora=AHORA),
    ]
    for cambio in cambios:
        with pytest.raises(CampanaCerradaError):
            cambio()


def test_a_no_op_change_is_an_event_too() -> None:
    """The event holds the request's key, so a later repetition does not undo another caller's change."""
    campana = una_campana()
    campana.modificar(campana.datos, ahora=AHORA)
    campana.cambiar_presupuesto(campana.datos.presupuesto, ahora=AHORA)
    assert campana.version == 3


def test_a_change_is_an_event_with_the_whole_campaign() -> None:
    """No other context has to ask for the rest; a change of budget has an event of its own."""
    campana = una_campana()
    despues = AHORA + timedelta(hours=1)
    campana.modificar(unos_datos_de_campana(nombre="Otoño", presupuesto=un_presupuesto("7")), ahora=despues)
    campana.cambiar_presupuesto(un_presupuesto("8"), ahora=despues)
    campana.corregir_metricas(Correccion(clicks=3), ahora=despues)
    _, modificada, cambiado, corregidas = campana.new_events
    assert isinstance(modificada, CampanaModificada)
    assert modificada.datos == unos_datos_de_campana(nombre="Otoño")
    assert isinstance(cambiado, PresupuestoCambiado)
    assert cambiado.datos == unos_datos_de_campana(nombre="Otoño", presupuesto=un_presupuesto("8"))
    assert isinstance(corregidas, MetricasCorregidas)
    assert campana.fecha_actualizacion == despues
    assert campana.fecha_creacion == AHORA


def test_a_caller_may_insist_on_a_version() -> None:
    """The command is refused if another one was first."""
    campana = una_campana(estado="ACTIVE")
    campana.exigir_version(2)
    with pytest.raises(VersionDistintaError):
        campana.exigir_version(1)


@pytest.mark.parametrize("estado", PASOS)
def test_a_rebuilt_campaign_is_the_same(estado: str) -> None:
    """From its history or from a snapshot, it has the same state and records nothing."""
    campana = una_campana(estado=estado)
    state = {
        name: getattr(campana, name)
        for name in ("version", "datos", "estado", "fecha_creacion", "fecha_actualizacion", "metricas")
    }
    for rebuilt in (
        Campana.reconstituir(campana.id, campana.new_events),
        Campana.desde_instantanea(campana.id, **state),
    ):
        assert {name: getattr(rebuilt, name) for name in state} == state
        assert rebuilt.new_events == ()
