"""Reports from PostgreSQL: each is a single statement, thus of one moment and of one generation of the read model.

How it is put together is in `informe_sql.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reportes.aplicacion.consultar_informes import Avance, EstadoDelModelo, PagoEnInformes
from reportes.aplicacion.proyectar import Fuente
from reportes.dominio.informe import CERO, Cuenta, Detalle, Fila, Resumen, Tabla
from reportes.dominio.pago_reportado import EstadoReportado, PagoReportado
from reportes.infraestructura.informe_sql import SEGUIMIENTO, Parte, informe_sql
from seedwork.dominio.dinero import Dinero, Moneda

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from reportes.dominio.informe import Consulta
    from reportes.dominio.periodo import Borde, Periodo
    from seedwork.infraestructura.postgres import PostgresDatabase


@dataclass(frozen=True, slots=True, kw_only=True)
class _Suma:
    moneda: Moneda
    id_campana: UUID | None
    cuenta: Cuenta
    seguimiento: tuple[int, int, int]
    nombre: str | None


class PostgresInformes:
    """As Informes says."""

    def __init__(self, database: PostgresDatabase) -> None:
        self._database = database

    def resumen(self, consulta: Consulta) -> Resumen:
        """As the port says."""
        sumas = self._sumar(consulta, Parte(monedas=[consulta.moneda], por_campana=False))
        return Resumen(consulta=consulta, total=sum((suma.cuenta for suma in sumas), Cuenta()))

    def detalle(self, consulta: Consulta) -> Detalle:
        """As the port says."""
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

    def tabla(self, consulta: Consulta) -> Tabla:
        """As the port says."""
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
        return Tabla(consulta=consulta, filas=filas, sin_seguimiento=self._sin_seguimiento(consulta.periodo))

    def _sin_seguimiento(self, periodo: Periodo) -> Sequence[Borde]:
        """The parts of days whose single events may be forgotten."""
        if not periodo.bordes:
            return ()
        [[desde]] = self._database.read(
            "select nullif(seguimiento_desde, '-infinity') from reportes.generaciones where estado = 'vigente'"
        )
        return () if desde is None else periodo.bordes_antes_de(desde)

    def pago(self, id_pago: UUID, /) -> PagoEnInformes | None:
        """As the port says."""
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
            return None
        [[id_afiliado, id_campana, monto, moneda, estado, fecha, primera, ultima, evento, contado_en]] = rows
        pago = PagoReportado(
            id=id_pago, id_afiliado=id_afiliado, id_campana=id_campana,
            monto=Dinero(monto=monto, moneda=Moneda(moneda)), estado=EstadoReportado(estado), fecha=fecha,
            primera_version=primera, ultima_version=ultima, ultimo_evento=evento,
        )  # fmt: skip
        return PagoEnInformes(pago=pago, contado_en=contado_en)

    def estado(self) -> EstadoDelModelo:
        """As the port says."""
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
        sql, parameters = informe_sql(consulta, partes)
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
