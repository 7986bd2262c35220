"""The types of fields that come in from outside, for pydantic models."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, BeforeValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from seedwork.dominio.dinero import DECIMALES, MONTO_MAXIMO, Dinero, Moneda
from seedwork.infraestructura.instants import read_instant, read_instant_of_query
from seedwork.infraestructura.number_limit import within_limit

if TYPE_CHECKING:
    from collections.abc import Callable


def _number(value: object) -> object:
    """JSON numbers only: text is not a number, and neither is true."""
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        raise PydanticCustomError("decimal_type", "not a number")
    return Decimal(within_limit(value))


def _instant(value: object) -> datetime:
    """Not the seconds since 1970 that pydantic takes too."""
    return _read(value, read_instant)


def _instant_of_query(value: object) -> datetime:
    return _read(value, read_instant_of_query)


def _read(value: object, read: Callable[[str], datetime]) -> datetime:
    if not isinstance(value, str):
        raise PydanticCustomError("datetime_type", "not a date")
    try:
        return read(value)
    except ValueError:
        raise PydanticCustomError("datetime_parsing", "not a date") from None


Texto = Annotated[str, StringConstraints(strict=True, strip_whitespace=True, min_length=1, pattern=r"^\P{Cc}*$")]
Afiliado = Annotated[Texto, Field(max_length=100)]
Monto = Annotated[
    Decimal, BeforeValidator(_number), Field(le=MONTO_MAXIMO, decimal_places=DECIMALES, allow_inf_nan=False)
]
Fecha = Annotated[datetime, BeforeValidator(_instant)]
FechaDeConsulta = Annotated[datetime, BeforeValidator(_instant_of_query)]


class DineroCampo(BaseModel):
    """An amount in a currency, not negative."""

    monto: Annotated[Monto, Field(ge=0)]
    moneda: Moneda

    def dinero(self) -> Dinero:
        """In the domain's terms."""
        return Dinero(monto=self.monto, moneda=self.moneda)
