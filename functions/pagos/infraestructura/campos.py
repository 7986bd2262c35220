"""The types of fields that come in from outside."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from pagos.dominio.comision import PREFIJO_DE_REFERENCIA
from seedwork.dominio.dinero import DECIMALES, MONTO_MAXIMO


def _number(value: object) -> object:
    """JSON numbers only: text is not a number, and neither is true."""
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        raise PydanticCustomError("decimal_type", "not a number")
    return Decimal(value)


def _ours(value: str) -> str:
    if value.startswith(PREFIJO_DE_REFERENCIA):
        raise PydanticCustomError("reserved", "is reserved", {"prefix": PREFIJO_DE_REFERENCIA})
    return value


Texto = Annotated[str, StringConstraints(strict=True, strip_whitespace=True, min_length=1, pattern=r"^\P{Cc}*$")]
Referencia = Annotated[Texto, Field(max_length=255), AfterValidator(_ours)]
Afiliado = Annotated[Texto, Field(max_length=100)]
Monto = Annotated[
    Decimal, BeforeValidator(_number), Field(le=MONTO_MAXIMO, decimal_places=DECIMALES, allow_inf_nan=False)
]
