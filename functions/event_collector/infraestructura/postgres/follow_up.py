"""Records in PostgreSQL how events fared: their payments, denials and dead letters."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Final

from event_collector.aplicacion.registrar_fallos import Fallos
from event_collector.aplicacion.seguir_comisiones import Comisiones
from event_collector.dominio.tipo_evento import TipoEvento
from event_collector.infraestructura.events.codec import topic_of
from seedwork.aplicacion.ports import override
from seedwork.infraestructura.text import decimal_json

if TYPE_CHECKING:
    from event_collector.aplicacion.registrar_fallos import CartaMuerta
    from event_collector.aplicacion.seguir_comisiones import ComisionNegada, PagoConocido
    from seedwork.infraestructura.postgres.database import PostgresDatabase

# The connector's mapping whose function makes the payments.
COMISIONES: Final = "comisiones"


class PostgresComisiones(Comisiones):
    """Runs each call as one statement and transaction; repetitions and earlier versions change nothing."""

    def __init__(self, database: PostgresDatabase) -> None:
        self._database = database

    @override
    def guardar(self, pagos: Collection[PagoConocido]) -> None:
        self._database.read(
            """
            with pago as (
                select * from jsonb_to_recordset(cast(:pagos as jsonb))
                    as pago (id_evento uuid, id_pago uuid, estado text, version int, mensaje_error text,
                             cambiada_en timestamptz)
                 where exists (select from event_collector.outbox_history where aggregateid = pago.id_evento)
            ), pagado as (
                -- A dead letter may have been redelivered by hand, so a payment closes its event's failure, unless the
                -- payment is known to have given way: that news may have come first.
                update event_collector.fallos as fallo set resuelto_en = cambiada_en
                  from pago
                 where fallo.id_evento = pago.id_evento and consumidor = :comisiones and resuelto_en is null
                   and fallo.id_pago is distinct from pago.id_pago
            )
            insert into event_collector.comisiones as comision
                   (id_evento, id_pago, estado, version, mensaje_error, cambiada_en)
            select id_evento, id_pago, estado, version, mensaje_error, cambiada_en
              from pago
             order by id_evento
                on conflict (id_evento) do update
               set id_pago = excluded.id_pago, estado = excluded.estado, version = excluded.version,
                   mensaje_error = excluded.mensaje_error, cambiada_en = excluded.cambiada_en
             where comision.version < excluded.version
            """,
            comisiones=COMISIONES,
            pagos=decimal_json.dumps(
                [
                    {
                        "id_evento": str(pago.id_evento),
                        "id_pago": str(pago.id_pago),
                        "estado": pago.estado,
                        "version": pago.version,
                        "mensaje_error": pago.mensaje_error,
                        "cambiada_en": pago.ocurrido_en.isoformat(),
                    }
                    for pago in pagos
                ]
            ),
        )

    @override
    def guardar_negadas(self, negadas: Collection[ComisionNegada]) -> None:
        """Record the denials; one that is a failure counts against the consumer that makes the payments."""
        self._database.read(
            """
            with negada as (
                select n.*, payload->>'id_afiliado' as id_afiliado
                  from jsonb_to_recordset(cast(:negadas as jsonb))
                    as n (id_evento uuid, codigo text, mensaje text, desde timestamptz, es_un_fallo boolean,
                          desplazado uuid)
                  join event_collector.outbox_history on aggregateid = id_evento and version = 1
                 where not exists (select from event_collector.comisiones as pago
                                    where pago.id_evento = n.id_evento and id_pago is distinct from desplazado)
            ), fallida as (
                insert into event_collector.fallos as fallo
                       (id_evento, consumidor, id_afiliado, motivo, topico, fallo_en, codigo, id_pago)
                select id_evento, :comisiones, id_afiliado, mensaje, :topico, desde, codigo, desplazado
                  from negada
                 where es_un_fallo
                 order by id_evento
                    on conflict (id_evento, consumidor) do update
                   set motivo = excluded.motivo, topico = excluded.topico, fallo_en = excluded.fallo_en,
                       codigo = excluded.codigo, id_pago = excluded.id_pago, resuelto_en = null
                 where greatest(fallo.fallo_en, fallo.resuelto_en) < excluded.fallo_en
            )
            insert into event_collector.sin_comision as conocida (id_evento, codigo, mensaje, desde)
            select id_evento, codigo, mensaje, desde
              from negada
             where not es_un_fallo
             order by id_evento
                on conflict (id_evento) do update
               set codigo = excluded.codigo, mensaje = excluded.mensaje, desde = excluded.desde
             where conocida.desde < excluded.desde
            """,
            comisiones=COMISIONES,
            topico=topic_of(TipoEvento.CONVERSION),
            negadas=decimal_json.dumps(
                [
                    {
                        "id_evento": str(negada.id_evento),
                        "codigo": negada.codigo,
                        "mensaje": negada.mensaje,
                        "desde": negada.ocurrido_en.isoformat(),
                        "es_un_fallo": negada.es_un_fallo,
                        "desplazado": negada.id_pago_desplazado and str(negada.id_pago_desplazado),
                    }
                    for negada in negadas
                ]
            ),
        )


class PostgresFallos(Fallos):
    """Runs each call as one transaction; a letter older than its event's retry does not reopen the failure."""

    def __init__(self, database: PostgresDatabase) -> None:
        self._database = database

    @override
    def guardar(self, cartas: Collection[CartaMuerta]) -> None:
        self._database.read(
            """
            insert into event_collector.fallos as fallo
                   (id_evento, consumidor, id_afiliado, motivo, topico, fallo_en)
            select aggregateid, consumidor, payload->>'id_afiliado', motivo, topico, fallo_en
              from jsonb_to_recordset(cast(:cartas as jsonb))
                as carta (id_evento uuid, consumidor text, motivo text, topico text, fallo_en timestamptz)
              join event_collector.outbox_history on aggregateid = id_evento and version = 1
             order by aggregateid, consumidor
                on conflict (id_evento, consumidor) do update
               set motivo = excluded.motivo, topico = excluded.topico, fallo_en = excluded.fallo_en, codigo = null,
                   id_pago = null, resuelto_en = null
             where greatest(fallo.fallo_en, fallo.resuelto_en) < excluded.fallo_en
            """,
            cartas=decimal_json.dumps(
                [
                    {
                        "id_evento": str(carta.id_evento),
                        "consumidor": carta.consumidor,
                        "motivo": carta.motivo,
                        "topico": carta.topico,
                        "fallo_en": carta.fallo_en.isoformat(),
                    }
                    for carta in cartas
                ]
            ),
        )
