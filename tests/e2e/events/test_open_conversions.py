"""A conversion is paid, and its payment known, even if its message or the answer is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

from support.event_collector.on_platform import get, send_event, un_evento
from support.platform.platform import eventually

if TYPE_CHECKING:
    from support.platform.platform import Platform

LOST = """
    insert into event_collector.outbox (id, aggregatetype, aggregateid, version, type, payload, metadata, occurred_at,
                                        published_at)
    select nuevo.id, aggregatetype, nuevo.id, version, type,
           payload || jsonb_build_object('id_evento', nuevo.id, 'id_evento_cliente', nuevo.id), metadata,
           now() - interval '10 minutes', now() - interval '10 minutes'
      from event_collector.outbox, (select cast(%s as uuid) as id) as nuevo
     where outbox.id = %s
    """
ANSWER_LOST = """
    with olvidada as (delete from event_collector.comisiones where id_evento = %s returning id_evento)
    insert into event_collector.conversiones_abiertas
    select id_evento, now() - interval '10 minutes', now() - interval '1 minute' from olvidada
    """


def una_conversion(platform: Platform) -> str:
    """Send a conversion; return its id."""
    conversion = un_evento(tipo_evento="CONVERSION", valor_conversion=100, moneda="COP")
    return str(send_event(platform, conversion).json()["id_evento"])


def pagada(platform: Platform, id_evento: str) -> dict[str, Any] | None:
    """Return the event's status once its payment is made, else None."""
    vista = get(platform, f"events/{id_evento}/status")
    return vista if vista["pago"] and vista["pago"]["estado"] == "EXITOSO" else None


def test_a_lost_message_and_a_lost_answer_are_healed(platform: Platform) -> None:
    """The reconciliation alone heals both, and the affiliate is paid once."""
    otra, id_evento = una_conversion(platform), str(uuid4())
    platform.sql(LOST, id_evento, otra)
    assert get(platform, f"events/{id_evento}/status")["estado"] == "PUBLICADO"
    assert get(platform, "statistics")["conversion_mas_antigua_segundos"] >= 600
    assert platform.status()["oldest_conversion_seconds"] >= 600

    platform.aero("invoke", "conciliar-conversiones")
    vista = eventually(lambda: pagada(platform, id_evento), timeout=60, what="payment of the lost conversion")
    assert vista["estado"] == "PROCESADO"

    platform.sql(ANSWER_LOST, id_evento)
    assert get(platform, f"events/{id_evento}/status")["estado"] == "PUBLICADO"
    platform.aero("invoke", "conciliar-conversiones")
    de_nuevo = eventually(lambda: pagada(platform, id_evento), timeout=60, what="answer of payments")
    assert de_nuevo["pago"] == vista["pago"]
    query = "select count(*) from event_collector.conversiones_abiertas where id_evento = %s"
    assert platform.sql(query, id_evento) == [(0,)]
    assert platform.charges()[vista["pago"]["id_pago"]] == 1
