"""What the reports API reads (DESIGN's contract)."""

from __future__ import annotations

import re
from typing import Annotated, Final
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict

from reportes.dominio.informe import Consulta
from reportes.dominio.pago_reportado import EstadoReportado
from reportes.dominio.periodo import Periodo
from reportes.dominio.version import Version
from seedwork.dominio.dinero import Moneda
from seedwork.infraestructura.campos import Afiliado, Fecha

_LOST_PLUS: Final = re.compile(r"(T[\d:.,]+) (\d\d(:?\d\d)?)")


def _with_plus(value: object) -> object:
    """A `+` that was not encoded arrives as a space: before an offset from UTC nothing else can be meant."""
    return _LOST_PLUS.sub(r"\1+\2", value) if isinstance(value, str) else value


Instante = Annotated[Fecha, BeforeValidator(_with_plus)]


class InformeParametros(BaseModel):
    """The query of `GET /api/reports/payments` and of its CSV; what has a typing error in its name is refused."""

    model_config = ConfigDict(extra="forbid")

    fecha_desde: Instante | None = None
    fecha_hasta: Instante | None = None
    estado: EstadoReportado | None = None
    moneda: Moneda = Moneda.COP
    id_campana: UUID | None = None
    id_afiliado: Afiliado | None = None
    version: Version | None = None

    def consulta(self) -> Consulta:
        """In the domain's terms; raises PeriodoInvertidoError."""
        return Consulta(
            periodo=Periodo(desde=self.fecha_desde, hasta=self.fecha_hasta),
            moneda=self.moneda,
            estado=self.estado,
            id_campana=self.id_campana,
            id_afiliado=self.id_afiliado,
        )
