"""The declaration of each operation."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from event_collector.dominio.errores import (
    AfiliadoDesconocidoError,
    AfiliadoInactivoError,
    ClaveReutilizadaError,
    ConversionSinPruebaError,
    DemasiadosReintentosError,
    EventoNoEncontradoError,
    FechaFueraDeRangoError,
    FirmaNoValidaError,
    LimiteExcedidoError,
    LlaveNoValidaError,
    PeriodoInvertidoError,
    ReintentoInnecesarioError,
    TipoNoPermitidoError,
)
from event_collector.infraestructura.http import pixel
from event_collector.infraestructura.http.event_request import MAX_STORED_BYTES
from event_collector.infraestructura.http.models import (
    ID_AFILIADO,
    ID_EVENTO,
    EstadisticasParametros,
    EventoDocumento,
    FallidosParametros,
    LimiteParametros,
    LoteBody,
    ReintentoBody,
)
from event_collector.infraestructura.http.operations import answers, examples
from event_collector.infraestructura.http.operations.headers import (
    API_KEY,
    POLICY,
    RATE_LIMIT,
    SESSION,
    WEBHOOK_ID,
    WEBHOOK_SIGNATURE,
    WEBHOOK_TIMESTAMP,
)
from event_collector.infraestructura.http.operations.pixel_query import PixelParametros
from seedwork.infraestructura.http.operation.answer_types import NO_STORE
from seedwork.infraestructura.idempotency.answer import IN_PROGRESS
from seedwork.infraestructura.idempotency.key import IDEMPOTENCY_KEY

if TYPE_CHECKING:
    from seedwork.infraestructura.http.operation.declaration import Declaration

MAX_BATCH_BYTES: Final = 4 * 1024 * 1024
_REFUSALS: Final = (
    LlaveNoValidaError,
    FirmaNoValidaError,
    AfiliadoDesconocidoError,
    AfiliadoInactivoError,
    TipoNoPermitidoError,
    ConversionSinPruebaError,
    FechaFueraDeRangoError,
    ClaveReutilizadaError,
    LimiteExcedidoError,
    IN_PROGRESS,
)
_PROOF: Final = (API_KEY, WEBHOOK_ID, WEBHOOK_TIMESTAMP, WEBHOOK_SIGNATURE, SESSION)

EVENTO: Final[Declaration] = {
    "headers": (IDEMPOTENCY_KEY, *_PROOF),
    "body": EventoDocumento,
    "max_bytes": MAX_STORED_BYTES,
    "examples": examples.EVENTO,
    "answer": answers.EventoAceptado,
    "status": HTTPStatus.CREATED,
    "repeated_status": HTTPStatus.OK,
    "answer_headers": (POLICY, RATE_LIMIT),
    "refuses": _REFUSALS,
}
LOTE: Final[Declaration] = {
    "headers": _PROOF,
    "body": LoteBody,
    "max_bytes": MAX_BATCH_BYTES,
    "examples": examples.LOTE,
    "answer": answers.ResultadosDelLote,
}
PIXEL: Final[Declaration] = {
    "own_query": PixelParametros,
    "answer": pixel.MEDIA_TYPE,
    "answer_headers": (NO_STORE, POLICY, RATE_LIMIT),
    "refuses": _REFUSALS,
}
ESTADO: Final[Declaration] = {
    "path_parameters": (ID_EVENTO,),
    "answer": answers.EstadoDelEvento,
    "refuses": (EventoNoEncontradoError,),
}
REINTENTO: Final[Declaration] = {
    "path_parameters": (ID_EVENTO,),
    "body": ReintentoBody,
    "optional_body": True,
    "examples": examples.REINTENTO,
    "answer": answers.EventoReintentado,
    "status": HTTPStatus.ACCEPTED,
    "refuses": (EventoNoEncontradoError, ReintentoInnecesarioError, DemasiadosReintentosError),
}
FALLIDOS: Final[Declaration] = {"query": FallidosParametros, "answer": answers.EventosFallidos}
ESTADISTICAS: Final[Declaration] = {
    "query": EstadisticasParametros,
    "answer": answers.EstadisticasDeEventos,
    "refuses": (PeriodoInvertidoError,),
}
LIMITE: Final[Declaration] = {
    "path_parameters": (ID_AFILIADO,),
    "query": LimiteParametros,
    "answer": answers.LimiteDelAfiliado,
}
REINICIO: Final[Declaration] = {"path_parameters": (ID_AFILIADO,), "answer": answers.LimiteReiniciado}
DISPONIBLE: Final[Declaration] = {"answer": answers.DisponibilidadDelColector, "answer_headers": (NO_STORE,)}
