"""Payments in PostgreSQL: events are the truth; `pagos.pagos` has their state for queries and constraints."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from pagos.dominio.pago import Pago
from pagos.dominio.pago_repository import PagoExistente, PagoRepository
from pagos.infraestructura.events.codec import TOPICS, from_payload, to_payload
from seedwork.aplicacion.ports import override
from seedwork.infraestructura.postgres.event_store import PostgresEventStore, new_rows
from seedwork.infraestructura.text import decimal_json
from seedwork.infraestructura.text.visible_names import one_form

if TYPE_CHECKING:
    from pagos.dominio.eventos import DatosDelPago
    from pagos.dominio.pago_repository import ClaveDeSolicitud
    from seedwork.dominio.traza import Traza
    from seedwork.infraestructura.postgres.database import PostgresDatabase


class PostgresPagoRepository(PagoRepository):
    """Reads and writes within the open transaction of `database`."""

    def __init__(self, database: PostgresDatabase) -> None:
        self._database = database
        self._events = PostgresEventStore(database, schema="pagos", aggregate_type="Pago")

    @override
    def agregar(self, pago: Pago, *, clave: ClaveDeSolicitud | None, traza: Traza) -> bool:
        """Insert the payment; two unique constraints decide, after waiting for a concurrent insert of the same one."""
        datos = pago.datos
        stored = self._events.append_if(
            """
            insert into pagos.pagos (id, id_afiliado, monto, moneda, estado, referencia_pago, solicitante,
                                     clave_idempotencia, id_campana, fecha_creacion, version)
            values (:id, :id_afiliado, :monto, :moneda, :estado, :referencia_pago, :solicitante,
                    :clave_idempotencia, :id_campana, :fecha_creacion, :version)
            on conflict do nothing
            returning id
            """,
            new_rows(pago, to_payload, traza=traza),
            id=pago.id,
            id_afiliado=datos.id_afiliado,
            monto=datos.monto.monto,
            moneda=datos.monto.moneda.value,
            estado=pago.estado.value,
            referencia_pago=datos.referencia_pago,
            solicitante=clave and clave.solicitante,
            clave_idempotencia=clave and clave.valor,
            id_campana=datos.id_campana,
            fecha_creacion=pago.fecha_creacion,
            version=pago.version,
        )
        if stored:
            pago.clear_new_events()
        return stored

    @override
    def buscar(self, datos: DatosDelPago, *, clave: ClaveDeSolicitud | None) -> PagoExistente | None:
        """Look the payment up in both unique indexes, by one statement."""
        rows = self._database.run(
            """
            select id, misma_clave
              from (select id, true as misma_clave
                      from pagos.pagos
                     where coalesce('sub:' || solicitante, 'afiliado:' || id_afiliado) = :solicitante
                       and clave_idempotencia = :clave
                     union all
                    select id, false
                      from pagos.pagos
                     where normalize(id_afiliado, NFKC) = :id_afiliado and referencia_pago = :referencia) as existente
             order by misma_clave desc
             limit 1
            """,
            solicitante=_solicitante(datos, clave),
            clave=clave and clave.valor,
            id_afiliado=one_form(datos.id_afiliado),  # older events may spell it differently
            referencia=datos.referencia_pago,
        )
        if not rows:
            return None
        [[id_pago, misma_clave]] = rows
        return PagoExistente(pago=self._load([id_pago])[id_pago], misma_clave=misma_clave)

    @override
    def bloquear(self, ids: Collection[UUID]) -> dict[UUID, Pago]:
        """Lock the rows in the order of their ids, so that two batches never deadlock."""
        if not ids:
            return {}
        rows = self._database.run(
            "select id from pagos.pagos where id = any(cast(:ids as uuid[])) order by id for update",
            ids=list(ids),
        )
        return self._load([id_pago for [id_pago] in rows])

    @override
    def reservar_por_conciliar(self, *, ahora: datetime, hasta: datetime, limite: int) -> dict[UUID, Pago]:
        """Lock due rows and postpone them; a concurrent run skips the locked rows and later finds them postponed."""
        rows = self._database.run(
            """
            update pagos.pagos
               set conciliar_desde = :hasta
             where id in (select id from pagos.pagos
                           where conciliar_desde <= :ahora
                           order by conciliar_desde
                           limit :limite
                             for update skip locked)
            returning id
            """,
            ahora=ahora,
            hasta=hasta,
            limite=limite,
        )
        return self._load([id_pago for [id_pago] in rows]) if rows else {}

    @override
    def bloquear_atrasados(self, *, aceptados_hasta: datetime, limite: int) -> dict[UUID, Pago]:
        """Select by the state alone, so that no payment is missed for lack of a mark."""
        rows = self._database.run(
            """
            select id
              from pagos.pagos
             where estado = 'PENDIENTE' and fecha_creacion <= :aceptados_hasta
             order by fecha_creacion
             limit :limite
               for update skip locked
            """,
            aceptados_hasta=aceptados_hasta,
            limite=limite,
        )
        return self._load([id_pago for [id_pago] in rows]) if rows else {}

    @override
    def correlaciones(self, ids: Collection[UUID]) -> dict[UUID, str]:
        """Read the correlation ids from the payments' first events."""
        rows = self._database.run(
            """
            select aggregateid, metadata->>'correlation_id'
              from pagos.outbox_history
             where aggregateid = any(cast(:ids as uuid[])) and version = 1
            """,
            ids=list(ids),
        )
        return {id_pago: str(correlation_id) for id_pago, correlation_id in rows}

    @override
    def publicar_de_nuevo(self, id_pago: UUID, /) -> None:
        """Mark the last published event for publication; events still waiting are left to the relay."""
        self._database.run(
            "select pagos.publicar_de_nuevo(:id, cast(:tipos as text[]))",
            id=id_pago,
            tipos=[tipo.__name__ for tipo, topic in TOPICS.items() if topic is not None],
        )

    @override
    def guardar(self, cambios: Sequence[tuple[Pago, Traza]]) -> None:
        """Write all events by one statement and all states by another."""
        if not cambios:
            return
        self._events.append([row for pago, traza in cambios for row in new_rows(pago, to_payload, traza=traza)])
        self._database.run(
            """
            update pagos.pagos as pago
               set estado = cambio.estado,
                   version = cambio.version,
                   fecha_procesamiento = cambio.fecha_procesamiento,
                   referencia_pasarela = cambio.referencia_pasarela,
                   mensaje_error = cambio.mensaje_error,
                   sin_respuesta = cambio.sin_respuesta,
                   conciliar_desde = cambio.conciliar_desde,
                   reverso_pedido_en = cambio.reverso_pedido_en
              from jsonb_to_recordset(cast(:cambios as jsonb))
                as cambio (id uuid, estado text, version int, fecha_procesamiento timestamptz,
                           referencia_pasarela text, mensaje_error text, sin_respuesta int,
                           conciliar_desde timestamptz, reverso_pedido_en timestamptz)
             where pago.id = cambio.id
            """,
            cambios=decimal_json.dumps([_state(pago) for pago, _ in cambios]),
        )
        for pago, _ in cambios:
            pago.clear_new_events()

    def _load(self, ids: Collection[UUID]) -> dict[UUID, Pago]:
        histories = self._events.load(ids)
        return {
            id_pago: Pago.reconstituir(
                id_pago, (from_payload(event.type, event.payload, event.occurred_at) for event in history)
            )
            for id_pago, history in histories.items()
        }


def _solicitante(datos: DatosDelPago, clave: ClaveDeSolicitud | None) -> str:
    """Return the caller in the form of the index of keys."""
    if clave is None or clave.solicitante is None:
        return f"afiliado:{datos.id_afiliado}"
    return f"sub:{clave.solicitante}"


def _state(pago: Pago) -> dict[str, Any]:
    pregunta = pago.pregunta
    return {
        "id": str(pago.id),
        "estado": pago.estado,
        "version": pago.version,
        "fecha_procesamiento": _instant(pago.fecha_procesamiento),
        "referencia_pasarela": pago.referencia_pasarela,
        "mensaje_error": pago.mensaje_error,
        "sin_respuesta": pregunta.sin_respuesta if pregunta else 0,
        "conciliar_desde": _instant(pregunta.conciliar_desde if pregunta else None),
        "reverso_pedido_en": _instant(pregunta.desde if pregunta and pago.reverso_en_curso else None),
    }


def _instant(value: datetime | None) -> str | None:
    return None if value is None else value.isoformat()
