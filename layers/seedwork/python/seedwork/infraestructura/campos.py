"""The types of fields that come in from outside, for pydantic models."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Final

from pydantic import BaseModel, BeforeValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from seedwork.dominio.dinero import DECIMALES, MONTO_MAXIMO, Dinero, Moneda

_LOST_PLUS: Final = re.compile(r"(T[\d:.,]+) (\d\d(:?\d\d)?)")


def _number(value: object) -> object:
    """JSON numbers only: text is not a number, and neither is true."""
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        raise PydanticCustomError("decimal_type", "not a number")
    return Decimal(value)


def _instant(value: object) -> object:
    """ISO 8601 only, not the seconds since 1970 that pydantic takes too; what has no zone is UTC."""
    if not isinstance(value, str):
        raise PydanticCustomError("datetime_type", "not a date")
    try:
        instant = datetime.fromisoformat(value)
        return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)
    except (ValueError, OverflowError):  # the first and the last hours of the calendar have no UTC
        raise PydanticCustomError("datetime_parsing", "not a date") from None


def _with_plus(value: object) -> object:
    """A `+` that was not encoded arrives as a space: before an offset from UTC nothing else can be meant."""
    return _LOST_PLUS.sub(r"\1+\2", value) if isinstance(value, str) else value


Texto = Annotated[str, StringConstraints(strict=True, strip_whitespace=True, min_length=1, pattern=r"^\P{Cc}*$")]
Afiliado = Annotated[Texto, Field(max_length=100)]
Monto = Annotated[
    Decimal, BeforeValidator(_number), Field(le=MONTO_MAXIMO, decimal_places=DECIMALES, allow_inf_nan=False)
]
Fecha = Annotated[datetime, BeforeValidator(_instant)]
FechaDeConsulta = Annotated[Fecha, BeforeValidator(_with_plus)]


class DineroCampo(BaseModel):
    """An amount in a currency, not negative."""

    monto: Annotated[Monto, Field(ge=0)]
    moneda: Moneda

    def dinero(self) -> Dinero:
        """In the domain's terms."""
        return Dinero(monto=self.monto, moneda=self.moneda)
