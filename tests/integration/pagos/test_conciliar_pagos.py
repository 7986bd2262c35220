"""The reconciliation on a real PostgreSQL works beside the messages, and on every state that is not final."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from pagos.aplicacion.conciliar_pagos import conciliar_pagos
from pagos.aplicacion.crear_pago import crear_pago
from pagos.aplicacion.procesar_pagos import PagoPorProcesar, procesar_pagos
from pagos.aplicacion.revertir_pago import RevertirPago, revertir_pago
from pagos.dominio.errores import ResultadoDesconocidoError
from pagos.dominio.pasarela_de_pagos import Desconocido
from pagos.infraestructura.postgres.pago_queries import PostgresPagoConsultas
from pagos.infraestructura.postgres.unit_of_work import PostgresPagosUnitOfWork
from support.builders import AHORA, una_traza
from support.pagos.builders import crear
from support.pagos.fake_pasarela import FakePasarela

if TYPE_CHECKING:
    from seedwork.infraestructura.postgres.database import PostgresDatabase
    from support.postgres.database import TestDatabase

DESPUES = AHORA + timedelta(minutes=5)


def test_messages_and_reconciliations_at_once_pay_each_payment_once(
    connect: Callable[[], PostgresDatabase], database: TestDatabase
) -> None:
    """Two of each work on the same overdue payments: one claims each payment, and all write the same outcome."""
    uow, pasarela = PostgresPagosUnitOfWork(connect()), FakePasarela()
    pagos = [crear_pago(crear(), uow=uow, ahora=AHORA).pago for _ in range(60)]
    mensajes = [PagoPorProcesar(event_id=f"m-{pago.id}", id_pago=pago.id, traza=una_traza()) for pago in pagos]
    errors: list[BaseException] = []
    start = threading.Barrier(4)

    def work(do: Callable[[PostgresPagosUnitOfWork], object]) -> None:
        uow = PostgresPagosUnitOfWork(connect())
        try:
            start.wait(timeout=30)
            for _ in range(len(pagos) // 10 + 1):
                do(uow)
        except BaseException as error:  # noqa: BLE001 - it is the test's to judge
            errors.append(error)

    def reconcile(uow: PostgresPagosUnitOfWork) -> object:
        return conciliar_pagos(limite=10, uow=uow, pasarela=pasarela, reloj=lambda: DESPUES)

    def consume(uow: PostgresPagosUnitOfWork) -> object:
        return procesar_pagos(mensajes, uow=uow, pasarela=pasarela, reloj=lambda: DESPUES)

    threads = [threading.Thread(target=work, args=(do,)) for do in (reconcile, reconcile, consume, consume)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert database.query("select estado, version, count(*) from pagos.pagos group by 1, 2") == [("EXITOSO", 3, 60)]
    assert dict(database.query("select type, count(*) from pagos.outbox group by 1")) == {
        "PagoPendiente": 60, "PagoEnProceso": 60, "PagoExitoso": 60,
    }  # fmt: skip
    assert pasarela.cargos.keys() == {pago.id for pago in pagos}


def test_a_locked_payment_is_skipped(connect: Callable[[], PostgresDatabase]) -> None:
    """The reconciliation neither waits for it nor takes it."""
    first, second = PostgresPagosUnitOfWork(connect()), PostgresPagosUnitOfWork(connect())
    suyo, libre = (crear_pago(crear(), uow=first, ahora=AHORA).pago for _ in range(2))
    with first:
        first.pagos.bloquear([suyo.id])
        ejecuciones = conciliar_pagos(limite=10, uow=second, pasarela=FakePasarela(), reloj=lambda: DESPUES)
    assert [ejecucion.pago.id for ejecucion in ejecuciones] == [libre.id]


def test_the_age_of_the_oldest_open_payment_is_reported(
    connect: Callable[[], PostgresDatabase], database: TestDatabase
) -> None:
    """It is the age by state; of a reversal, since its request. States without payments have None."""
    connection, pasarela = connect(), FakePasarela()
    uow, consultas = PostgresPagosUnitOfWork(connection), PostgresPagoConsultas(connection)
    nothing = {"PENDIENTE": None, "PROCESANDO": None, "REVERSO_EN_CURSO": None}
    assert consultas.estadisticas().mas_antiguo_segundos == nothing
    [[now]] = database.query("select now()")

    def oldest() -> dict[str, int]:
        told = consultas.estadisticas().mas_antiguo_segundos
        return {estado: round(segundos / 60) for estado, segundos in told.items() if segundos is not None}

    for minutos in (50, 20):
        crear_pago(crear(), uow=uow, ahora=now - timedelta(minutes=minutos))
    assert oldest() == {"PENDIENTE": 50}

    pasarela.antes = lambda _orden: Desconocido(causa="down")
    conciliar_pagos(limite=1, uow=uow, pasarela=pasarela, reloj=lambda: now - timedelta(minutes=40))
    assert oldest() == {"PENDIENTE": 20, "PROCESANDO": 50}

    pasarela.antes = lambda _orden: None
    conciliar_pagos(limite=9, uow=uow, pasarela=pasarela, reloj=lambda: now)
    assert oldest() == {}

    pasarela.antes = lambda _orden: Desconocido(causa="down")
    [[id_pago]] = database.query("select id from pagos.pagos limit 1")
    comando = RevertirPago(id_pago=id_pago, motivo="duplicado", traza=una_traza())
    with pytest.raises(ResultadoDesconocidoError):
        revertir_pago(comando, uow=uow, pasarela=pasarela, reloj=lambda: now - timedelta(minutes=7))
    assert oldest() == {"REVERSO_EN_CURSO": 7}

    pasarela.antes = lambda _orden: None
    conciliar_pagos(limite=9, uow=uow, pasarela=pasarela, reloj=lambda: now)
    assert consultas.estadisticas().mas_antiguo_segundos == nothing
