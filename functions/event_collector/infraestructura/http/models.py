"""The requests of the event collector's API, in Spanish snake_case."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated, Any, Final
from urllib.parse import unquote
from uuid import UUID

from pydantic import BeforeValidator, Field, StrictBool, WithJsonSchema, field_validator
from pydantic_core import PydanticCustomError

from event_collector.aplicacion.consultar_estadisticas import ConsultaEstadisticas
from event_collector.aplicacion.reintentar_evento import ReintentarEvento
from event_collector.dominio.cupo import VENTANAS_CONSERVADAS
from event_collector.dominio.evento import DatosDelEvento, Dispositivo
from event_collector.dominio.tipo_evento import FuenteEvento, TipoEvento
from event_collector.infraestructura.http.json_fields import DocumentoJson
from event_collector.infraestructura.http.lenient_fields import (
    Dicho,
    DichoEnMayusculas,
    Direccion,
    ParametrosTracking,
    Url,
    parameters,
)
from event_collector.infraestructura.http.url import utm_parameters
from seedwork.dominio.dinero import Dinero, Moneda
from seedwork.infraestructura.http.operation.parameters import PathParameter, uuid_parameter
from seedwork.infraestructura.http.problem_details import Problem, RequestError
from seedwork.infraestructura.http.request_body import validated
from seedwork.infraestructura.text.field_types import Desde, Fecha, Hasta, IdAfiliado, Monto, Visible
from seedwork.infraestructura.text.lazy_models import LazyModel, StrictModel

if TYPE_CHECKING:
    from pydantic import ValidationInfo

MAX_EVENTOS: Final = 500
MAX_FALLIDOS: Final = 1_000


def _upper(value: object) -> object:
    """Return `page-view` as PAGE_VIEW and `cop` as COP."""
    return value.strip().upper().replace("-", "_") if isinstance(value, str) else value


def _source(value: object) -> object:
    return FuenteEvento.WEB_TAG if value is None else _upper(value)


Tipo = Annotated[TipoEvento, BeforeValidator(_upper)]
Fuente = Annotated[
    FuenteEvento,
    BeforeValidator(_source),
    WithJsonSchema({"enum": [*FuenteEvento, None], "description": "The sender's kind; null counts as WEB_TAG."}),
]


class EventoDocumento(LazyModel):
    """A tracking event; unknown fields are ignored."""

    tipo_evento: Tipo
    id_afiliado: IdAfiliado
    timestamp: Fecha | None = None
    id_campana: UUID | None = None
    id_oferta: Dicho = None
    url: Url = None
    parametros_tracking: ParametrosTracking = Field(default_factory=dict)
    datos_custom: DocumentoJson = Field(default_factory=dict)
    valor_conversion: Annotated[Monto, Field(gt=0)] | None = None
    moneda: Annotated[Moneda, BeforeValidator(_upper)] | None = Field(default=None, validate_default=True)
    tipo_dispositivo: DichoEnMayusculas = None
    identificador_dispositivo: Dicho = None
    sistema_operativo: Dicho = None
    navegador: Dicho = None
    resolucion_pantalla: Dicho = None
    fuente_evento: Fuente = FuenteEvento.WEB_TAG
    api_key: Dicho = Field(default=None, repr=False)
    hash_validacion: Dicho = None
    id_evento_cliente: Annotated[Visible, Field(max_length=200)] | None = None
    id_sesion: Dicho = None
    referrer: Direccion = None

    @field_validator("moneda", mode="after")
    @classmethod
    def _value_and_currency_together(cls, moneda: Moneda | None, info: ValidationInfo) -> Moneda | None:
        if "valor_conversion" in info.data and (info.data["valor_conversion"] is None) != (moneda is None):
            raise PydanticCustomError("valor_y_moneda", "both or neither")
        return moneda

    def datos(self, *, id_cliente: str | None) -> DatosDelEvento:
        """Return the domain's object, uncut; `id_cliente` is the request's id, used if the event has none."""
        utm = parameters(utm_parameters(self.url)) if self.url else {}
        return DatosDelEvento(
            tipo=self.tipo_evento,
            id_afiliado=self.id_afiliado,
            fuente=self.fuente_evento,
            timestamp=self.timestamp,
            id_campana=self.id_campana,
            id_oferta=self.id_oferta,
            url=self.url,
            parametros_tracking=utm | self.parametros_tracking,
            datos_custom=self.datos_custom,
            valor=self._valor,
            dispositivo=Dispositivo(
                tipo=self.tipo_dispositivo,
                identificador=self.identificador_dispositivo,
                sistema_operativo=self.sistema_operativo,
                navegador=self.navegador,
                resolucion_pantalla=self.resolucion_pantalla,
            ),
            id_cliente=self.id_evento_cliente or id_cliente,
            hash_validacion=self.hash_validacion,
        )

    @property
    def _valor(self) -> Dinero | None:
        if self.valor_conversion is None or self.moneda is None:
            return None
        return Dinero(monto=self.valor_conversion, moneda=self.moneda)


class LoteBody(LazyModel):
    """Events, each of which is validated separately."""

    eventos: Annotated[list[Any], Field(min_length=1, max_length=MAX_EVENTOS)]


class ReintentoBody(LazyModel):
    """How an event is published again."""

    id_evento: UUID | None = None
    forzar_reproceso: StrictBool = False

    def comando(self, id_evento: UUID, *, correlation_id: str) -> ReintentarEvento:
        """Return the command for the event of the path; raises RequestError (422) if the body names another one."""
        if self.id_evento not in {None, id_evento}:
            detail = "id_evento no es el de la ruta."
            raise RequestError(
                Problem(status=HTTPStatus.UNPROCESSABLE_ENTITY, codigo="datos-no-validos", detail=detail)
            )
        return ReintentarEvento(id_evento=id_evento, forzado=self.forzar_reproceso, correlation_id=correlation_id)


class Parametros(StrictModel):
    """A query; unknown parameters are refused, because they may be typing errors."""


class EstadisticasParametros(Parametros):
    """The query of `GET /event-collector/statistics`."""

    id_afiliado: IdAfiliado | None = None
    tipo_evento: Tipo | None = None
    desde: Desde | None = None
    hasta: Hasta | None = None

    def consulta(self, *, ahora: datetime) -> ConsultaEstadisticas:
        """Return the query in the domain's terms; raises PeriodoInvertidoError."""
        return ConsultaEstadisticas.de(
            desde=self.desde, hasta=self.hasta, id_afiliado=self.id_afiliado, tipo=self.tipo_evento, ahora=ahora
        )


