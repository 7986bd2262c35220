"""Every accepted event is stored unchanged and keeps its contract, whatever its request contains."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from uuid6 import uuid7

from event_collector.dominio.tipo_evento import FuenteEvento, TipoEvento
from event_collector.infraestructura.events.codec import TYPES, to_payload
from event_collector.infraestructura.http.event_request import EventRequest
from event_collector.infraestructura.http.models import EventoDocumento
from seedwork.dominio.traza import Traza
from seedwork.infraestructura.http.problem_details import RequestError
from seedwork.infraestructura.http.request_body import validated
from seedwork.infraestructura.text import decimal_json
from support.builders import AHORA
from support.contracts import validate_data

if TYPE_CHECKING:
    from event_collector.infraestructura.postgres.evento_queries import PostgresEventoConsultas
    from event_collector.infraestructura.postgres.evento_repository import PostgresEventoRepository

# Including lone surrogates, NULs, and letters that become several in upper case.
TEXTS: Final = st.text(st.characters(), max_size=30) | st.sampled_from(["\0", "ß" * 100, "x" * 2_048, "\ud800", " a "])
NUMBERS: Final = st.decimals(allow_nan=False, allow_infinity=False) | st.integers()
JSON: Final = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=12,
)
SCHEMES: Final = st.sampled_from(["https", "capacitor", "android-app", "HTTP", "file"])
QUERIES: Final = st.sampled_from(["", "?utm_source=%00", "?UTM_x=a&utm_x=%FF", "?utm_%00=a", "?utm_a=%0A"])
DOCUMENTS: Final = st.fixed_dictionaries(
    {"tipo_evento": st.sampled_from(TipoEvento), "id_afiliado": st.just("afiliado-001")},
    optional={
        "fuente_evento": st.sampled_from(FuenteEvento),
        "id_campana": st.uuids().map(str),
        "url": st.builds("{}://Tienda.example/{}{}".format, SCHEMES, TEXTS, QUERIES) | TEXTS | JSON,
        "parametros_tracking": st.dictionaries(TEXTS | st.sampled_from(["utm_x", "UTM_X"]), TEXTS | JSON) | JSON,
        "datos_custom": st.dictionaries(TEXTS, JSON, max_size=3),
        "valor_conversion": st.decimals("0.01", "999999999999.99", places=2) | NUMBERS,
        "moneda": st.sampled_from(["cop", "USD", "GBP"]),
        **dict.fromkeys(
            (
                "id_oferta", "tipo_dispositivo", "identificador_dispositivo", "sistema_operativo", "navegador",
                "resolucion_pantalla", "id_evento_cliente", "id_sesion", "referrer", "hash_validacion",
            ),
            TEXTS | JSON,
        ),
    },
)  # fmt: skip
HEADERS: Final = st.fixed_dictionaries(
    {},
    optional={
        "user-agent": TEXTS | st.just(f"(X11; Ubuntu; Linux) Epiphany/{'9' * 300}.0"),
        **dict.fromkeys(("referer", "x-session-id", "webhook-id"), TEXTS),
    },
)


def accepted(document: dict[str, Any]) -> EventoDocumento:
    """Return the document without its refused fields."""
    try:
        return validated(document, EventoDocumento)
    except RequestError as refusal:
        refused = {error["campo"].split(".")[0] for error in refusal.problem.errores}
        refused |= {"valor_conversion", "moneda"}  # they are valid only together
        return validated({name: value for name, value in document.items() if name not in refused}, EventoDocumento)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(document=DOCUMENTS, headers=HEADERS)
def test_accepted_events_are_stored_unchanged(
    eventos: PostgresEventoRepository,
    consultas: PostgresEventoConsultas,
    document: dict[str, Any],
    headers: dict[str, str],
) -> None:
    """PostgreSQL stores and returns it, for any document and headers."""
    solicitud = accepted(document)
    request = EventRequest.read(cabeceras=headers, cuerpo=b"", ip="2001:db8::1")
    id_cliente = request.id_cliente(solicitud.fuente_evento)
    entrada = request.entrada(solicitud, traza=Traza(correlation_id="corr"), id_cliente=id_cliente)
    evento = entrada.recibido.aceptar(uuid7(), ahora=AHORA)
    payload = decimal_json.dumps(to_payload(evento))
    validate_data("event_collector", TYPES[solicitud.tipo_evento], json.loads(payload))
    eventos.agregar([evento])
    clave = evento.recibido.solicitud.clave
    guardado = consultas.por_id(eventos.conocidos([evento.recibido], ahora=AHORA)[clave].id)
    if guardado.id == evento.id:
        assert guardado.datos == decimal_json.loads(payload)
