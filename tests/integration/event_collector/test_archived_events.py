"""An archived event stays the same: repetitions find it, it is followed, counted once, and can be retried."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from event_collector.aplicacion.reintentar_evento import ReintentarEvento, reintentar_evento
from event_collector.dominio.estado_evento import EstadoEvento
from event_collector.dominio.tipo_evento import TipoEvento
from event_collector.infraestructura.postgres.follow_up import PostgresComisiones, PostgresFallos
from seedwork.infraestructura.postgres.old_rows import PostgresOldRows
from support.builders import AHORA
from support.event_collector.builders import un_aceptado, un_recibido
from support.event_collector.follow_up import publicar, un_pago, una_carta
from support.postgres.archive import archive, archive_everything
from support.postgres.servers import wait_until

if TYPE_CHECKING:
    from event_collector.dominio.evento import EventoAceptado
    from event_collector.infraestructura.postgres.evento_queries import PostgresEventoConsultas
    from event_collector.infraestructura.postgres.evento_repository import PostgresEventoRepository
    from seedwork.infraestructura.postgres.database import PostgresDatabase
    from support.postgres.database import TestDatabase

TARDE = AHORA + timedelta(days=365)
TOTALES = (
    "select nivel, inicio, id_afiliado, tipo, sum(eventos), sum(valor) from event_collector.totales group by 1, 2, 3, 4"
)


@pytest.fixture
def conversion(database: TestDatabase, eventos: PostgresEventoRepository) -> EventoAceptado:
    """A conversion of last year, under its sender's id."""
    conversion = un_aceptado(un_recibido(TipoEvento.CONVERSION, id_cliente="orden-1"))
    eventos.agregar([conversion])
    archive_everything(database, "event_collector")
    return conversion


def archive_keys(session: PostgresDatabase, *, older_than: timedelta = timedelta(days=1), limite: int = 2) -> int:
    """Archive the keys as the clean-up does."""
    work = PostgresOldRows(session, function="event_collector.archivar_claves", older_than=older_than)
    return sum(work(ahora=datetime.now(UTC), limite=limite))


def of_long_ago(ahora: datetime, **campos: Any) -> EventoAceptado:
    """Return an event whose id contains its time, like the API's ids."""
    id_evento = UUID(int=(int(ahora.timestamp() * 1000) << 80) | random.getrandbits(74))
    return un_recibido(TipoEvento.CONVERSION, **campos).aceptar(id_evento, ahora=ahora)


def test_a_conversion_of_last_year_is_recognised(eventos: PostgresEventoRepository, conversion: EventoAceptado) -> None:
    """A repetition gets the archived event's answer, and is not stored."""
    clave = conversion.recibido.solicitud.clave
    assert not eventos.agregar([conversion.recibido.aceptar(un_aceptado().id, ahora=TARDE)])
    assert eventos.conocidos([conversion.recibido], ahora=TARDE)[clave].id == conversion.id


def test_it_is_followed(
    connect: Callable[[], PostgresDatabase], consultas: PostgresEventoConsultas, conversion: EventoAceptado
) -> None:
    """Its payment and its failures are recorded."""
    PostgresFallos(connect()).guardar([una_carta(conversion.id)])
    assert consultas.por_id(conversion.id).estado is EstadoEvento.FALLIDO
    assert [fallo.tipo for fallo in consultas.fallidos(id_afiliado="afiliado-001", limite=10)] == ["CONVERSION"]
    PostgresComisiones(connect()).guardar([un_pago(conversion.id)])
    assert consultas.por_id(conversion.id).estado is EstadoEvento.PROCESADO


