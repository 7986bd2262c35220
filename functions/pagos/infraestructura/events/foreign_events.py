"""The event of another context that payments reacts to (events/contracts/event_collector)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Self
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from pagos.aplicacion.pagar_comisiones import Conversion
from pagos.dominio.comision import id_de_evento
from seedwork.dominio.dinero import Dinero, Moneda
from seedwork.dominio.traza import Traza
from seedwork.infraestructura.text.field_types import IdAfiliadoDeEvento, Monto, Texto

if TYPE_CHECKING:
    from seedwork.infraestructura.events.envelope import Envelope


class ConversionRegistrada(BaseModel):
    """The fields of the event that payments reads."""

    id_afiliado: IdAfiliadoDeEvento
    id_campana: UUID | None = None
    valor_conversion: Annotated[Monto, Field(ge=0)] | None = None
    moneda: Moneda | None = None
    id_evento_cliente: Annotated[Texto, Field(max_length=1_000)] | None = None
    probado: bool = False

    @model_validator(mode="after")
    def _a_value_has_a_currency(self) -> Self:
        if self.valor_conversion is not None and self.moneda is None:
            raise ValueError("valor_conversion has no moneda")
        return self

    @property
    def valor(self) -> Dinero | None:
        """The value as the domain's money, or None."""
        if self.valor_conversion is None or self.moneda is None:
            return None
        return Dinero(monto=self.valor_conversion, moneda=self.moneda)


def conversion_from(envelope: Envelope) -> Conversion:
    """Read a ConversionRegistrada; raises ValueError for anything else."""
    if envelope.type != "ConversionRegistrada":
        raise ValueError(f"{envelope.type} is not ConversionRegistrada")
    data = ConversionRegistrada.model_validate(envelope.data)
    return Conversion(
        event_id=envelope.id,
        id_afiliado=data.id_afiliado,
        id_campana=data.id_campana,
        valor=data.valor,
        id_evento=id_de_evento(envelope.id),
        id_cliente=data.id_evento_cliente,
        probada=data.probado,
        traza=Traza(correlation_id=envelope.correlation_id, causation_id=envelope.id),
    )
