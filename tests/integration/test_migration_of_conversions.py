"""The migration of conversions gives old ones the outcome that they have had."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import yoyo

from integration.test_migrations import MIGRATIONS, scratch

if TYPE_CHECKING:
    from aero.platform.database import Database

__all__ = ["scratch"]
# Three conversions of the version before: one is paid, one has a payment that gave way to it, one has no outcome.
BEFORE: Final = """
    with conversion as (
        insert into event_collector.outbox (id, aggregatetype, aggregateid, version, type, payload, metadata,
                                            occurred_at, published_at)
        select id, 'Evento', id, 1, 'ConversionRegistrada',
               '{"id_afiliado": "a", "tipo_evento": "CONVERSION", "valor_conversion": 100, "moneda": "COP"}', '{}',
               now(), now()
          from (select ('00000000-0000-4000-8000-00000000000' || n)::uuid as id from generate_series(1, 3) as n) as ids
        returning id
    ), comision as (
        insert into event_collector.comisiones
        select id, id, case when id::text like '%1' then 'EXITOSO' else 'FALLIDO' end, 2,
               case when id::text like '%2' then 'conversion-en-conflicto: la reemplaza otra' end, now()
          from conversion where id::text not like '%3'
    ), hecho as (
        insert into pagos.outbox (id, aggregatetype, aggregateid, version, type, payload, metadata, occurred_at)
        select gen_random_uuid(), 'Pago', id, 2, 'PagoFallido',
               '{"mensaje_error": "conversion-en-conflicto: la reemplaza otra"}', '{}', now()
          from conversion where id::text like '%2'
    )
    insert into reportes.pagos (generacion, id, id_afiliado, monto, moneda, estado, fecha, primera_version,
                                ultima_version)
    select 1, id, 'a', 10, 'COP', case when id::text like '%1' then 'COMPLETED' else 'FAILED' end, now(), 1, 2
      from conversion where id::text not like '%3'
    """


def test_a_displaced_conversion_is_in_conflict_and_an_open_one_is_found(scratch: Database) -> None:
    """Reports do not count payments given up before the gateway as failed, and the totals are right."""
    url = f"postgresql+psycopg://{scratch.user}:{scratch.password}@{scratch.host}:{scratch.port}/{scratch.name}"
    migrations = yoyo.read_migrations(str(MIGRATIONS))
    with yoyo.get_backend(url) as backend, scratch.connect() as connection:
        backend.apply_migrations(migrations.filter(lambda migration: migration.id < "0021"))
        connection.execute(BEFORE)
        connection.commit()
        backend.apply_migrations(backend.to_apply(migrations))

        def ask(question: str) -> Sequence[tuple[object, ...]]:
            rows: Sequence[tuple[object, ...]] = connection.execute(question).fetchall()
            return rows

        assert ask("select right(id_evento::text, 1) from event_collector.conversiones_abiertas") == [("3",)]
        assert ask(
            "select right(id_evento::text, 1), codigo, motivo, id_pago = id_evento from event_collector.fallos"
        ) == [("2", "conversion-en-conflicto", "la reemplaza otra", True)]
        assert ask("select payload->>'codigo' from pagos.outbox") == [("conversion-en-conflicto",)]
        assert ask("select estado from reportes.pagos order by id") == [("COMPLETED",), ("VOIDED",)]
        assert ask(
            "select completados, fallidos, anulados, monto_fallido, monto_anulado from reportes.totales"
            " where ambito = 'todo' and nivel = 'anio'"
        ) == [(1, 0, 1, 0, 10)]
