"""A row of `campanas.campanas`: the current state of a campaign, and its metrics."""

from __future__ import annotations

from typing import Any, Final

from campanas.aplicacion.consultar_campanas import CampanaVista
from campanas.dominio.datos_de_campana import DatosDeCampana, TipoCampana
from campanas.dominio.estado_campana import EstadoCampana
from campanas.dominio.metricas import Metricas
from seedwork.dominio.dinero import Dinero, Moneda

COLUMNS: Final = """id, nombre, tipo, descripcion, presupuesto, moneda, fecha_inicio, fecha_fin, id_afiliado, estado,
                   fecha_creacion, fecha_actualizacion, version,
                   impresiones, clicks, conversiones, gasto_usd, gasto_eur, gasto_cop"""


def vista_from(row: list[Any]) -> CampanaVista:
    """Read a row with the COLUMNS in their order."""
    (id_campana, nombre, tipo, descripcion, presupuesto, moneda, inicio, fin, afiliado, estado, creada, actualizada,
     version, *metricas) = row  # fmt: skip
    return CampanaVista(
        id=id_campana,
        datos=DatosDeCampana(
            nombre=nombre,
            tipo=TipoCampana(tipo),
            descripcion=descripcion,
            presupuesto=Dinero(monto=presupuesto, moneda=Moneda(moneda)),
            fecha_inicio=inicio,
            fecha_fin=fin,
            id_afiliado=afiliado,
        ),
        estado=EstadoCampana(estado),
        fecha_creacion=creada,
        fecha_actualizacion=actualizada,
        version=version,
        metricas=metricas_from(metricas),
    )


def metricas_from(row: list[Any]) -> Metricas:
    """Read the six columns of metrics in their order."""
    impresiones, clicks, conversiones, usd, eur, cop = row
    gastos = {Moneda.USD: usd, Moneda.EUR: eur, Moneda.COP: cop}
    return Metricas(
        impresiones=impresiones,
        clicks=clicks,
        conversiones=conversiones,
        gastos={moneda: gasto for moneda, gasto in gastos.items() if gasto},
    )
