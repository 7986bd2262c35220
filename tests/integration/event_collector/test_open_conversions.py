"""No conversion waits forever for its payment: the open ones follow from stored data, and are published again."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

import pytest

from event_collector.aplicacion.conciliar_conversiones import Espera
from event_collector.aplicacion.reintentar_evento import ReintentarEvento
from event_collector.aplicacion.seguir_comisiones import EN_CONFLICTO
from event_collector.dominio.tipo_evento import TipoEvento
from event_collector.infraestructura.postgres.follow_up import PostgresComisiones, PostgresFallos
from event_collector.infraestructura.postgres.open_conversions import PostgresConversionesAbiertas
from support.builders import AHORA
from support.event_collector.builders import un_aceptado
from support.event_collector.follow_up import publicar, un_pago, una_carta, una_negada
from support.postgres.archive import archive_everything

if TYPE_CHECKING:
    from event_collector.infraestructura.postgres.evento_queries import PostgresEventoConsultas
    from event_collector.infraestructura.postgres.evento_repository import PostgresEventoRepository
    from seedwork.infraestructura.postgres.database import PostgresDatabase
    from support.postgres.database import TestDatabase


MINUTO: Final = timedelta(minutes=1)
ESPERA: Final = Espera(minima=5 * MINUTO, edad_maxima=timedelta(days=90))


@pytest.fixture
def abiertas(connect: Callable[[], PostgresDatabase]) -> PostgresConversionesAbiertas:
    """The open conversions of the empty database."""
    return PostgresConversionesAbiertas(connect())


def de_nuevo(abiertas: PostgresConversionesAbiertas, *, despues: timedelta, limite: int = 10) -> list[UUID]:
    """Return the conversions published again, that long after AHORA."""
    revision = abiertas.revisar(ESPERA, ahora=AHORA + despues, limite=limite)
    return [id_evento for id_evento, _ in revision.de_nuevo]


def esperan_al_relay(database: TestDatabase) -> int:
    """Return how many events wait to be published; checks the outbox's totals."""
    [(esperan, publicados, contados)] = database.query(
        "select count(*) filter (where published_at is null), count(*) filter (where published_at is not null),"
        " (select published from event_collector.outbox_totals) from event_collector.outbox"
    )
    assert publicados == contados
    return int(esperan)


def test_a_conversion_without_an_answer_is_published_again_and_again(
    abiertas: PostgresConversionesAbiertas, conversion: UUID, database: TestDatabase
) -> None:
    """The first time is after five minutes, later waits double; nothing happens until the relay has published it."""
    assert de_nuevo(abiertas, despues=4 * MINUTO) == []
    encontradas = []
    for minuto in (5, 6, 9, 10, 19, 20, 39, 40):
        encontradas += [minuto] * len(de_nuevo(abiertas, despues=minuto * MINUTO))
        publicar(database)
    assert encontradas == [5, 10, 20, 40]
    assert de_nuevo(abiertas, despues=80 * MINUTO) == [conversion]
    assert de_nuevo(abiertas, despues=200 * MINUTO) == []
    assert esperan_al_relay(database) == 1


def test_it_is_published_again_daily_until_it_is_too_old(
    abiertas: PostgresConversionesAbiertas, conversion: UUID, database: TestDatabase
) -> None:
    """Consumers refuse messages older than 90 days; a day before that age it is given up."""
    dias = []
    for dia in range(2, 95):
        dias += [dia] * len(de_nuevo(abiertas, despues=timedelta(days=dia)))
        publicar(database)
    assert dias == list(range(2, 89))
    vista = "select id_evento from event_collector.conversiones_abiertas where conciliar_desde = 'infinity'"
    assert database.query(vista) == [(conversion,)]


def test_an_archived_conversion_is_published_again_too(
    abiertas: PostgresConversionesAbiertas, conversion: UUID, database: TestDatabase
) -> None:
    """It returns to the outbox, and is not counted a second time."""
    database.execute("update event_collector.outbox set published_at = null")
    database.execute("update event_collector.outbox_totals set published = 0")
    archive_everything(database, "event_collector")
    totales = database.query("select sum(eventos) from event_collector.totales")
    assert de_nuevo(abiertas, despues=timedelta(days=1)) == [conversion]
    assert esperan_al_relay(database) == 1
    assert database.query("select sum(eventos) from event_collector.totales") == totales


