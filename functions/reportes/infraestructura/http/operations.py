"""What the operations of the reports API accept, answer and refuse."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reportes.dominio.errores import (
    CanarioNoValidoError,
    PagoNoContadoError,
    PeriodoInvertidoError,
    VersionFijaError,
    VersionNoLegibleError,
)
from reportes.infraestructura.http import answers, examples
from reportes.infraestructura.http.models import InformeParametros, VersionBody
from seedwork.infraestructura.http.operation.answer_types import NO_STORE
from seedwork.infraestructura.http.operation.parameters import ResponseHeader, uuid_parameter

if TYPE_CHECKING:
    from seedwork.infraestructura.http.operation.declaration import Declaration

ID_PAGO: Final = uuid_parameter("id_pago", "The payment's id.", example="01a2172f-5b0c-7d3e-9f4a-2c6b8d0e1f35")
SERVED: Final = ResponseHeader(
    name="X-Report-Version",
    description="The version that served.",
    example="v1",
    schema={"type": "string", "enum": ["v1", "v2"]},
    required=True,
)
UNCOUNTED: Final = ResponseHeader(
    name="X-Report-Tracking-Uncounted",
    description="The parts of the period whose tracking events are too old to be counted (ISO 8601 intervals).",
    example="2026-01-01T00:00:00Z/2026-01-02T00:00:00Z",
)
DISPOSITION: Final = ResponseHeader(
    name="Content-Disposition",
    description="The name of the file.",
    example='attachment; filename="payments.csv"',
    required=True,
)

INFORME: Final[Declaration] = {
    "query": InformeParametros,
    "answer": answers.InformeSimple | answers.InformeDetallado,
    "answer_headers": (SERVED,),
    "refuses": (PeriodoInvertidoError, VersionFijaError),
}
CSV: Final[Declaration] = {
    "query": InformeParametros,
    "answer": "text/csv",
    "answer_headers": (SERVED, UNCOUNTED, DISPOSITION),
    "refuses": (PeriodoInvertidoError, VersionFijaError),
}
PAGO: Final[Declaration] = {
    "path_parameters": (ID_PAGO,),
    "answer": answers.PagoContado,
    "refuses": (PagoNoContadoError,),
}
CAMBIAR_VERSION: Final[Declaration] = {
    "body": VersionBody,
    "examples": examples.CAMBIAR_VERSION,
    "answer": answers.Versiones,
    "refuses": (CanarioNoValidoError, VersionNoLegibleError),
}
SALUD: Final[Declaration] = {"answer": answers.SaludDeInformes, "answer_headers": (NO_STORE,)}