def test_it_is_published_again(
    database: TestDatabase, consultas: PostgresEventoConsultas, conversion: EventoAceptado
) -> None:
    """It returns to the outbox unchanged, counts once in the totals, and is archived again later."""
    before = database.query("select position, payload, metadata, occurred_at from event_collector.outbox_archive")
    totales = database.query(TOTALES)
    comando = ReintentarEvento(id_evento=conversion.id, forzado=True, correlation_id="c")
    for veces in (1, 2):
        cuando = TARDE + timedelta(seconds=veces)
        assert reintentar_evento(comando, consultas=consultas, reintentos=consultas, ahora=cuando) == veces
        assert (
            database.query(
                "select position, payload, metadata, occurred_at from event_collector.outbox where published_at is null"
            )
            == before
        )
        assert not database.query("select from event_collector.outbox_archive")
        assert database.query("select published from event_collector.outbox_totals") == [(0,)]
    assert database.query(TOTALES) == totales
    publicar(database)
    assert archive(database, "event_collector") == 0
    database.execute("update event_collector.outbox set published_at = now() - interval '2 days'")
    assert archive(database, "event_collector") == 1
    assert database.query("select published from event_collector.outbox_totals") == [(1,)]


def test_events_are_counted_after_one_returned_from_the_archive(
    database: TestDatabase,
    eventos: PostgresEventoRepository,
    consultas: PostgresEventoConsultas,
    conversion: EventoAceptado,
) -> None:
    """The same session counts further events correctly."""
    comando = ReintentarEvento(id_evento=conversion.id, forzado=True, correlation_id="c")
    reintentar_evento(comando, consultas=consultas, reintentos=consultas, ahora=TARDE)
    eventos.agregar([un_aceptado()])
    query = "select sum(eventos) from event_collector.totales where nivel = 'dia' and id_afiliado = ''"
    assert database.query(query) == [(2,)]


def test_an_archived_key_is_taken(
    connect: Callable[[], PostgresDatabase], eventos: PostgresEventoRepository, database: TestDatabase
) -> None:
    """Permanent keys are archived and still taken, also beside new keys; today's keys and temporary ones stay."""
    ahora = datetime.now(UTC)
    viejas = [of_long_ago(AHORA + n * timedelta(hours=1), id_cliente=f"orden-{n}") for n in range(5)]
    eventos.agregar(viejas)
    eventos.agregar([of_long_ago(AHORA), of_long_ago(ahora - timedelta(hours=23), id_cliente="orden-hoy")])
    assert archive_keys(connect()) == 5
    assert archive_keys(connect(), older_than=timedelta(0)) == 0
    claves = [vieja.recibido.solicitud.clave for vieja in viejas]
    conocidos = eventos.conocidos([vieja.recibido for vieja in viejas], ahora=ahora)
    assert [conocidos[clave].id for clave in claves] == [vieja.id for vieja in viejas]
    nueva = un_aceptado(ahora=ahora)
    repetidas = [un_aceptado(vieja.recibido, ahora=ahora) for vieja in viejas]
    assert eventos.agregar([*repetidas, nueva]) == {nueva.id}
    assert database.query("select count(*) from event_collector.outbox") == [(5 + 2 + 1,)]


def test_a_key_is_taken_while_it_is_being_archived(eventos: PostgresEventoRepository, database: TestDatabase) -> None:
    """A concurrent repetition waits, and is then recognised."""
    vieja = of_long_ago(AHORA, id_cliente="orden-1")
    eventos.agregar([vieja])
    stored: list[set[UUID]] = []
    repeat = threading.Thread(
        target=lambda: stored.append(eventos.agregar([un_aceptado(vieja.recibido, ahora=datetime.now(UTC))]))
    )
    with database.administered.connect() as mover, mover.transaction(), database.administered.connect() as admin:
        assert mover.execute("select event_collector.archivar_claves(now(), 10)").fetchone() == (1,)
        repeat.start()
        wait_until(
            lambda: admin.execute("select 1 from pg_stat_activity where wait_event_type = 'Lock'").fetchone(),
            timeout=20,
            what="waiting session",
        )
    repeat.join(20)
    assert stored == [set()]
    assert database.query("select count(*) from event_collector.outbox") == [(1,)]
