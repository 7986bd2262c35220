"""Tracking events as JSON payloads (events/contracts/event_collector), and the hashes by which they are known."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, Final

from event_collector.dominio.tipo_evento import TipoEvento

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from event_collector.dominio.evento import DatosDelEvento, EventoAceptado, Visita

TYPES: Final[Mapping[TipoEvento, str]] = {
    TipoEvento.CLICK: "ClickRegistrado",
    TipoEvento.IMPRESSION: "ImpresionRegistrada",
    TipoEvento.CONVERSION: "ConversionRegistrada",
    TipoEvento.PAGE_VIEW: "VistaDePaginaRegistrada",
}
TOPICS: Final[Mapping[str, str]] = {
    "ClickRegistrado": "tracking.evt.click",
    "ImpresionRegistrada": "tracking.evt.impression",
    "ConversionRegistrada": "tracking.evt.conversion",
    "VistaDePaginaRegistrada": "tracking.evt.page_view",
}
"""Where the relay publishes each type (the template tells it, and a test compares them)."""


def _exact(number: object) -> list[str]:
    """A Decimal, which is no text that looks like it."""
    return ["decimal", str(number)]


# Whatever the order in which a sender writes an object's members, it says the same. Not `decimal_json`, which takes
# ten times as long when it sorts.
_CANONICAL: Final = json.JSONEncoder(sort_keys=True, separators=(",", ":"), default=_exact)


def topic_of(tipo: TipoEvento) -> str:
    """Where events of a type are published."""
    return TOPICS[TYPES[tipo]]


def event_hash(datos: DatosDelEvento) -> str:
    """The SHA-256, in hexadecimal, of what the event says, as it was given; not of its sender's id and hash for it."""
    said = {name: value for name, value in _said(datos).items() if value not in (None, {})}
    return _sha256(_CANONICAL.encode(said))


def deduplication_key(datos: DatosDelEvento, visita: Visita, *, event_hash: str) -> str:
    """Two events of an affiliate are one if they have its id; without one, if they say the same of the same visitor."""
    if datos.id_cliente is not None:
        return _sha256(_CANONICAL.encode(["id", datos.id_afiliado, datos.id_cliente]))
    visitor = [visita.id_sesion, visita.ip, visita.user_agent, visita.referrer]
    return _sha256(_CANONICAL.encode(["hash", event_hash, visitor]))


def to_payload(evento: EventoAceptado) -> dict[str, Any]:
    """What is published of the event."""
    recibido = evento.recibido
    visita = recibido.visita
    return {
        "id_evento": str(evento.id),
        **_said(recibido.datos),
        "id_evento_cliente": recibido.datos.id_cliente,
        "hash_validacion": recibido.datos.hash_validacion,
        "id_sesion": visita.id_sesion,
        "user_agent": visita.user_agent,
        "referrer": visita.referrer,
        "ip": visita.ip,
        "hash_evento": recibido.solicitud.huella,
    }


def partition_key(evento: EventoAceptado) -> str:
    """The events of a campaign of an affiliate go to one partition."""
    datos = evento.recibido.datos
    return f"{datos.id_afiliado}#{datos.id_campana or ''}"


def _said(datos: DatosDelEvento) -> dict[str, Any]:
    dispositivo = datos.dispositivo
    return {
        "tipo_evento": datos.tipo,
        "id_afiliado": datos.id_afiliado,
        "fuente_evento": datos.fuente,
        "timestamp": _instant(datos.timestamp),
        "id_campana": None if datos.id_campana is None else str(datos.id_campana),
        "id_oferta": datos.id_oferta,
        "url": datos.url,
        "parametros_tracking": datos.parametros_tracking,
        "datos_custom": datos.datos_custom,
        "valor_conversion": datos.valor and datos.valor.monto,
        "moneda": datos.valor and datos.valor.moneda,
        "tipo_dispositivo": dispositivo.tipo,
        "identificador_dispositivo": dispositivo.identificador,
        "sistema_operativo": dispositivo.sistema_operativo,
        "navegador": dispositivo.navegador,
        "resolucion_pantalla": dispositivo.resolucion_pantalla,
    }


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _instant(value: datetime | None) -> str | None:
    return None if value is None else value.isoformat()
