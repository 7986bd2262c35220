"""The read side of payments on PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from pagos.aplicacion.consultar_outbox import EstadisticasOutbox, OutboxConsultas
from pagos.aplicacion.consultar_pago import PagoConsultas
from pagos.aplicacion.trazar_pago import PagoTrazas, Paso
from pagos.dominio.errores import PagoNoEncontradoError
from pagos.infraestructura.events.codec import from_payload
from pagos.infraestructura.postgres.pago_row import COLUMNS, vista_from
from seedwork.aplicacion.ports import override
from seedwork.infraestructura.text import decimal_json

if TYPE_CHECKING:
    from pagos.aplicacion.consultar_pago import PagoVista
    from seedwork.infraestructura.postgres.database import PostgresDatabase


class PostgresPagoConsultas(PagoConsultas, PagoTrazas, OutboxConsultas):
    """Answers each question by one indexed query, outside of any transaction."""

    def __init__(self, database: PostgresDatabase) -> None:
        self._database = database

    @override
    def por_id(self, id_pago: UUID) -> PagoVista:
        rows = self._database.read(
            f"select {COLUMNS} from pagos.pagos where id = :id",
            id=id_pago,
        )
        if not rows:
            raise PagoNoEncontradoError(id_pago)
        return vista_from(rows[0])

    @override
    def pasos(self, id_pago: UUID) -> Sequence[Paso]:
        rows = self._database.read(
            """
            select cast(id as text), type, cast(payload as text), occurred_at, published_at,
                   metadata->>'correlation_id', metadata->>'causation_id'
              from pagos.outbox_history
             where aggregateid = :id
             order by version
            """,
            id=id_pago,
        )
        if not rows:
            raise PagoNoEncontradoError(id_pago)
        return [
            Paso(
                id_evento=event_id,
                evento=from_payload(event_type, decimal_json.loads(payload), occurred_at),
                correlation_id=correlation_id,
                causation_id=causation_id,
                publicado_en=published_at,
            )
            for event_id, event_type, payload, occurred_at, published_at, correlation_id, causation_id in rows
        ]

    @override
    def correlacion(self, id_pago: UUID) -> str | None:
        rows = self._database.read(
            "select metadata->>'correlation_id' from pagos.outbox_history where aggregateid = :id and version = 1",
            id=id_pago,
        )
        return rows[0][0] if rows else None

    @override
    def estadisticas(self) -> EstadisticasOutbox:
        """Count by the indexes of open payments and waiting events; the history is never scanned."""
        [[published, pending, unknown]] = self._database.read(
            """
            select (select published from pagos.outbox_totals),
                   (select count(*) from pagos.outbox where published_at is null and parked_at is null)
                       + (select count(*) from pagos.outbox where parked_at is not null),
                   (select count(*) from pagos.pagos_desconocidos)
            """,
        )
        waiting = self._database.read("select estado, mas_antiguo_segundos from pagos.pagos_abiertos")
        return EstadisticasOutbox(
            eventos_procesados=published,
            eventos_pendientes=pending,
            pagos_desconocidos=unknown,
            mas_antiguo_segundos=dict(waiting),
        )
