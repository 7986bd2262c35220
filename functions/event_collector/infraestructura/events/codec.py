"""Tracking events as JSON payloads (events/contracts/event_collector), and the hashes that identify them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from event_collector.dominio.tipo_evento import TipoEvento
from seedwork.dominio.huella import huella
from seedwork.dominio.solicitud import Solicitud
from seedwork.infraestructura.text import decimal_json
from seedwork.infraestructura.text.number_limit import plain_characters

if TYPE_CHECKING:
    from event_collector.dominio.evento import DatosDelEvento, EventoAceptado, EventoRecibido, Visita

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
"""The topic of each type (the template has the same mapping, and a test compares the two)."""

_ANY_ID: Final = UUID(int=0)


def _as_written(number: object) -> list[str]:
    return ["decimal", str(number)]


# Earlier versions compared numbers digit by digit, and texts character by character.
_BEFORE: Final = json.JSONEncoder(sort_keys=True, separators=(",", ":"), default=_as_written)


def topic_of(tipo: TipoEvento) -> str:
    """Return the topic of a type of events."""
    return TOPICS[TYPES[tipo]]


def solicitud_de(datos: DatosDelEvento, visita: Visita) -> Solicitud:
    """Return the key that identifies the event's repetitions, and the hash of its data without the sender's id.

    Two events of an affiliate are the same if they have the same id. Without an id, they must have the same data and
    visitor.
    """
    clave, dicho = _identidad(datos, visita, huella)
    clave_anterior, dicho_antes = _identidad(datos, visita, _huella_anterior)
    return Solicitud(
        clave=clave,
        huella=dicho,
        clave_anterior=None if clave_anterior == clave else clave_anterior,
        huella_anterior=None if dicho_antes == dicho else dicho_antes,
    )


def _identidad(datos: DatosDelEvento, visita: Visita, hashed: Callable[[Any], str]) -> tuple[str, str]:
    """Return the key, and the hash of the event's data."""
    data = {name: value for name, value in _data(datos).items() if value not in (None, {})}
    if datos.valor is not None:  # money has a single form, in earlier versions too
        data["valor_conversion"] = _as_written(datos.valor.monto)
    dicho = hashed(data)
    if datos.id_cliente is not None:
        return hashed(_id(datos, datos.id_cliente)), dicho
    visitor = [visita.id_sesion, visita.ip, visita.user_agent, visita.referrer]
    return hashed(["hash", dicho, visitor]), dicho


def clave_de_peticion(datos: DatosDelEvento, id_de_peticion: str | None) -> str | None:
    """Return the key that the request's id would give; None if the event has no other id."""
    return None if id_de_peticion in (None, datos.id_cliente) else huella(_id(datos, id_de_peticion))


def _id(datos: DatosDelEvento, id_cliente: str | None) -> list[str | None]:
    return ["id", datos.id_afiliado, id_cliente]


def to_payload(evento: EventoAceptado) -> dict[str, Any]:
    """Return the event's published payload."""
    return _payload(evento.id, evento.recibido)


def stored_bytes(recibido: EventoRecibido) -> int:
    """Return the size in bytes of the event's JSON in its table and on its topic, where numbers have no exponents."""
    payload = _payload(_ANY_ID, recibido)
    return len(decimal_json.dumps(payload).encode()) + _written_out(recibido.datos.datos_custom)


def _written_out(value: object) -> int:
    """Return by how many characters the numbers of a value grow when written without exponents."""
    match value:
        case Decimal():
            return plain_characters(value) - len(str(value))
        case dict():
            return sum(map(_written_out, value.values()))
        case list():
            return sum(map(_written_out, value))
        case _:
            return 0


def _payload(id_evento: UUID, recibido: EventoRecibido) -> dict[str, Any]:
    visita = recibido.visita
    return {
        "id_evento": str(id_evento),
        **_data(recibido.datos),
        "probado": recibido.probado,
        "id_evento_cliente": recibido.datos.id_cliente,
        "hash_validacion": recibido.datos.hash_validacion,
        "id_sesion": visita.id_sesion,
        "user_agent": visita.user_agent,
        "referrer": visita.referrer,
        "ip": visita.ip,
        "hash_evento": recibido.solicitud.huella,
    }


def partition_key(evento: EventoAceptado) -> str:
    """Return the key that sends the events of an affiliate's campaign to one partition."""
    datos = evento.recibido.datos
    return f"{datos.id_afiliado}#{datos.id_campana or ''}"


def _data(datos: DatosDelEvento) -> dict[str, Any]:
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


def _huella_anterior(value: Any) -> str:
    return hashlib.sha256(_BEFORE.encode(value).encode()).hexdigest()


def _instant(value: datetime | None) -> str | None:
    return None if value is None else value.isoformat()
