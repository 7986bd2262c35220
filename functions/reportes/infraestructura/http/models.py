"""The requests of the reports API."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field

from reportes.dominio.informe import Consulta
from reportes.dominio.pago_reportado import EstadoReportado
from reportes.dominio.periodo import Periodo
from reportes.dominio.version import Version
from reportes.infraestructura.published_version import AUTOR_MAXIMO, VersionPublicada
from seedwork.dominio.dinero import Moneda
from seedwork.infraestructura.text.field_types import Desde, Hasta, IdAfiliado, TextoVisto
from seedwork.infraestructura.text.lazy_models import StrictModel


class InformeParametros(StrictModel):
    """The query of `GET /api/reports/payments` and its CSV; unknown parameters are refused as typing errors."""

    fecha_desde: Desde | None = None
    fecha_hasta: Hasta | None = None
    estado: EstadoReportado | None = None
    moneda: Moneda = Moneda.COP
    id_campana: UUID | None = None
    id_afiliado: IdAfiliado | None = None
    version: Version | None = None

    def consulta(self) -> Consulta:
        """Return the query in the domain's terms; raises PeriodoInvertidoError."""
        return Consulta(
            periodo=Periodo(desde=self.fecha_desde, hasta=self.fecha_hasta),
            moneda=self.moneda,
            estado=self.estado,
            id_campana=self.id_campana,
            id_afiliado=self.id_afiliado,
        )


class VersionBody(VersionPublicada):
    """The version to activate, for all affiliates or some."""

    by: Annotated[TextoVisto, Field(max_length=AUTOR_MAXIMO)] | None = None
