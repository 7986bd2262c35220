"""The types of request fields that only payments have."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from pagos.dominio.comision import PREFIJO_DE_REFERENCIA
from seedwork.infraestructura.text.field_types import Visible


def _ours(value: str) -> str:
    if value.startswith(PREFIJO_DE_REFERENCIA):
        raise PydanticCustomError("reserved", "is reserved", {"prefix": PREFIJO_DE_REFERENCIA})
    return value


Referencia = Annotated[Visible, Field(max_length=255), AfterValidator(_ours)]