class FallidosParametros(Parametros):
    """The query of `GET /event-collector/failed-events`."""

    id_afiliado: IdAfiliado | None = None
    limite: Annotated[int, Field(ge=1, le=MAX_FALLIDOS)] = 100


class LimiteParametros(Parametros):
    """The query of `GET /event-collector/rate-limit/{id_afiliado}`."""

    ventana_minutos: Annotated[int, Field(ge=1, le=VENTANAS_CONSERVADAS)] = 1


class _ConAfiliado(LazyModel):
    id_afiliado: IdAfiliado


def _path_affiliate(value: str) -> str:
    """Return the affiliate's id from its encoded path parameter; raises RequestError (422)."""
    return validated({"id_afiliado": unquote(value)}, _ConAfiliado).id_afiliado


ID_AFILIADO: Final = PathParameter(
    name="id_afiliado",
    read=_path_affiliate,
    schema=IdAfiliado,
    description="The affiliate's id.",
    example="afiliado-001",
    refusal=HTTPStatus.UNPROCESSABLE_ENTITY,
)
ID_EVENTO: Final = uuid_parameter(
    "id_evento",
    "The event's id, from the answer to its request; the example is unknown, so it gets 404.",
    example="01a2172f-1c2d-7e3f-8a4b-5c6d7e8f9a0b",
)
