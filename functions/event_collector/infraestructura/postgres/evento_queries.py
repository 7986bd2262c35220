"""Reads the state of events from PostgreSQL, and marks events to be published again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from event_collector.aplicacion.consultar_eventos import (
    EventoConsultas,
    EventoVista,
    Fallo,
    PagoDeComision,
    SinComision,
)
from event_collector.aplicacion.reintentar_evento import REINTENTOS_POR_HORA, Reintentos, exigir_reintento
from event_collector.dominio.errores import EventoNoEncontradoError
from event_collector.dominio.tipo_evento import TipoEvento
from seedwork.aplicacion.ports import override
from seedwork.infraestructura.postgres.unit_of_work import PostgresUnitOfWork
from seedwork.infraestructura.text import decimal_json

if TYPE_CHECKING:
    from event_collector.aplicacion.reintentar_evento import ReintentarEvento
    from seedwork.infraestructura.postgres.database import PostgresDatabase

# The consumer named in the failure of an event that could not be published.
RELAY: Final = "relay"


class PostgresEventoConsultas(EventoConsultas, Reintentos):
    """Answers each question with one indexed query, outside of any transaction."""

    def __init__(self, database: PostgresDatabase) -> None:
        self._database = database

    @override
    def por_id(self, id_evento: UUID) -> EventoVista:
        rows = self._database.read(
            """
            select cast(payload as text), metadata->>'correlation_id', occurred_at, published_at,
                   id_pago, estado, mensaje_error, sin_comision.codigo, sin_comision.mensaje,
                   (select count(*) from event_collector.reintentos where reintentos.id_evento = aggregateid)
              from event_collector.outbox_history as evento
              left join event_collector.comisiones on comisiones.id_evento = aggregateid
              left join event_collector.sin_comision on sin_comision.id_evento = aggregateid
             where aggregateid = :id and evento.version = 1
            """,
            id=id_evento,
        )
        if not rows:
            raise EventoNoEncontradoError(id_evento)
        [[payload, correlation_id, aceptado_en, publicado_en, *pagado, codigo, mensaje, reintentos]] = rows
        id_pago, estado, mensaje_error = pagado
        datos = decimal_json.loads(payload)
        return EventoVista(
            id=id_evento,
            tipo=TipoEvento(datos["tipo_evento"]),
            datos=datos,
            correlation_id=correlation_id,
            aceptado_en=aceptado_en,
            publicado_en=publicado_en,
            pago=id_pago and PagoDeComision(id=id_pago, estado=estado, mensaje_error=mensaje_error),
            sin_comision=codigo and SinComision(codigo=codigo, mensaje=mensaje),
            fallos=self._fallos(id_evento=id_evento, id_afiliado=None, limite=None),
            reintentos=reintentos,
        )

    @override
    def fallidos(self, *, id_afiliado: str | None, limite: int) -> Sequence[Fallo]:
        return self._fallos(id_evento=None, id_afiliado=id_afiliado, limite=limite)

    def _fallos(self, *, id_evento: UUID | None, id_afiliado: str | None, limite: int | None) -> list[Fallo]:
        # An unused condition is left out, so that each combination can use its index.
        conditions = [
            (name, value)
            for name, value in (("id_evento", id_evento), ("id_afiliado", id_afiliado))
            if value is not None
        ]
        where = "".join(f" and {name} = :{name}" for name, _ in conditions)
        rows = self._database.read(
            f"""
            select fallo.*, evento.payload->>'tipo_evento'
              from ((select id_evento, id_afiliado, consumidor, motivo, topico, fallo_en, codigo
                       from event_collector.fallos
                      where resuelto_en is null{where}
                      order by fallo_en desc limit :limite)
                    union all
                    (select * from (select aggregateid as id_evento, payload->>'id_afiliado' as id_afiliado,
                                           cast(:relay as text), parked_reason, cast(null as text), parked_at,
                                           cast(null as text)
                                      from event_collector.outbox
                                     where parked_at is not null) as aparcado
                      where true{where}
                      order by parked_at desc limit :limite)) as fallo
              join event_collector.outbox_history as evento
                on evento.aggregateid = fallo.id_evento and evento.version = 1
             order by fallo_en desc limit :limite
            """,
            **dict(conditions),
            limite=limite,
            relay=RELAY,
        )
        return [
            Fallo(
                id_evento=id_,
                id_afiliado=afiliado,
                consumidor=consumidor,
                motivo=motivo,
                topico=topico,
                fecha=fecha,
                codigo=codigo,
                tipo=TipoEvento(tipo),
            )
            for id_, afiliado, consumidor, motivo, topico, fecha, codigo, tipo in rows
        ]

    @override
    def publicar_de_nuevo(self, comando: ReintentarEvento, *, ahora: datetime) -> int:
        """Return the event to the outbox; concurrent retries of the same event wait for each other."""
        with PostgresUnitOfWork(self._database) as transaction:
            self._database.run("select event_collector.desarchivar(:id)", id=comando.id_evento)
            self._database.run(
                "select 1 from event_collector.outbox where aggregateid = :id and version = 1 for update",
                id=comando.id_evento,
            )
            pedidos = self._database.run(
                """
                select pedido_en from event_collector.reintentos
                 where id_evento = :id order by pedido_en desc limit :most
                """,
                id=comando.id_evento,
                most=REINTENTOS_POR_HORA,
            )
            exigir_reintento([pedido_en for [pedido_en] in pedidos], ahora=ahora)
            reintentos = self._publicar_de_nuevo(comando, ahora)
            transaction.commit()
        return reintentos

    def _publicar_de_nuevo(self, comando: ReintentarEvento, ahora: datetime) -> int:
        [[reintentos]] = self._database.run(
            """
            with pedido as (
                insert into event_collector.reintentos (id_evento, pedido_en, forzado, correlation_id)
                values (:id, :ahora, :forzado, :correlation_id)
                    on conflict do nothing
            ), cerrado as (
                update event_collector.fallos set resuelto_en = :ahora where id_evento = :id and resuelto_en is null
            ), pendiente as (
                update event_collector.outbox as evento set published_at = null, parked_at = null, parked_reason = null
                  from (select id, published_at from event_collector.outbox where aggregateid = :id for update) as antes
                 where evento.aggregateid = antes.id
                returning antes.published_at
            ), descontado as (
                update event_collector.outbox_totals set published = published - 1
                 where exists (select from pendiente where published_at is not null)
            )
            select 1 + count(*) from event_collector.reintentos where id_evento = :id and pedido_en <> :ahora
            """,
            id=comando.id_evento,
            ahora=ahora,
            forzado=comando.forzado,
            correlation_id=comando.correlation_id,
        )
        return int(reintentos)
