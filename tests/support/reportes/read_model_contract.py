"""The contract of every read model; a subclass provides `uow`, `informes` and `filas`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reportes.aplicacion.consultar_informes import Avance
from reportes.aplicacion.proyectar import Fuente, confirmar_al_dia, proyectar
from reportes.dominio.pago_reportado import EstadoReportado, PagoReportado
from reportes.dominio.seguimiento import TipoSeguimiento
from seedwork.dominio.dinero import Moneda
from support.builders import AHORA
from support.reportes.builders import (
    luego,
    proyectados,
    un_evento,
    un_pago,
    una_campana,
    una_consulta,
    una_novedad,
    utc,
)

if TYPE_CHECKING:
    from reportes.aplicacion.consultar_informes import Informes
    from reportes.aplicacion.proyectar import ProyeccionUnitOfWork

    Filas = Callable[[], dict[UUID, PagoReportado]]

ANTES, DESPUES = utc(2026, 1, 31, 23, 59), utc(2027, 1, 1)
# The whole day, month and year of both dates, which have totals.
PERIODOS: Final = {
    ANTES: [(utc(2026, 1, 31), utc(2026, 2, 1)), (utc(2026, 1, 1), utc(2026, 2, 1)), (utc(2026, 1, 1), DESPUES)],
    DESPUES: [(DESPUES, utc(2027, 1, 2)), (DESPUES, utc(2027, 2, 1)), (DESPUES, utc(2028, 1, 1))],
}
HISTORIA: Final = (
    (EstadoReportado.PENDING, 1, ANTES),
    (EstadoReportado.COMPLETED, 3, AHORA + timedelta(days=90)),
    (EstadoReportado.REVERSED, 6, DESPUES),
)
# Every event at least once, in batches of any size.
ENTREGAS = st.lists(st.sampled_from(range(3)), max_size=4).flatmap(
    lambda repetidos: st.tuples(
        st.permutations([0, 1, 2, *repetidos]), st.lists(st.integers(0, 7), max_size=3).map(sorted)
    )
)


class ModeloDeLecturaContract:
    """The contract of ModeloDeLectura and of its unit of work."""

    def test_the_latest_heartbeat_is_stored(self, uow: ProyeccionUnitOfWork, informes: Informes) -> None:
        """The latest heartbeat is kept, in whatever order they arrive."""
        assert informes.estado().al_dia is None
        for segundos in (10, 30, 20):
            confirmar_al_dia(uow=uow, ahora=AHORA + timedelta(seconds=segundos))
        assert informes.estado().al_dia == AHORA + timedelta(seconds=30)

    @settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
    @given(entregas=ENTREGAS)
    def test_the_order_does_not_matter_and_repetitions_do_not_count(
        self, uow: ProyeccionUnitOfWork, informes: Informes, filas: Filas, entregas: tuple[list[int], list[int]]
    ) -> None:
        """In any batches, a payment has the date of its first event and the state of its latest event."""
        # Given a payment's events
        pago = un_pago(id_campana=uuid4())
        eventos = [luego(pago, estado, version=version, fecha=fecha) for estado, version, fecha in HISTORIA]
        # When they are delivered in any order, at least once
        orden, cortes = entregas
        for desde, hasta in zip([0, *cortes], [*cortes, len(orden)], strict=True):
            proyectados(uow, *(eventos[numero] for numero in orden[desde:hasta]))
        # Then the row and what is added up are those of one delivery in order
        assert filas()[pago.id] == PagoReportado(
            id=pago.id, id_afiliado=pago.id_afiliado, id_campana=pago.id_campana, monto=pago.monto,
            estado=EstadoReportado.REVERSED, fecha=ANTES, primera_version=1, ultima_version=6,
        )  # fmt: skip
        assert contados(informes, pago, EstadoReportado.REVERSED) == {ANTES: [1, 1, 1], DESPUES: [0, 0, 0]}
        for estado in (EstadoReportado.PENDING, EstadoReportado.COMPLETED):
            assert contados(informes, pago, estado) == {ANTES: [0, 0, 0], DESPUES: [0, 0, 0]}

    def test_an_outcome_that_arrives_first_has_a_provisional_date(
        self, uow: ProyeccionUnitOfWork, informes: Informes, filas: Filas
    ) -> None:
        """Its first event then moves it to the right day, month and year, with its state."""
        primero = un_pago(id_campana=uuid4(), fecha=ANTES)
        desenlace = luego(primero, EstadoReportado.FAILED, version=3, fecha=DESPUES)
        proyectados(uow, desenlace)
        assert filas()[primero.id].fecha == DESPUES
        assert contados(informes, primero, EstadoReportado.FAILED) == {ANTES: [0, 0, 0], DESPUES: [1, 1, 1]}
        proyectados(uow, primero)
        assert filas()[primero.id].fecha == ANTES
        assert contados(informes, primero, EstadoReportado.FAILED) == {ANTES: [1, 1, 1], DESPUES: [0, 0, 0]}

    def test_payments_of_one_batch_stay_apart(
        self, uow: ProyeccionUnitOfWork, informes: Informes, filas: Filas
    ) -> None:
        """Payments are told apart by their ids alone; amounts keep their cents and currencies."""
        pagos = [un_pago("0.01"), un_pago("0.01"), un_pago("999999999999.99"), un_pago("7", Moneda.USD)]
        proyectados(uow, *pagos)
        assert filas() == {pago.id: pago for pago in pagos}
        total = informes.resumen(una_consulta()).total
        assert (total.pagos, str(total.monto)) == (3, "1000000000000.01")

    @pytest.mark.parametrize("orden", [(1, 2, 3), (3, 2, 1), (2, 3, 3, 1)])
    @pytest.mark.parametrize("lotes", ["one batch", "one each"])
    def test_a_campaign_has_the_name_of_its_latest_event(
        self, uow: ProyeccionUnitOfWork, informes: Informes, orden: tuple[int, ...], lotes: str
    ) -> None:
        """The order of arrival does not matter."""
        pago = un_pago(id_campana=uuid4())
        nombres = [una_campana(f"Nombre {version}", id=pago.id_campana, version=version) for version in orden]
        if lotes == "one batch":
            proyectados(uow, pago, *nombres)
        else:
            for nombre in nombres:
                proyectados(uow, nombre)
            proyectados(uow, pago)
        [fila] = informes.tabla(una_consulta()).filas
        assert fila.nombre == "Nombre 3"

    def test_a_tracking_event_is_counted_once(self, uow: ProyeccionUnitOfWork, informes: Informes) -> None:
        """Repetitions within a batch or in a later one do not count; each type is counted separately."""
        id_campana = uuid4()
        eventos = [un_evento(tipo, id_campana=id_campana) for tipo in TipoSeguimiento]
        otro_click = un_evento(TipoSeguimiento.CLICK, id_campana=id_campana)
        for _ in range(2):
            proyectados(uow, *eventos, otro_click, *eventos)
        [fila] = informes.tabla(una_consulta()).filas
        assert (fila.id_campana, fila.cuenta.pagos) == (id_campana, 0)
        assert (fila.impresiones, fila.clicks, fila.conversiones) == (1, 2, 1)

    def test_uncommitted_work_has_no_effect(self, uow: ProyeccionUnitOfWork, informes: Informes, filas: Filas) -> None:
        """Work that was interrupted by an exception or left without commit has no effect; the next batch has."""
        perdido, visto, guardado = un_pago(), un_evento(), un_pago()
        with uow:
            uow.modelo.guardar_pagos([perdido], ahora=AHORA)
        with pytest.raises(RuntimeError, match="boom"), uow:
            uow.modelo.guardar_pagos([perdido], ahora=AHORA)
            uow.modelo.guardar_seguimiento([visto])
            uow.modelo.anotar_avance([una_novedad(visto)], ahora=AHORA)
            raise RuntimeError("boom")
        assert (filas(), informes.estado().avances) == ({}, {})
        proyectados(uow, guardado)
        assert filas() == {guardado.id: guardado}
        [fila] = informes.tabla(una_consulta()).filas
        assert (fila.cuenta.pagos, fila.clicks) == (1, 0)

    def test_the_latest_event_of_each_source_is_stored(self, uow: ProyeccionUnitOfWork, informes: Informes) -> None:
        """The time of its projection is kept too; an older event that arrives later changes nothing."""

        def projected(*ocurridos: datetime, ahora: datetime) -> None:
            novedades = [una_novedad(un_pago(), tipo=f"{ocurrido:%H}", ocurrido_en=ocurrido) for ocurrido in ocurridos]
            proyectar(novedades, uow=uow, ahora=ahora)

        assert informes.estado().avances == {}
        first, second, third = (AHORA + timedelta(hours=hours) for hours in (1, 2, 3))
        projected(second, first, ahora=third)
        projected(first, ahora=third + timedelta(hours=1))
        proyectar([una_novedad(un_evento(), tipo="Click", ocurrido_en=first)], uow=uow, ahora=second)
        proyectar([una_novedad(una_campana(), tipo="Creada", ocurrido_en=first)], uow=uow, ahora=third)
        assert informes.estado().avances == {
            Fuente.PAGOS: Avance(tipo="12", ocurrido_en=second, proyectado_en=third),
            Fuente.SEGUIMIENTO: Avance(tipo="Click", ocurrido_en=first, proyectado_en=second),
            Fuente.CAMPANAS: Avance(tipo="Creada", ocurrido_en=first, proyectado_en=third),
        }

    def test_an_empty_batch_changes_nothing(self, uow: ProyeccionUnitOfWork, informes: Informes, filas: Filas) -> None:
        """A batch without readable events is allowed."""
        proyectados(uow)
        assert (filas(), informes.estado().avances) == ({}, {})


def contados(informes: Informes, pago: PagoReportado, estado: EstadoReportado) -> dict[datetime, list[int]]:
    """Return how many payments of its campaign have that state in the day, month and year of both dates."""
    return {
        fecha: [
            informes.resumen(una_consulta(*limites, estado=estado, id_campana=pago.id_campana)).total.pagos
            for limites in periodos
        ]
        for fecha, periodos in PERIODOS.items()
    }
