"""Tracking events in PostgreSQL: one statement writes the event store, the outbox, the deduplication and the totals."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from event_collector.dominio.evento_repository import EventoConocido, EventoRepository
from event_collector.dominio.tipo_evento import TipoEvento
from event_collector.infraestructura.events.codec import TYPES, partition_key, to_payload
from seedwork.aplicacion.ports import override
from seedwork.infraestructura.text import decimal_json

if TYPE_CHECKING:
    from event_collector.dominio.evento import EventoAceptado, EventoRecibido
    from seedwork.infraestructura.postgres.database import PostgresDatabase

FOR_EVER: Final = "infinity"


class PostgresEventoRepository(EventoRepository):
    """Runs each call as one statement, which is one transaction and one round trip."""

    def __init__(self, database: PostgresDatabase) -> None:
        self._database = database

    @override
    def agregar(self, eventos: Sequence[EventoAceptado]) -> set[UUID]:
        """Store the new events; keys are written in their order, so that two batches never deadlock.

        An expired key is given to the new event. Earlier versions recorded no proofs; their events are found by the key
        that such a version gave them. Events stored under their request's id are found by that id. The statement may
        run twice if the connection breaks the first time: our own ids show which events the first run stored.
        """
        rows = self._database.read(
            """
            with nuevo as (
                select * from jsonb_to_recordset(cast(:rows as jsonb))
                    as evento (id uuid, type text, payload jsonb, metadata jsonb, occurred_at timestamptz,
                               huella text, huella_anterior text, huella_de_peticion text, hash_evento text,
                               hasta timestamptz)
                 where (huella_de_peticion is null
                    or not exists (select from event_collector.deduplicacion_history as previa
                                    where previa.huella = decode(huella_de_peticion, 'hex') and previa.hasta > :ahora
                                      and previa.hash_evento = decode(evento.hash_evento, 'hex')))
                   and (huella_anterior is null
                    or not exists (select from event_collector.deduplicacion_history as previa
                                     join event_collector.outbox_history as viejo
                                       on viejo.aggregateid = previa.id_evento and viejo.version = 1
                                    where previa.huella = decode(huella_anterior, 'hex') and previa.hasta > :ahora
                                      and viejo.payload->'probado' is null
                                      and viejo.payload->>'fuente_evento' = evento.payload->>'fuente_evento'))
            ), propio as (
                insert into event_collector.deduplicacion as conocido (huella, hash_evento, id_evento, hasta)
                select decode(huella, 'hex'), decode(hash_evento, 'hex'), id, hasta from nuevo order by huella
                    on conflict (huella) do update
                   set hash_evento = excluded.hash_evento, id_evento = excluded.id_evento, hasta = excluded.hasta
                 where conocido.hasta <= :ahora or conocido.id_evento = excluded.id_evento
                returning id_evento
            ), guardado as (
                insert into event_collector.outbox (id, aggregatetype, aggregateid, version, type, payload, metadata,
                                                    occurred_at)
                select id, 'Evento', id, 1, type, payload, metadata, occurred_at
                  from nuevo join propio on id_evento = id
                 order by id
                    on conflict do nothing
            )
            table propio
            """,
            ahora=eventos[0].aceptado_en,
            rows=decimal_json.dumps([_row(evento) for evento in eventos]),
        )
        return {id_evento for [id_evento] in rows}

    @override
    def conocidos(self, recibidos: Collection[EventoRecibido], *, ahora: datetime) -> Mapping[str, EventoConocido]:
        """Look up each key by the primary key."""
        claves = {
            clave
            for recibido in recibidos
            for clave in (recibido.solicitud.clave, recibido.solicitud.clave_anterior, recibido.clave_de_peticion)
            if clave is not None
        }
        rows = self._database.read(
            """
            select encode(huella, 'hex'), id_evento, payload->>'tipo_evento', encode(hash_evento, 'hex'), occurred_at,
                   payload->'probado' is null, payload->>'fuente_evento'
              from event_collector.deduplicacion_history
              join event_collector.outbox_history on aggregateid = id_evento and version = 1
             where huella in (select decode(clave, 'hex')
                                from jsonb_array_elements_text(cast(:claves as jsonb)) as clave)
               and hasta > :ahora
            """,
            claves=decimal_json.dumps(list(claves)),  # pg8000 takes 0.1 ms for each item of an array
            ahora=ahora,
        )
        de_antes: dict[tuple[str, str], EventoConocido] = {}
        todos: dict[str, EventoConocido] = {}
        for clave, id_evento, tipo, hash_evento, aceptado_en, es_de_antes, fuente in rows:
            todos[clave] = EventoConocido(
                id=id_evento, tipo=TipoEvento(tipo), hash_evento=hash_evento, aceptado_en=aceptado_en
            )
            if es_de_antes:
                de_antes[clave, fuente] = todos[clave]
        repetidos = {}
        for recibido in recibidos:
            solicitud, otro = recibido.solicitud, todos.get(recibido.clave_de_peticion or "")
            repetidos[solicitud.clave] = (
                todos.get(solicitud.clave)
                or de_antes.get((solicitud.clave_anterior or "", recibido.datos.fuente))
                or (otro if otro and otro.hash_evento == solicitud.huella else None)
            )
        return {clave: conocido for clave, conocido in repetidos.items() if conocido is not None}

    @override
    def olvidar(self, *, ahora: datetime, limite: int) -> int:
        """Delete expired keys; those that another transaction is giving to a new event are skipped."""
        rows = self._database.read(
            """
            delete from event_collector.deduplicacion
             where ctid = any (array(select ctid from event_collector.deduplicacion
                                      where hasta < 'infinity' and hasta <= :ahora
                                      order by hasta
                                      limit :limite
                                        for update skip locked))
            returning 1
            """,
            ahora=ahora,
            limite=limite,
        )
        return len(rows)


def _row(evento: EventoAceptado) -> dict[str, Any]:
    recibido = evento.recibido
    traza = recibido.traza
    return {
        "id": str(evento.id),
        "type": TYPES[recibido.datos.tipo],
        "payload": to_payload(evento),
        "metadata": {
            "correlation_id": traza.correlation_id,
            "causation_id": traza.causation_id,
            "partition_key": partition_key(evento),
        },
        "occurred_at": evento.aceptado_en.isoformat(),
        "huella": recibido.solicitud.clave,
        "huella_anterior": recibido.solicitud.clave_anterior,
        "huella_de_peticion": recibido.clave_de_peticion,
        "hash_evento": recibido.solicitud.huella,
        "hasta": FOR_EVER if evento.repetible_desde is None else evento.repetible_desde.isoformat(),
    }
