"""The maintained totals equal a count over all campaigns after any changes."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campanas.dominio.campana import Campana
from campanas.dominio.metricas import Correccion, Metricas
from seedwork.dominio.dinero import Moneda
from seedwork.dominio.domain_error import DomainError
from support.builders import AHORA, una_traza
from support.campanas.builders import gasto, un_presupuesto, una_campana, una_solicitud, unos_datos_de_campana
from support.campanas.steps import agregar, cambiar, sumar
from support.campanas.totals import assert_totals_match

if TYPE_CHECKING:
    from campanas.infraestructura.postgres.unit_of_work import PostgresCampanasUnitOfWork
    from support.postgres.database import TestDatabase

    Change = Callable[[PostgresCampanasUnitOfWork], object]

MONEDAS = st.sampled_from(Moneda)
CENTAVOS = st.decimals(-10, 10, places=2)
CUENTAS = st.integers(0, 3)
METRICAS = st.builds(
    Metricas,
    impresiones=CUENTAS,
    clicks=CUENTAS,
    conversiones=CUENTAS,
    gastos=st.dictionaries(MONEDAS, CENTAVOS),
)
CORRECCIONES = st.builds(
    Correccion,
    impresiones=st.none() | CUENTAS,
    clicks=st.none() | CUENTAS,
    conversiones=st.none() | CUENTAS,
    gasto=st.none() | st.decimals(0, 10, places=2),
)
PRESUPUESTOS = st.builds(un_presupuesto, st.decimals(0, 1_000_000, places=2).map(str), MONEDAS)
CAMBIOS: st.SearchStrategy[Callable[[Campana], None]] = st.one_of(
    st.sampled_from([Campana.activar, Campana.pausar, Campana.completar, Campana.cancelar]).map(
        lambda cambio: lambda campana: cambio(campana, ahora=AHORA)
    ),
    PRESUPUESTOS.map(lambda presupuesto: lambda campana: campana.cambiar_presupuesto(presupuesto, ahora=AHORA)),
    CORRECCIONES.map(lambda correccion: lambda campana: campana.corregir_metricas(correccion, ahora=AHORA)),
)


def nueva(data: st.DataObject, ids: list[UUID]) -> Change:
    """Return a change that creates a campaign."""
    afiliado = data.draw(st.sampled_from(["a", "b"]))
    presupuesto = data.draw(PRESUPUESTOS)
    campana = una_campana(unos_datos_de_campana(id_afiliado=afiliado, presupuesto=presupuesto))
    ids.append(campana.id)
    return lambda uow: uow.campanas.agregar(campana, solicitud=una_solicitud(), traza=una_traza())


def cambio(data: st.DataObject, ids: list[UUID]) -> Change:
    """Return a change to a campaign, if it exists and may be changed."""
    id_campana, cambio = data.draw(st.sampled_from(ids)), data.draw(CAMBIOS)

    def change(uow: PostgresCampanasUnitOfWork) -> None:
        if campana := uow.campanas.buscar(id_campana):
            cambio(campana)
            uow.campanas.guardar(campana, solicitud=una_solicitud(), traza=una_traza())

    return change


def cuenta(data: st.DataObject, ids: list[UUID]) -> Change:
    """Return a change that adds to the metrics of several campaigns."""
    sumas = data.draw(st.dictionaries(st.sampled_from(ids), METRICAS, min_size=1))
    return lambda uow: uow.campanas.sumar_metricas(sumas)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_totals_equal_a_count(data: st.DataObject, uow: PostgresCampanasUnitOfWork, database: TestDatabase) -> None:
    """They do after any creations, changes and additions, some of them rolled back."""
    database.empty()
    ids = [uuid4()]  # the id of no campaign
    for _ in range(data.draw(st.integers(1, 25))):
        change = data.draw(st.sampled_from([nueva, cambio, cuenta]))(data, ids)
        with suppress(DomainError), uow:
            change(uow)
            if data.draw(st.sampled_from([True, True, True, False])):
                uow.commit()
    assert_totals_match(database)


def test_amounts_of_several_currencies_do_not_cancel_out(
    uow: PostgresCampanasUnitOfWork, database: TestDatabase
) -> None:
    """Ten euros refunded and ten dollars spent, for campaigns of the same state and currency, are both counted."""
    datos = unos_datos_de_campana(presupuesto=un_presupuesto(moneda=Moneda.USD))
    una, otra = (agregar(uow, una_campana(datos)) for _ in range(2))
    sumar(uow, {una.id: gasto("10.00", Moneda.USD), otra.id: gasto("-10.00", Moneda.EUR)})
    assert_totals_match(database)
    cambiar(uow, una.id, lambda campana: campana.corregir_metricas(Correccion(gasto=Decimal(0)), ahora=AHORA))
    assert_totals_match(database)
