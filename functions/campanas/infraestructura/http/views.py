"""The answers of the campaigns API; their fields are in Spanish snake_case."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from campanas.dominio.estado_campana import EstadoCampana
from campanas.infraestructura.http.models import LISTA
from seedwork.infraestructura.text.page_cursor import encode_cursor

if TYPE_CHECKING:
    from campanas.aplicacion.consultar_campanas import Busqueda, CampanaVista, Estadisticas, Pagina
    from campanas.infraestructura.http import answers
    from seedwork.dominio.dinero import Dinero


def campana(vista: CampanaVista) -> answers.Campana:
    """Return the answer to `GET /campaigns/{id_campana}` and to `POST /campaigns/`."""
    datos, metricas = vista.datos, vista.metricas
    return {
        "id": str(vista.id),
        "nombre": datos.nombre,
        "tipo": datos.tipo,
        "descripcion": datos.descripcion,
        "estado": vista.estado,
        "presupuesto": _dinero(datos.presupuesto),
        "fecha_inicio": datos.fecha_inicio.isoformat(),
        "fecha_fin": datos.fecha_fin.isoformat(),
        "fecha_creacion": vista.fecha_creacion.isoformat(),
        "fecha_actualizacion": vista.fecha_actualizacion.isoformat(),
        "id_afiliado": datos.id_afiliado,
        "version": vista.version,
        "metricas": {
            "impresiones": metricas.impresiones,
            "clicks": metricas.clicks,
            "conversiones": metricas.conversiones,
            "gasto_actual": vista.rendimiento.gasto,
            "ctr": metricas.ctr,
            "tasa_conversion": metricas.tasa_conversion,
        },
    }


def pagina(encontradas: Pagina, busqueda: Busqueda) -> answers.PaginaDeCampanas:
    """Return the answer to `GET /campaigns/`; `siguiente` is the cursor of the next page."""
    siguiente = encontradas.siguiente
    return {
        "campanas": [campana(vista) for vista in encontradas.campanas],
        "total": encontradas.total,
        "limit": busqueda.limit,
        "offset": busqueda.offset,
        "siguiente": None if siguiente is None else encode_cursor(siguiente.fecha_creacion, siguiente.id, lista=LISTA),
    }


def cambio(id_campana: UUID, mensaje: str) -> answers.CampanaCambiada:
    """Return the answer to each `PATCH`."""
    return {"message": mensaje, "id_campana": str(id_campana)}


def metricas(vista: CampanaVista) -> answers.MetricasDeCampana:
    """Return the answer to `GET /campaigns/{id_campana}/metrics`; amounts are in the budget's currency."""
    contadas, rendimiento, moneda = vista.metricas, vista.rendimiento, vista.datos.presupuesto.moneda
    return {
        "id_campana": str(vista.id),
        "metricas_basicas": {
            "impresiones": contadas.impresiones,
            "clicks": contadas.clicks,
            "conversiones": contadas.conversiones,
            "gasto_actual": rendimiento.gasto,
            "moneda": moneda,
            "gasto_otras_monedas": {otra: gasto for otra, gasto in contadas.gastos.items() if otra is not moneda},
        },
        "metricas_calculadas": {
            "ctr": contadas.ctr,
            "tasa_conversion": contadas.tasa_conversion,
            "costo_por_click": rendimiento.costo_por_click,
            "costo_por_conversion": rendimiento.costo_por_conversion,
        },
        "rendimiento": {
            "nivel": rendimiento.nivel,
            "estado": vista.estado,
            "presupuesto": _dinero(vista.datos.presupuesto),
            "presupuesto_restante": rendimiento.presupuesto_restante,
            "porcentaje_gastado": rendimiento.porcentaje_gastado,
        },
        "optimizaciones": [{"codigo": hint.codigo, "mensaje": hint.mensaje} for hint in rendimiento.optimizaciones()],
    }


def estadisticas(cuenta: Estadisticas) -> answers.EstadisticasDeCampanas:
    """Return the answer to `GET /campaigns/stats/general`; amounts are by currency."""
    return {
        "total_campanas": sum(cuenta.por_estado.values()),
        "por_estado": {estado: cuenta.por_estado.get(estado, 0) for estado in EstadoCampana},
        "presupuesto_total": dict(cuenta.presupuestos),
        "gasto_total": dict(cuenta.metricas.gastos),
        "metricas": {
            "impresiones": cuenta.metricas.impresiones,
            "clicks": cuenta.metricas.clicks,
            "conversiones": cuenta.metricas.conversiones,
            "ctr": cuenta.metricas.ctr,
            "tasa_conversion": cuenta.metricas.tasa_conversion,
        },
    }


def _dinero(dinero: Dinero) -> answers.Monto:
    return {"monto": dinero.monto, "moneda": dinero.moneda}