def test_conversions_with_an_answer_or_without_a_commission_are_not_open(
    abiertas: PostgresConversionesAbiertas,
    comisiones: PostgresComisiones,
    eventos: PostgresEventoRepository,
    connect: Callable[[], PostgresDatabase],
    database: TestDatabase,
) -> None:
    """Examples: final payments, refused commissions, conflicts, dead letters, conversions without a value, clicks."""
    todas = [un_aceptado(tipo=TipoEvento.CONVERSION) for _ in range(7)]
    eventos.agregar([*todas, un_aceptado(tipo=TipoEvento.CONVERSION, valor=None), un_aceptado()])
    publicar(database)
    pagada, rechazada, revertida, menuda, conflictiva, muerta, pendiente = (evento.id for evento in todas)
    comisiones.guardar(
        [
            un_pago(id_, estado=estado)
            for id_, estado in (
                (pagada, "EXITOSO"), (rechazada, "FALLIDO"), (revertida, "REVERSADO"), (pendiente, "PENDIENTE")
            )
        ]
    )  # fmt: skip
    comisiones.guardar_negadas([una_negada(menuda), una_negada(conflictiva, codigo=EN_CONFLICTO)])
    PostgresFallos(connect()).guardar([una_carta(muerta)])
    assert de_nuevo(abiertas, despues=timedelta(hours=1)) == [pendiente]


def test_a_retry_opens_it_again(
    abiertas: PostgresConversionesAbiertas,
    consultas: PostgresEventoConsultas,
    comisiones: PostgresComisiones,
    conversion: UUID,
    database: TestDatabase,
) -> None:
    """The retry's answer may be lost as well."""
    comisiones.guardar_negadas([una_negada(conversion, codigo=EN_CONFLICTO)])
    assert de_nuevo(abiertas, despues=timedelta(hours=1)) == []
    comando = ReintentarEvento(id_evento=conversion, forzado=False, correlation_id="c")
    consultas.publicar_de_nuevo(comando, ahora=AHORA + MINUTO)
    publicar(database)
    database.execute("update event_collector.conversiones_abiertas set conciliar_desde = aceptada_en")
    assert de_nuevo(abiertas, despues=timedelta(hours=1)) == [conversion]


def test_concurrent_runs_share_the_work(
    connect: Callable[[], PostgresDatabase], eventos: PostgresEventoRepository, database: TestDatabase
) -> None:
    """Each conversion is published again by one of the runs."""
    todas = [un_aceptado(tipo=TipoEvento.CONVERSION) for _ in range(40)]
    eventos.agregar(todas)
    publicar(database)
    lados = [PostgresConversionesAbiertas(connect()) for _ in range(4)]

    def conciliar(lado: PostgresConversionesAbiertas) -> list[UUID]:
        return [id_ for _ in range(20) for id_ in de_nuevo(lado, despues=timedelta(hours=1), limite=5)]

    with ThreadPoolExecutor(4) as pool:
        encontradas = [id_ for ids in pool.map(conciliar, lados) for id_ in ids]
    assert sorted(encontradas) == sorted(evento.id for evento in todas)
    assert esperan_al_relay(database) == 40


def test_the_oldest_wait_is_reported(
    abiertas: PostgresConversionesAbiertas,
    comisiones: PostgresComisiones,
    eventos: PostgresEventoRepository,
    database: TestDatabase,
) -> None:
    """Only conversions without a known payment count; an unpublishable one has failed and does not."""
    assert abiertas.espera_mas_larga() is None
    aparcada, con_pago, abierta = (un_aceptado(tipo=TipoEvento.CONVERSION) for _ in range(3))
    for evento, horas in ((aparcada, 5), (con_pago, 4), (abierta, 3)):
        eventos.agregar([evento])
        database.execute(
            "update event_collector.conversiones_abiertas set aceptada_en = now() - make_interval(hours => %s)"
            " where id_evento = %s",
            horas,
            evento.id,
        )
    database.execute(
        "update event_collector.outbox set parked_at = now(), parked_reason = 'no' where id = %s", aparcada.id
    )
    comisiones.guardar([un_pago(con_pago.id)])
    assert abiertas.espera_mas_larga() == pytest.approx(3 * 3600, abs=60)
    comisiones.guardar([un_pago(abierta.id)])
    assert abiertas.espera_mas_larga() is None
