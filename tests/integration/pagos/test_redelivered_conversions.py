"""A redelivered conversion has its outcome published again, even long after the first time."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from pagos.aplicacion.procesar_pagos import PagoPorProcesar, procesar_pagos
from pagos.infraestructura.postgres.unit_of_work import PostgresPagosUnitOfWork
from support.builders import AHORA, una_traza
from support.pagos.conversions import pagar, una_conversion
from support.pagos.fake_pasarela import FakePasarela
from support.postgres.archive import archive_everything

if TYPE_CHECKING:
    from seedwork.infraestructura.postgres.database import PostgresDatabase
    from support.postgres.database import TestDatabase

PUBLISH = """
    with marked as (update pagos.outbox set published_at = now() where published_at is null returning 1)
    update pagos.outbox_totals set published = published + (select count(*) from marked)
    """


def procesar(conexion: PostgresDatabase, id_pago: UUID) -> None:
    """Claim a payment and have the gateway pay it."""
    mensaje = PagoPorProcesar(event_id=str(id_pago), id_pago=id_pago, traza=una_traza())
    uow = PostgresPagosUnitOfWork(conexion)
    assert not procesar_pagos([mensaje], uow=uow, pasarela=FakePasarela(), reloj=lambda: AHORA)


def por_publicar(database: TestDatabase) -> list[str]:
    """Return the types of the events that wait for the relay; the outbox's total must add up."""
    [(publicados, contados)] = database.query(
        "select count(*), (select published from pagos.outbox_totals) from pagos.outbox where published_at is not null"
    )
    assert publicados <= contados
    rows = database.query("select type from pagos.outbox where published_at is null order by position")
    return [tipo for (tipo,) in rows]


@pytest.mark.parametrize("archivado", [False, True])
def test_the_latest_fact_of_a_payment_is_published_again(
    connect: Callable[[], PostgresDatabase], database: TestDatabase, archivado: bool
) -> None:
    """It is published once each time, and the history is unchanged: it can still be archived and extended."""
    conexion, conversion = connect(), una_conversion("orden-1", probada=False)
    assert pagar(conexion, [conversion]) == {}
    assert pagar(conexion, [conversion]) == {}
    assert por_publicar(database) == ["PagoPendiente"]
    [(id_pago,)] = database.query("select id from pagos.pagos")
    procesar(conexion, id_pago)
    if archivado:
        archive_everything(database, "pagos")
    else:
        database.execute(PUBLISH)
    historia = "select type, version from pagos.outbox_history order by version"
    antes = database.query(historia)
    for _ in range(2):
        assert pagar(conexion, [conversion, conversion]) == {}
        assert por_publicar(database) == ["PagoExitoso"]
        assert database.query(historia) == antes
    if archivado:
        archive_everything(database, "pagos")


def test_a_payment_loaded_meanwhile_is_complete(
    connect: Callable[[], PostgresDatabase], database: TestDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its events return to the outbox between the reading of the outbox and of the archive."""
    conexion, conversion = connect(), una_conversion("orden-1", probada=False)
    assert pagar(conexion, [conversion]) == {}
    archive_everything(database, "pagos")
    run = conexion.run
    de_vuelta: list[object] = []

    def run_and_move(sql: str, **parameters: Any) -> list[list[Any]]:
        rows = run(sql, **parameters)
        if "from pagos.outbox\n" in sql and not de_vuelta:
            de_vuelta.append(database.query("select pagos.publicar_de_nuevo(id, '{PagoPendiente}') from pagos.pagos"))
        return rows

    monkeypatch.setattr(conexion, "run", run_and_move)
    with PostgresPagosUnitOfWork(conexion) as uow:
        [(id_pago,)] = database.query("select id from pagos.pagos")
        assert [pago.version for pago in uow.pagos._load([id_pago]).values()] == [1]
    assert de_vuelta


@pytest.mark.parametrize("orden", list(dict.fromkeys(itertools.permutations([0, 0, 1, 1]))))
def test_in_any_order_the_unproven_conversion_is_in_conflict(
    connect: Callable[[], PostgresDatabase], database: TestDatabase, orden: tuple[int, ...]
) -> None:
    """It has no open payment, and the proven conversion has the commission."""
    conexion = connect()
    conversiones = [una_conversion("orden-1", probada=False), una_conversion("orden-1", probada=True)]
    for numero in orden:
        assert pagar(conexion, [conversiones[numero]]) == {}
    negadas = database.query(
        "select distinct aggregateid, payload->>'codigo' from pagos.outbox where type = 'ComisionNoPagada'"
    )
    assert negadas == [(conversiones[0].id_evento, "conversion-en-conflicto")]
    desplazados = "select payload->>'codigo' from pagos.outbox where type = 'PagoFallido'"
    assert {codigo for (codigo,) in database.query(desplazados)} <= {"conversion-en-conflicto"}
    assert database.query("select referencia_pago from pagos.pagos where estado = 'PENDIENTE'") == [
        (f"comision-{conversiones[1].event_id}",)
    ]
