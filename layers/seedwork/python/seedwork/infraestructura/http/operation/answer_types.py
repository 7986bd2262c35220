"""The types of fields of answers, with examples. Answers are TypedDicts, so serving a request costs nothing more."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Final, Literal

from pydantic import Field
from typing_extensions import TypedDict

from seedwork.infraestructura.http.operation.parameters import ResponseHeader

Uuid = Annotated[str, Field(json_schema_extra={"format": "uuid"}, examples=["01a2172f-5b0c-7d3e-9f4a-2c6b8d0e1f35"])]
Instante = Annotated[
    str, Field(json_schema_extra={"format": "date-time"}, examples=["2026-11-24T09:53:43.223876+00:00"])
]
"""An instant in UTC, to the microsecond."""
Importe = Annotated[Decimal, Field(ge=0, examples=[100.5])]
"""An amount of money, with two decimals."""
Siguiente = Annotated[
    str | None,
    Field(
        description="The `cursor` of the next page; null on the last page.",
        examples=["MjAyNi0xMS0yNFQwOTo1Mzo0My4yMjM4NzYrMDA6MDAgMDFhMjE3MmYtNWIwYy03ZDNlLTlmNGEtMmM2YjhkMGUxZjM1"],
    ),
]
Conteo = Annotated[int, Field(ge=0, examples=[42])]
Afiliado = Annotated[str, Field(examples=["afiliado-001"])]


class Salud(TypedDict):
    """The service is alive."""

    status: Literal["healthy"]
    service: Annotated[str, Field(examples=["pagos"])]
    timestamp: Instante


class Bienvenida(TypedDict):
    """The name of a service, and its main paths on the requested port."""

    message: Annotated[str, Field(examples=["Bienvenido a Aeropartners."])]
    service: Annotated[str, Field(examples=["pagos"])]
    version: Annotated[str, Field(examples=["1.0.0"])]
    health: Annotated[str, Field(examples=["/health"])]
    endpoints: Annotated[list[str], Field(examples=[["/pagos", "/campaigns"]])]


class Disponibilidad(TypedDict):
    """The service can serve; it is degraded while an optional dependency is unavailable."""

    status: Literal["ready", "degraded"]
    service: Annotated[str, Field(examples=["pagos"])]
    timestamp: Instante
    dependencias: Annotated[
        dict[str, str],
        Field(description="`ok`, or the cause of its absence, by dependency.", examples=[{"postgresql": "ok"}]),
    ]


NO_STORE: Final = ResponseHeader(
    name="Cache-Control",
    description="Whether and how long caches may keep the answer.",
    example="no-store",
    required=True,
)
