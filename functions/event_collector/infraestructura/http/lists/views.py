"""The answers with lists and recent counts of events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from event_collector.dominio.tipo_evento import TipoEvento
from event_collector.infraestructura.http.lists.parameters import LISTA
from seedwork.infraestructura.text.page_cursor import encode_cursor

if TYPE_CHECKING:
    from event_collector.aplicacion.consultar_eventos import EventoDeLista, PaginaDeEventos
    from event_collector.infraestructura.http.lists import answers


def pagina(pagina: PaginaDeEventos, *, limite: int) -> answers.PaginaDeEventos:
    """Return the answer to `GET /event-collector/events`."""
    ultimo = pagina.eventos[-1] if pagina.hay_mas else None
    return {
        "eventos": [_evento(evento) for evento in pagina.eventos],
        "limite": limite,
        "siguiente": None if ultimo is None else encode_cursor(ultimo.aceptado_en, ultimo.id, lista=LISTA),
    }


def recientes(por_minuto: Sequence[tuple[datetime, Mapping[TipoEvento, int]]]) -> answers.EventosRecientes:
    """Return the answer to `GET /event-collector/statistics/recent`."""
    return {
        "por_minuto": [
            {
                "minuto": minuto.isoformat(),
                "por_tipo": {
                    "CLICK": cuenta.get(TipoEvento.CLICK, 0),
                    "IMPRESSION": cuenta.get(TipoEvento.IMPRESSION, 0),
                    "CONVERSION": cuenta.get(TipoEvento.CONVERSION, 0),
                    "PAGE_VIEW": cuenta.get(TipoEvento.PAGE_VIEW, 0),
                },
            }
            for minuto, cuenta in por_minuto
        ]
    }


def _evento(evento: EventoDeLista) -> answers.EventoDeLista:
    pago = evento.pago
    return {
        "id_evento": str(evento.id),
        "tipo_evento": evento.tipo,
        "id_afiliado": evento.id_afiliado,
        "estado": evento.estado,
        "timestamp": evento.aceptado_en.isoformat(),
        "fecha_publicacion": None if evento.publicado_en is None else evento.publicado_en.isoformat(),
        "id_campana": evento.id_campana,
        "fuente_evento": evento.fuente,
        "valor_conversion": evento.valor,
        "moneda": evento.moneda,
        "pago": None
        if pago is None
        else {"id_pago": str(pago.id), "estado": pago.estado, "mensaje_error": pago.mensaje_error},
    }
