"""Counts of recent events on PostgreSQL."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from event_collector.aplicacion.consultar_estadisticas import EventosRecientes
from event_collector.infraestructura.events.codec import TYPES
from event_collector.infraestructura.postgres.event_ids import first_id, id_after
from seedwork.aplicacion.ports import override
from seedwork.infraestructura.postgres.recent_minutes import RecentMinutes

if TYPE_CHECKING:
    from event_collector.dominio.tipo_evento import TipoEvento
    from seedwork.infraestructura.postgres.database import PostgresDatabase

_TIPOS: Final = {name: tipo for tipo, name in TYPES.items()}


class PostgresEventosRecientes(EventosRecientes):
    """Reads the newest ids of the outbox; events leave it for the archive a day later at the earliest."""

    def __init__(self, database: PostgresDatabase) -> None:
        self._database = database
        self._minutes: RecentMinutes[Mapping[TipoEvento, int]] = RecentMinutes(self._accepted, none={})

    @override
    def por_minuto(self, *, minutos: int, ahora: datetime) -> Sequence[tuple[datetime, Mapping[TipoEvento, int]]]:
        return self._minutes.last(minutos, now=ahora)

    def _accepted(self, since: datetime, until: datetime) -> Mapping[datetime, Mapping[TipoEvento, int]]:
        rows = self._database.read(
            """
            select date_trunc('minute', occurred_at, 'UTC'), type, count(*)
              from event_collector.outbox
             where aggregateid >= :first and aggregateid < :last and occurred_at >= :since and occurred_at < :until
             group by 1, 2
            """,
            first=first_id(since),
            last=id_after(until),
            since=since,
            until=until,
        )
        counts: defaultdict[datetime, dict[TipoEvento, int]] = defaultdict(dict)
        for minute, name, count in rows:
            counts[minute][_TIPOS[name]] = int(count)
        return counts
