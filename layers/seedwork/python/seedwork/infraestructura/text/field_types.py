"""The field types of outside data, for pydantic models."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Final

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError, PydanticKnownError

from seedwork.dominio.dinero import DECIMALES, MONTO_MAXIMO, Dinero, Moneda
from seedwork.infraestructura.text.instants import read_instant, read_instant_of_query
from seedwork.infraestructura.text.lazy_models import LazyModel
from seedwork.infraestructura.text.number_limit import within_limit
from seedwork.infraestructura.text.visible_names import is_seen, is_visible, one_form


def _number(value: object) -> object:
    """Return the number of a JSON number; a text or a boolean is refused."""
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        raise PydanticCustomError("decimal_type", "not a number")
    return Decimal(within_limit(value))


def _instant(value: object) -> datetime:
    """Return the instant of a text; seconds since 1970, which pydantic would accept, are refused."""
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


def _one_form(value: object) -> object:
    return one_form(value) if isinstance(value, str) else value


def _visible(value: str) -> str:
    if not is_visible(value):
        raise PydanticCustomError("invisible", "has an invisible character")
    return value


def _seen(value: str) -> str:
    if not is_seen(value):
        raise PydanticKnownError("string_too_short", {"min_length": 1})
    return value


def at_most(limit: Decimal) -> AfterValidator:
    """Limit a number as `Field(le=limit)` does, without Python's notation (`Decimal('0.99')`) in the message."""

    def not_more(value: Decimal) -> Decimal:
        if value > limit:
            raise PydanticKnownError("less_than_equal", {"le": f"{limit:f}"})
        return value

    return AfterValidator(not_more)


# Unicode's category Cc, written so that every reader of the API's document knows it.
NO_CONTROLS: Final = r"^[^\x00-\x1f\x7f-\x9f]*$"

Texto = Annotated[str, StringConstraints(strict=True, strip_whitespace=True, min_length=1, pattern=NO_CONTROLS)]
TextoVisto = Annotated[Texto, AfterValidator(_seen)]
"""A text written by a caller: it may contain invisible characters, as emoji do, but not only those.

Events use Texto.
"""

Visible = Annotated[Texto, AfterValidator(_visible)]
"""A name that distinguishes: no two names may look alike because of an invisible character."""

IdAfiliado = Annotated[Visible, Field(max_length=100), BeforeValidator(_one_form)]
IdAfiliadoDeEvento = Annotated[Texto, Field(max_length=100)]
"""An affiliate's id in an event; older events may have it in another Unicode form."""

Monto = Annotated[
    Decimal,
    BeforeValidator(_number),
    Field(decimal_places=DECIMALES, allow_inf_nan=False),
    at_most(MONTO_MAXIMO),
]
# Other forms of ISO 8601 are read too (`docs/api.md`), but no caller should need them.
_FECHA: Final = {
    "type": "string",
    "anyOf": [{"format": "date-time"}, {"format": "date"}],
    "description": "An instant (RFC 3339), or the first instant of a day in UTC.",
    "examples": ["2026-11-01T00:00:00-05:00"],
}
_FIN: Final = {**_FECHA, "examples": ["2027-01-01T00:00:00-05:00"]}  # the two examples together are a period
Fecha = Annotated[datetime, BeforeValidator(_instant), WithJsonSchema(_FECHA)]
Desde = Annotated[datetime, BeforeValidator(_instant_of_query), WithJsonSchema(_FECHA)]
Hasta = Annotated[datetime, BeforeValidator(_instant_of_query), WithJsonSchema(_FIN)]


class DineroCampo(LazyModel):
    """An amount in a currency, not negative."""

    monto: Annotated[Monto, Field(ge=0)]
    moneda: Moneda

    def dinero(self) -> Dinero:
        """Return the amount in the domain's terms."""
        return Dinero(monto=self.monto, moneda=self.moneda)
