"""The conversions that wait for their payments, in PostgreSQL; triggers keep their table (infra/migrations)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from event_collector.aplicacion.conciliar_conversiones import ConversionesAbiertas, Revision
from seedwork.aplicacion.ports import override
from seedwork.infraestructura.postgres.unit_of_work import PostgresUnitOfWork
from seedwork.infraestructura.text import decimal_json

if TYPE_CHECKING:
    from event_collector.aplicacion.conciliar_conversiones import Espera
    from seedwork.infraestructura.postgres.database import PostgresDatabase

NEVER: Final = "infinity"


def espera_mas_larga(database: PostgresDatabase) -> float | None:
    """Return for how many seconds the longest-waiting conversion has waited; None if none waits."""
    [[segundos]] = database.read("select segundos from event_collector.espera_de_conversiones")
    return None if segundos is None else float(segundos)


class PostgresConversionesAbiertas(ConversionesAbiertas):
    """Reads and puts off the waiting conversions, and returns them to the outbox."""

    def __init__(self, database: PostgresDatabase) -> None:
        self._database = database

    @override
    def espera_mas_larga(self) -> float | None:
        return espera_mas_larga(self._database)

    @override
    def revisar(self, espera: Espera, /, *, ahora: datetime, limite: int) -> Revision:
        """Check the due conversions; a concurrent run skips the rows locked here, and later finds them put off."""
        with PostgresUnitOfWork(self._database) as transaction:
            vistas = self._database.run(
                """
                select id_evento, aceptada_en
                  from event_collector.conversiones_abiertas
                 where conciliar_desde <= :ahora and aceptada_en <= :aceptadas_hasta
                 order by conciliar_desde
                 limit :limite
                   for update skip locked
                """,
                ahora=ahora,
                aceptadas_hasta=ahora - espera.minima,
                limite=limite,
            )
            vigentes = {id_: en for id_, en in vistas if not espera.ha_vencido(en, ahora=ahora)}
            de_nuevo = self._publicar_de_nuevo(vigentes) if vigentes else []
            if vistas:
                self._posponer(
                    {id_: espera.proxima(en, ahora=ahora) if id_ in vigentes else None for id_, en in vistas}
                )
            transaction.commit()
        return Revision(vistas=len(vistas), de_nuevo=de_nuevo)

    def _posponer(self, proximas: dict[UUID, datetime | None]) -> None:
        self._database.run(
            """
            update event_collector.conversiones_abiertas as abierta
               set conciliar_desde = proxima.desde
              from jsonb_to_recordset(cast(:proximas as jsonb)) as proxima (id uuid, desde timestamptz)
             where id_evento = proxima.id and id_evento = any(cast(:ids as uuid[])) -- by its index
            """,
            ids=list(proximas),
            proximas=decimal_json.dumps(
                [{"id": str(id_), "desde": en.isoformat() if en else NEVER} for id_, en in proximas.items()]
            ),
        )

    def _publicar_de_nuevo(self, ids: Collection[UUID]) -> list[tuple[UUID, str]]:
        """Publish the conversions again, archived ones too; returns those that had been published."""
        self._database.run(
            """
            select event_collector.desarchivar(aggregateid)
              from event_collector.outbox_archive
             where aggregateid = any(cast(:ids as uuid[])) and version = 1
            """,
            ids=list(ids),
        )
        rows = self._database.run(
            """
            with de_nuevo as (
                update event_collector.outbox set published_at = null
                 where aggregateid = any(cast(:ids as uuid[])) and published_at is not null
                returning aggregateid, metadata->>'correlation_id' as correlation_id
            ), descontados as (
                update event_collector.outbox_totals set published = published - (select count(*) from de_nuevo)
                 where exists (select from de_nuevo)
            )
            select aggregateid, correlation_id from de_nuevo
            """,
            ids=list(ids),
        )
        return [(id_evento, str(correlation_id)) for id_evento, correlation_id in rows]
