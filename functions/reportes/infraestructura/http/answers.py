"""The documents that the reports API answers with; their fields are in English camelCase."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from reportes.aplicacion.versiones import Origen
from reportes.dominio.pago_reportado import EstadoReportado
from reportes.dominio.version import Version
from seedwork.dominio.dinero import Moneda
from seedwork.infraestructura.http.operation.answer_types import Afiliado, Conteo, Importe, Instante, Uuid

Zulu = Annotated[
    str | None,
    Field(
        json_schema_extra={"format": "date-time"},
        description="Null without an end on this side.",
        examples=["2026-11-01T00:00:00Z"],
    ),
]
Autor = Annotated[str | None, Field(description="Who published it.", examples=["ana"])]
Milisegundos = Annotated[int | None, Field(description="How long the latest event took to be counted.", examples=[310])]

Periodo = TypedDict("Periodo", {"from": Zulu, "to": Zulu})


class Resumen(TypedDict):
    """The payments of a period in one currency."""

    totalPayments: Conteo
    totalAmount: Importe
    currency: Moneda


class InformeSimple(TypedDict):
    """The report in version 1."""

    summary: Resumen
    period: Periodo


class ResumenDetallado(Resumen):
    """The payments of a period in one currency, with their average and states."""

    avgTicket: Importe
    byStatus: Annotated[dict[EstadoReportado, Conteo], Field(examples=[{"PENDING": 2, "COMPLETED": 39, "FAILED": 1}])]


class ParteDeCampana(TypedDict):
    """The payments of one campaign; `campaignId` is null for payments without one."""

    campaignId: Uuid | None
    payments: Conteo
    amount: Importe


class ParteDeMoneda(TypedDict):
    """The payments in another currency."""

    currency: Annotated[Moneda, Field(examples=[Moneda.USD])]
    payments: Conteo
    amount: Importe


class Desglose(TypedDict):
    """The payments by campaign, and those in other currencies."""

    byCampaign: list[ParteDeCampana]
    byCurrency: list[ParteDeMoneda]


class InformeDetallado(TypedDict):
    """The report in version 2, with all fields of version 1 in the same places."""

    summary: ResumenDetallado
    period: Periodo
    breakdown: Desglose
    version: Literal[Version.V2]


class EventoContado(TypedDict):
    """The latest event of a payment; `id` is null if it was counted before ids were stored."""

    id: Uuid | None
    version: Annotated[int, Field(ge=1, examples=[3])]


class PagoContado(TypedDict):
    """A payment as reports count it."""

    id: Uuid
    affiliateId: Afiliado
    campaignId: Uuid | None
    amount: Importe
    currency: Moneda
    status: Annotated[EstadoReportado, Field(examples=[EstadoReportado.COMPLETED])]
    acceptedAt: Instante
    countedAt: Annotated[Instante | None, Field(description="When its latest event took effect in reports.")]
    event: EventoContado


class CanarioActivo(TypedDict):
    """The version that a share of the affiliates gets."""

    version: Annotated[Version, Field(examples=[Version.V2])]
    percent: Annotated[int, Field(ge=0, le=100, examples=[10])]


class VersionActiva(TypedDict):
    """A published version of the reports."""

    active: Version
    canary: CanarioActivo | None
    since: Instante | None
    by: Autor


class Versiones(VersionActiva):
    """The active version, and the history of changes."""

    source: Annotated[Origen, Field(description="Where the version is known from.")]
    available: Annotated[list[Version], Field(examples=[[Version.V1, Version.V2]])]
    history: Annotated[list[VersionActiva] | None, Field(description="The last changes; null without Parameter Store.")]


class VersionVigente(VersionActiva):
    """The active version, and where it is known from."""

    source: Origen


class Fuente(TypedDict):
    """The progress of one source of events."""

    lastEvent: Instante | None
    type: Annotated[str, Field(examples=["PagoExitoso"])]
    projectedAt: Instante | None


class ModeloDeLectura(TypedDict):
    """How current the reports are."""

    generation: Annotated[int, Field(examples=[1])]
    rebuilding: Annotated[int | None, Field(description="The generation that is being rebuilt, if any.")]
    lagMilliseconds: Milisegundos
    lastSign: Annotated[Instante | None, Field(description="When anything last came from the topics.")]
    lastEvent: Instante | None
    sources: Annotated[
        dict[str, Fuente],
        Field(
            examples=[
                {
                    "pagos": {
                        "lastEvent": "2026-11-24T09:53:43.223876+00:00",
                        "type": "PagoExitoso",
                        "projectedAt": "2026-11-24T09:53:43.533876+00:00",
                    }
                }
            ]
        ),
    ]


class DependenciasDeInformes(TypedDict):
    """`ok`, or the cause of the absence of each dependency."""

    postgresql: Literal["ok"]
    parameterStore: Annotated[str, Field(examples=["ok"])]
    connector: Annotated[str, Field(examples=["ok"])]


class SaludDeInformes(TypedDict):
    """How current the reports are, and the state of their dependencies."""

    status: Literal["healthy", "degraded"]
    service: Annotated[str, Field(examples=["reportes"])]
    timestamp: Instante
    version: VersionVigente
    readModel: ModeloDeLectura
    dependencies: DependenciasDeInformes


class SaludDeVersion(TypedDict):
    """The function runs; `version` is the only one that the requested port serves, or null."""

    status: Literal["healthy"]
    service: Annotated[str, Field(examples=["reportes"])]
    version: Version | None
    timestamp: Instante
