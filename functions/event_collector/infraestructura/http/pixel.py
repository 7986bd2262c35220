"""The image with which a web page without scripts sends an event: one pixel, whose query is the event."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from event_collector.dominio.tipo_evento import FuenteEvento, TipoEvento
from event_collector.infraestructura.http.lenient_fields import lenient_text
from seedwork.infraestructura.http.request_query import single_values

MEDIA_TYPE: Final = "image/gif"

# GIF89a. Every byte is below 0x80, so the image is also text, and API Gateway passes it on unchanged. Binary data would
# have to be base64, and so would the bodies of all other requests.
PIXEL: Final = "GIF89a\x01\x00\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"

FACTS: Final = frozenset(
    ("tipo_evento", "id_afiliado", "id_campana", "valor_conversion", "moneda", "id_evento_cliente")
)
FIELDS: Final = FACTS | {
    "id_oferta", "url", "id_sesion", "referrer", "identificador_dispositivo", "resolucion_pantalla", "hash_validacion"
}  # fmt: skip
_NUMBER: Final = re.compile(r"\d+(\.\d+)?", re.ASCII)


def pixel_document(query: Mapping[str, Sequence[str]], *, page: str | None) -> dict[str, Any]:
    """Return the event's document: by default an impression of `page`; unknown parameters are tracking parameters.

    A parameter without a value counts as missing, because a query has no null and templates leave empty values. A fact
    given twice raises RequestError (422); of any other repeated parameter the last one counts.
    """
    given = {name: value for name, value in single_values(query, FACTS).items() if lenient_text(value) is not None}
    document: dict[str, Any] = {"tipo_evento": TipoEvento.IMPRESSION, "url": page, "referrer": None}
    document |= {name: value for name, value in given.items() if name in FIELDS}
    if (valor := given.get("valor_conversion")) is not None:
        document["valor_conversion"] = Decimal(valor) if _NUMBER.fullmatch(valor) else valor
    others = {name: value for name, value in given.items() if name not in FIELDS}
    return {**document, "fuente_evento": FuenteEvento.WEB_TAG, "parametros_tracking": others}
