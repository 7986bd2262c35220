"""Reports from PostgreSQL: each is a single statement, so it shows one moment and one generation of the read model.

`informe_statement.py` builds the statement.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from reportes.aplicacion.consultar_informes import Avance, EstadoDelModelo, Informes, PagoEnInformes
from reportes.aplicacion.proyectar import Fuente
from reportes.dominio.errores import PagoNoContadoError
from reportes.dominio.informe import CERO, Cuenta, Detalle, Fila, Resumen, Tabla
from reportes.dominio.pago_reportado import EstadoReportado, PagoReportado
from reportes.infraestructura.postgres.informe_statement import SEGUIMIENTO, VIGENTE, Parte, informe_statement
from seedwork.aplicacion.ports import override
from seedwork.dominio.dinero import Dinero, Moneda

if TYPE_CHECKING:
    from reportes.dominio.informe import Consulta
    from reportes.dominio.periodo import Borde
    from seedwork.infraestructura.postgres.database import PostgresDatabase


@dataclass(frozen=True, slots=True, kw_only=True)
class _Suma:
    moneda: Moneda
    id_campana: UUID | None
    cuenta: Cuenta
    seguimiento: tuple[int, int, int]
    nombre: str | None


class PostgresInformes(Informes):
    """Answers each query with a single statement."""

    def __init__(self, database: PostgresDatabase) -> None:
        self._database = database

    @override
    def resumen(self, consulta: Consulta) -> Resumen:
        sumas = self._sumar(consulta, Parte(monedas=[consulta.moneda], por_campana=False))
        return Resumen(consulta=consulta, total=sum((suma.cuenta for suma in sumas), Cuenta()))

    @override
    def detalle(self, consulta: Consulta) -> Detalle:
        propia = Parte(monedas=[consulta.moneda], por_campana=True)
        otras = Parte(monedas=[moneda for moneda in Moneda if moneda is not consulta.moneda], por_campana=False)
        sumas = self._sumar(consulta, propia, otras)
        por_campana = {suma.id_campana: suma.cuenta for suma in sumas if suma.moneda is consulta.moneda}
        return Detalle(
            consulta=consulta,
            total=sum(por_campana.values(), Cuenta()),
            por_campana=por_campana,
            otras_monedas={suma.moneda: suma.cuenta for suma in sumas if suma.moneda is not consulta.moneda},
        )

    @override
    def tabla(self, consulta: Consulta) -> Tabla:
        sumas = self._sumar(consulta, Parte(monedas=[consulta.moneda, SEGUIMIENTO], por_campana=True))
        filas = []
        for suma in sumas:
            impresiones, clicks, conversiones = suma.seguimiento
            filas.append(
                Fila(
                    id_campana=suma.id_campana, nombre=suma.nombre, cuenta=suma.cuenta,
                    impresiones=impresiones, clicks=clicks, conversiones=conversiones,
                )
            )  # fmt: skip
        return Tabla(consulta=consulta, filas=filas, sin_seguimiento=self._sin_seguimiento(consulta))

    def _sin_seguimiento(self, consulta: Consulta) -> Sequence[Borde]:
        """Return the parts of the period whose single events, or totals of unknown owners, may be deleted."""
        de_alguien = consulta.id_afiliado is not None or consulta.id_campana is not None
        if not de_alguien and not consulta.periodo.bordes:
            return ()
        [[eventos_desde, totales_desde]] = self._database.read(
            """
            select nullif(seguimiento_desde, '-infinity'), nullif(desconocidos_desde, '-infinity')
              from reportes.generaciones
             where estado = 'vigente'
            """
        )
        partes = [] if eventos_desde is None else consulta.periodo.bordes_antes_de(eventos_desde)
        if de_alguien and totales_desde is not None and self._es_de_desconocidos(consulta):
            partes += consulta.periodo.dias_antes_de(totales_desde)
        return sorted(partes, key=lambda parte: parte.desde)

    def _es_de_desconocidos(self, consulta: Consulta) -> bool:
        """Whether the report is about an affiliate without payments, or about an unknown campaign."""
        [[conocidos]] = self._database.read(
            f"""
            select (:id_afiliado = '' or exists (
                        select from reportes.totales
                         where generacion = {VIGENTE} and ambito = 'afiliado' and nivel = 'anio'
                           and id_afiliado = :id_afiliado and moneda <> ''))
               and (cast(:id_campana as uuid) is null or exists (
                        select from reportes.campanas where generacion = {VIGENTE} and id = cast(:id_campana as uuid)))
            """,
            id_afiliado=consulta.id_afiliado or "",
            id_campana=consulta.id_campana,
        )
        return not conocidos

    @override
    def pago(self, id_pago: UUID, /) -> PagoEnInformes:
        rows = self._database.read(
            """
            select id_afiliado, id_campana, monto, moneda, pago.estado, fecha, primera_version, ultima_version,
                   ultimo_evento, contado_en
              from reportes.pagos as pago
              join reportes.generaciones as generacion on generacion.numero = pago.generacion
             where generacion.estado = 'vigente' and pago.id = :id
            """,
            id=id_pago,
        )
        if not rows:
            raise PagoNoContadoError
        [[id_afiliado, id_campana, monto, moneda, estado, fecha, primera, ultima, evento, contado_en]] = rows
        pago = PagoReportado(
            id=id_pago, id_afiliado=id_afiliado, id_campana=id_campana,
            monto=Dinero(monto=monto, moneda=Moneda(moneda)), estado=EstadoReportado(estado), fecha=fecha,
            primera_version=primera, ultima_version=ultima, ultimo_evento=evento,
        )  # fmt: skip
        return PagoEnInformes(pago=pago, contado_en=contado_en)

    @override
    def estado(self) -> EstadoDelModelo:
        generaciones = dict(self._database.read("select estado, numero from reportes.generaciones"))
        avances = self._database.read("select fuente, tipo, ocurrido_en, proyectado_en from reportes.avance")
        al_dia = self._database.read("select desde from reportes.al_dia")
        return EstadoDelModelo(
            vigente=generaciones["vigente"],
            en_construccion=generaciones.get("en-construccion"),
            al_dia=al_dia[0][0] if al_dia else None,
            avances={
                Fuente(fuente): Avance(tipo=tipo, ocurrido_en=ocurrido_en, proyectado_en=proyectado_en)
                for fuente, tipo, ocurrido_en, proyectado_en in avances
            },
        )

    def _sumar(self, consulta: Consulta, *partes: Parte) -> list[_Suma]:
        sql, parameters = informe_statement(consulta, partes)
        rows = self._database.read(sql, **parameters)
        return [
            _Suma(
                moneda=Moneda(moneda),
                id_campana=id_campana,
                cuenta=Cuenta(
                    por_estado=dict(zip(EstadoReportado, por_estado, strict=True)), monto=monto.quantize(CERO)
                ),
                seguimiento=(impresiones, clicks, conversiones),
                nombre=nombre,
            )
            for moneda, id_campana, *por_estado, impresiones, clicks, conversiones, monto, nombre in rows
        ]
