"""The contract of every read side of reports; a subclass provides the fixtures `uow` and `informes`."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest

from reportes.aplicacion.proyectar import proyectar
from reportes.dominio.errores import PagoNoContadoError
from reportes.dominio.pago_reportado import EstadoReportado
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
    from reportes.dominio.informe import Consulta, Cuenta, Detalle, Resumen, Tabla

INSTANTE = timedelta(microseconds=1)


class InformesContract:
    """The contract of Informes."""

    def test_a_payment_has_its_counted_event_and_the_time_of_counting(
        self, uow: ProyeccionUnitOfWork, informes: Informes
    ) -> None:
        """The latest event counts; older events that arrive later, and repetitions, change neither."""
        pago = un_pago(id_campana=uuid4(), ultimo_evento="primero")
        with pytest.raises(PagoNoContadoError):
            informes.pago(pago.id)
        pagado = replace(luego(pago, EstadoReportado.COMPLETED, version=3), ultimo_evento="tercero")
        for minuto, evento in enumerate((pagado, pago, pagado)):
            proyectar([una_novedad(evento)], uow=uow, ahora=AHORA + timedelta(minutes=minuto))
            contado = informes.pago(pago.id)
            assert (contado.pago.estado, contado.pago.ultimo_evento) == (EstadoReportado.COMPLETED, "tercero")
            assert contado.contado_en == AHORA
        devuelto = replace(luego(pago, EstadoReportado.REVERSED, version=6), ultimo_evento="sexto")
        proyectar([una_novedad(devuelto)], uow=uow, ahora=AHORA + timedelta(hours=1))
        contado = informes.pago(pago.id)
        assert contado.pago == replace(devuelto, fecha=pago.fecha, primera_version=1)
        assert contado.contado_en == AHORA + timedelta(hours=1)

    @pytest.mark.parametrize("fecha", [utc(2026, 3, 1), AHORA + INSTANTE], ids=["midnight", "within"])
    def test_a_period_includes_its_beginning_and_not_its_end(
        self, uow: ProyeccionUnitOfWork, informes: Informes, fecha: datetime
    ) -> None:
        """A payment exactly at `desde` is included, one exactly at `hasta` is not: consecutive periods share none."""
        proyectados(uow, un_pago(fecha=fecha), un_evento(fecha=fecha))
        for desde, hasta, esperados in (
            (fecha, fecha + INSTANTE, 1),
            (fecha - INSTANTE, fecha, 0),
            (fecha, None, 1),
            (None, fecha, 0),
            (fecha + INSTANTE, None, 0),
            (fecha, fecha, 0),
            (fecha, fecha + timedelta(days=400), 1),
            (fecha - timedelta(days=400), fecha, 0),
        ):
            consulta = una_consulta(desde, hasta)
            assert informes.resumen(consulta).total.pagos == esperados, consulta
            assert [fila.clicks for fila in informes.tabla(consulta).filas] == [1] * esperados, consulta

    def test_currencies_are_never_added(self, uow: ProyeccionUnitOfWork, informes: Informes) -> None:
        """A report has one currency; the detail lists the others separately."""
        proyectados(
            uow, un_pago("1"), un_pago("2.50", Moneda.USD), un_pago("3", Moneda.USD), un_pago("100", Moneda.EUR)
        )
        detalle = informes.detalle(una_consulta(moneda=Moneda.USD))
        assert lo_de(detalle.total) == (2, Decimal("5.50"))
        assert {moneda: lo_de(cuenta) for moneda, cuenta in detalle.otras_monedas.items()} == {
            Moneda.COP: (1, Decimal(1)),
            Moneda.EUR: (1, Decimal(100)),
        }

    def test_reversed_payments_are_reported_only_on_request(
        self, uow: ProyeccionUnitOfWork, informes: Informes
    ) -> None:
        """A REVERSED payment is in no other report."""
        pagos = {estado: un_pago(f"{10**numero}", estado=estado) for numero, estado in enumerate(EstadoReportado)}
        proyectados(uow, *pagos.values())
        assert lo_de(informes.resumen(una_consulta()).total) == (3, Decimal(111))
        for estado, pago in pagos.items():
            consulta = una_consulta(estado=estado)
            for cuenta in (informes.resumen(consulta).total, informes.detalle(consulta).total):
                assert {uno: cuenta.por_estado.get(uno, 0) for uno in EstadoReportado} == {
                    uno: int(uno is estado) for uno in EstadoReportado
                }
                assert cuenta.monto == pago.monto.monto

    @pytest.mark.parametrize(
        "consulta",
        [
            una_consulta(utc(2020, 1, 1), utc(2021, 1, 1)),
            una_consulta(utc(2026, 1, 15, 1), utc(2026, 1, 15, 2)),
            una_consulta(AHORA, AHORA),
            una_consulta(moneda=Moneda.EUR, hasta=utc(2020, 1, 1)),
            una_consulta(id_afiliado="nadie"),
            una_consulta(id_campana=uuid4()),
        ],
    )
    def test_an_empty_report_has_zeros(self, uow: ProyeccionUnitOfWork, informes: Informes, consulta: Consulta) -> None:
        """There is no campaign, no currency and no row."""
        proyectados(uow, un_pago(), un_pago(moneda=Moneda.USD), un_evento())
        assert lo_de(informes.resumen(consulta).total) == (0, Decimal(0))
        detalle = informes.detalle(consulta)
        assert (lo_de(detalle.total), detalle.por_campana) == ((0, Decimal(0)), {})
        if consulta.moneda is Moneda.COP:
            assert detalle.otras_monedas == {}
        assert informes.tabla(consulta).filas == []

    def test_campaigns_are_sorted_by_amount(self, uow: ProyeccionUnitOfWork, informes: Informes) -> None:
        """Equal amounts are sorted by id; no campaign counts as one; campaigns with tracking only come last."""
        a, b, c, vista = sorted(uuid4() for _ in range(4))
        for id_campana, monto in ((b, "5"), (a, "5"), (c, "7"), (None, "5"), (None, "1.5")):
            proyectados(uow, un_pago(monto, id_campana=id_campana))
        proyectados(uow, un_evento(id_campana=vista), un_evento(TipoSeguimiento.PAGE_VIEW, id_campana=uuid4()))
        proyectados(uow, una_campana("Ñandú; «5 %»", id=a), una_campana("De nadie"))
        detalle, tabla = informes.detalle(una_consulta()), informes.tabla(una_consulta())
        assert list(detalle.por_campana) == [c, None, a, b]
        assert [fila.id_campana for fila in tabla.filas] == [c, None, a, b, vista]
        assert [fila.nombre for fila in tabla.filas] == [None, None, "Ñandú; «5 %»", None, None]

    @pytest.mark.parametrize("con_campana", [False, True])
    @pytest.mark.parametrize("con_afiliado", [False, True])
    @pytest.mark.parametrize("dia_entero", [False, True])
    def test_filters_are_combined(
        self, uow: ProyeccionUnitOfWork, informes: Informes, *, con_campana: bool, con_afiliado: bool, dia_entero: bool
    ) -> None:
        """The reported payments fit the affiliate, the campaign and the period, as far as given."""
        una, otra = uuid4(), uuid4()
        for id_campana in (una, otra, None):
            for id_afiliado in ("a", "b"):
                deellos: dict[str, Any] = {"id_campana": id_campana, "id_afiliado": id_afiliado}
                for fecha in (AHORA, AHORA + timedelta(days=1)):
                    proyectados(uow, un_pago(fecha=fecha, **deellos), un_evento(fecha=fecha, **deellos))
        desde = utc(2026, 1, 15) if dia_entero else AHORA
        filtros: dict[str, Any] = ({"id_campana": una} if con_campana else {}) | (
            {"id_afiliado": "a"} if con_afiliado else {}
        )
        consulta = una_consulta(desde, desde + timedelta(days=1), **filtros)
        campanas: set[UUID | None] = {una} if con_campana else {una, otra, None}
        cada_una = 1 if con_afiliado else 2
        assert informes.resumen(consulta).total.pagos == cada_una * len(campanas)
        assert {uno: cuenta.pagos for uno, cuenta in informes.detalle(consulta).por_campana.items()} == dict.fromkeys(
            campanas, cada_una
        )
        assert {fila.id_campana: (fila.cuenta.pagos, fila.clicks) for fila in informes.tabla(consulta).filas} == (
            dict.fromkeys(campanas, (cada_una, cada_una))
        )

    def test_a_report_contains_its_query(self, informes: Informes) -> None:
        """This holds for the summary, the detail and the table."""
        consulta = una_consulta(utc(2026, 1, 1), moneda=Moneda.EUR)
        respuestas: list[Resumen | Detalle | Tabla] = [
            informes.resumen(consulta), informes.detalle(consulta), informes.tabla(consulta),
        ]  # fmt: skip
        assert [respuesta.consulta for respuesta in respuestas] == [consulta] * 3


def lo_de(cuenta: Cuenta) -> tuple[int, Decimal]:
    """Return the number of payments and their amount."""
    return cuenta.pagos, cuenta.monto
