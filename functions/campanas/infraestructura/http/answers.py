"""The documents that the campaigns API answers with; their fields are in Spanish snake_case."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from campanas.dominio.datos_de_campana import TipoCampana
from campanas.dominio.estado_campana import EstadoCampana
from campanas.dominio.rendimiento import Nivel
from seedwork.dominio.dinero import Moneda
from seedwork.infraestructura.http.operation.answer_types import Afiliado, Conteo, Importe, Instante, Siguiente, Uuid

Porcentaje = Annotated[Decimal, Field(ge=0, examples=[2.5])]


class Monto(TypedDict):
    """An amount in a currency."""

    monto: Importe
    moneda: Moneda


class Metricas(TypedDict):
    """The counts of a campaign; `gasto_actual` is in the budget's currency, rates are in percent."""

    impresiones: Conteo
    clicks: Conteo
    conversiones: Conteo
    gasto_actual: Importe
    ctr: Porcentaje
    tasa_conversion: Porcentaje


class Campana(TypedDict):
    """A campaign's current state."""

    id: Uuid
    nombre: Annotated[str, Field(examples=["Verano"])]
    tipo: Annotated[TipoCampana, Field(examples=[TipoCampana.PROMOCIONAL])]
    descripcion: Annotated[str | None, Field(examples=["De temporada"])]
    estado: Annotated[EstadoCampana, Field(examples=[EstadoCampana.CREATED])]
    presupuesto: Monto
    fecha_inicio: Instante
    fecha_fin: Instante
    fecha_creacion: Instante
    fecha_actualizacion: Instante
    id_afiliado: Afiliado
    version: Annotated[int, Field(ge=1, description="The version for `If-Match`.", examples=[3])]
    metricas: Metricas


class PaginaDeCampanas(TypedDict):
    """A page of campaigns, newest first."""

    campanas: list[Campana]
    total: Annotated[int, Field(ge=0, description="The number of all matching campaigns.", examples=[1])]
    limit: Annotated[int, Field(examples=[100])]
    offset: Annotated[int, Field(examples=[0])]
    siguiente: Siguiente


class CampanaCambiada(TypedDict):
    """A command changed the campaign."""

    message: Annotated[str, Field(examples=["Campaña activada."])]
    id_campana: Uuid


class MetricasBasicas(TypedDict):
    """The counts of a campaign, and what was spent in its budget's currency and in others."""

    impresiones: Conteo
    clicks: Conteo
    conversiones: Conteo
    gasto_actual: Importe
    moneda: Moneda
    gasto_otras_monedas: Annotated[dict[Moneda, Importe], Field(examples=[{"EUR": 12.5}])]


class MetricasCalculadas(TypedDict):
    """The rates of a campaign in percent, and its costs in the budget's currency."""

    ctr: Porcentaje
    tasa_conversion: Porcentaje
    costo_por_click: Annotated[Decimal | None, Field(description="Null without clicks.", examples=[0.75])]
    costo_por_conversion: Annotated[Decimal | None, Field(description="Null without conversions.", examples=[15])]


class RendimientoDeCampana(TypedDict):
    """A campaign's metrics against its budget."""

    nivel: Annotated[Nivel, Field(examples=[Nivel.MEDIO])]
    estado: Annotated[EstadoCampana, Field(examples=[EstadoCampana.ACTIVE])]
    presupuesto: Monto
    presupuesto_restante: Annotated[Decimal, Field(description="Negative if more was spent.", examples=[899.5])]
    porcentaje_gastado: Porcentaje


class Optimizacion(TypedDict):
    """A suggestion."""

    codigo: Annotated[str, Field(examples=["mejorar-anuncio"])]
    mensaje: Annotated[str, Field(examples=["El CTR es bajo: revise el anuncio."])]


class MetricasDeCampana(TypedDict):
    """A campaign's metrics, its performance and suggestions."""

    id_campana: Uuid
    metricas_basicas: MetricasBasicas
    metricas_calculadas: MetricasCalculadas
    rendimiento: RendimientoDeCampana
    optimizaciones: list[Optimizacion]


class MetricasDeTodas(TypedDict):
    """The counts of all campaigns, and their rates in percent."""

    impresiones: Conteo
    clicks: Conteo
    conversiones: Conteo
    ctr: Porcentaje
    tasa_conversion: Porcentaje


class EstadisticasDeCampanas(TypedDict):
    """The figures of all campaigns together."""

    total_campanas: Conteo
    por_estado: Annotated[dict[EstadoCampana, Conteo], Field(examples=[{"ACTIVE": 42}])]
    presupuesto_total: Annotated[dict[Moneda, Importe], Field(examples=[{"COP": 1000}])]
    gasto_total: Annotated[dict[Moneda, Importe], Field(examples=[{"COP": 100.5}])]
    metricas: MetricasDeTodas
