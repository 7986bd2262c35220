"""Builders of tracking events."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from uuid6 import uuid7

from event_collector.dominio.afiliado import Afiliado
from event_collector.dominio.evento import DatosDelEvento, Dispositivo, EventoRecibido, Visita
from event_collector.dominio.tipo_evento import FuenteEvento, TipoEvento
from event_collector.infraestructura.events.codec import solicitud_de
from seedwork.dominio.dinero import Dinero, Moneda
from seedwork.dominio.traza import Traza
from support.builders import AHORA

if TYPE_CHECKING:
    from event_collector.dominio.evento import EventoAceptado


def unos_datos(tipo: TipoEvento = TipoEvento.CLICK, **campos: Any) -> DatosDelEvento:
    """Return an event's data; a conversion is worth 100 COP."""
    datos = DatosDelEvento(
        tipo=tipo,
        id_afiliado="afiliado-001",
        parametros_tracking={},
        datos_custom={},
        dispositivo=Dispositivo(),
        valor=Dinero(monto=Decimal(100), moneda=Moneda.COP) if tipo is TipoEvento.CONVERSION else None,
    )
    return replace(datos, **campos)


def un_recibido(tipo: TipoEvento = TipoEvento.CLICK, *, visita: Visita | None = None, **campos: Any) -> EventoRecibido:
    """Return a sent event, from a visitor of its own unless it has its sender's id."""
    datos, visita = unos_datos(tipo, **campos), visita or Visita(id_sesion=str(uuid4()))
    return EventoRecibido(
        datos=datos,
        visita=visita,
        solicitud=solicitud_de(datos, visita),
        traza=Traza(correlation_id=str(uuid4())),
    )


def un_probado(tipo: TipoEvento = TipoEvento.CONVERSION, **campos: Any) -> EventoRecibido:
    """Return an admitted event that its affiliate sent with its API key."""
    afiliado = Afiliado(id="afiliado-001", eventos_por_minuto=1, llaves=(b"huella",))
    return un_recibido(tipo, **{"fuente": FuenteEvento.API_DIRECT, **campos}).admitido_de(afiliado)


def un_aceptado(recibido: EventoRecibido | None = None, *, ahora: datetime = AHORA, **campos: Any) -> EventoAceptado:
    """Return an accepted event, ready to be stored."""
    return (recibido or un_recibido(**campos)).aceptar(uuid7(), ahora=ahora)
