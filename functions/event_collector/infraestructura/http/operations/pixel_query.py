"""The query of the pixel, which it reads itself (`pixel.py`): a page's template may leave values empty."""

from __future__ import annotations

from typing import Annotated, Final, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from event_collector.infraestructura.http.models import Tipo
from seedwork.dominio.dinero import Moneda
from seedwork.infraestructura.text.field_types import IdAfiliado, Visible

_ABOVE_ZERO: Final = r"^(?=.*[1-9])[0-9]{1,12}(\.[0-9]{1,2})?$"


class PixelParametros(TypedDict):
    """An event by its query. Unknown parameters become `parametros_tracking`."""

    id_afiliado: Annotated[IdAfiliado, Field(examples=["afiliado-001"])]
    tipo_evento: NotRequired[Annotated[Tipo, Field(description="An IMPRESSION, unless it says otherwise.")]]
    id_campana: NotRequired[Annotated[str, Field(json_schema_extra={"format": "uuid"})]]
    valor_conversion: NotRequired[Annotated[str, Field(json_schema_extra={"pattern": _ABOVE_ZERO})]]
    moneda: NotRequired[Moneda]
    id_evento_cliente: NotRequired[Annotated[Visible, Field(max_length=200)]]
    url: NotRequired[Annotated[str, Field(description="The page, if not the header Referer.")]]
    id_oferta: NotRequired[str]
    id_sesion: NotRequired[str]
    referrer: NotRequired[str]
