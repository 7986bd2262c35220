"""Counts of recent and of open payments on PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from pagos.aplicacion.contar_recientes import PagosRecientes, Recientes
from pagos.dominio.estado_pago import EstadoPago
from seedwork.aplicacion.ports import override
from seedwork.infraestructura.postgres.recent_minutes import RecentMinutes

if TYPE_CHECKING:
    from seedwork.infraestructura.postgres.database import PostgresDatabase


class PostgresPagosRecientes(PagosRecientes):
    """Counts index entries of the last minutes and of open payments; the history does not matter."""

    def __init__(self, database: PostgresDatabase) -> None:
        self._database = database
        self._minutes: RecentMinutes[int] = RecentMinutes(self._accepted, none=0)

    @override
    def contar(self, *, minutos: int, ahora: datetime) -> Recientes:
        # A state's name is a part of the statement: for a parameter the planner would expect a fifth of all payments.
        rows = self._database.read(
            """
            select estado, mas_antiguo_segundos,
                   case estado when 'PENDIENTE' then (select count(*) from pagos.pagos where estado = 'PENDIENTE')
                               else (select count(*) from pagos.pagos where estado = 'PROCESANDO') end
              from pagos.pagos_abiertos
             where estado in ('PENDIENTE', 'PROCESANDO')
            """
        )
        return Recientes(
            por_minuto=self._minutes.last(minutos, now=ahora),
            abiertos={EstadoPago(estado): abiertos for estado, _, abiertos in rows},
            mas_antiguo_segundos={EstadoPago(estado): segundos for estado, segundos, _ in rows},
        )

    def _accepted(self, since: datetime, until: datetime) -> Mapping[datetime, int]:
        rows = self._database.read(
            """
            select date_trunc('minute', fecha_creacion, 'UTC'), count(*)
              from pagos.pagos
             where fecha_creacion >= :since and fecha_creacion < :until
             group by 1
            """,
            since=since,
            until=until,
        )
        return {minute: int(count) for minute, count in rows}
