"""A payment with archived events is unchanged and can be continued."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from pagos.aplicacion.crear_pago import crear_pago
from pagos.aplicacion.procesar_pagos import PagoPorProcesar, procesar_pagos
from pagos.aplicacion.revertir_pago import RevertirPago, revertir_pago
from pagos.dominio.errores import ClaveReutilizadaError
from pagos.dominio.estado_pago import EstadoPago
from pagos.infraestructura.postgres.pago_queries import PostgresPagoConsultas
from pagos.infraestructura.postgres.unit_of_work import PostgresPagosUnitOfWork
from seedwork.dominio.domain_error import ConcurrencyError
from support.builders import AHORA, una_traza
from support.pagos.builders import crear, unos_datos
from support.pagos.fake_pasarela import FakePasarela
from support.postgres.archive import archive, archive_everything, publish_long_ago

if TYPE_CHECKING:
    from pagos.aplicacion.crear_pago import CrearPago
    from seedwork.infraestructura.postgres.database import PostgresDatabase
    from support.postgres.database import TestDatabase

UN_ANIO = timedelta(days=365)


@pytest.fixture
def session(database: TestDatabase) -> Iterator[PostgresDatabase]:
    """Yield a connection as the role `pagos`."""
    with database.connections("pagos") as connect:
        yield connect()


@pytest.fixture
def uow(session: PostgresDatabase) -> PostgresPagosUnitOfWork:
    """Return a unit of work on that connection."""
    return PostgresPagosUnitOfWork(session)


@pytest.fixture
def pasarela() -> FakePasarela:
    """Return a gateway that remembers all payments."""
    return FakePasarela()


@pytest.fixture
def pagado(uow: PostgresPagosUnitOfWork, pasarela: FakePasarela) -> CrearPago:
    """Pay a payment and return its command."""
    comando = crear(clave="clave-1")
    pago = crear_pago(comando, uow=uow, ahora=AHORA).pago
    mensaje = PagoPorProcesar(event_id="e", id_pago=pago.id, traza=comando.traza)
    assert not procesar_pagos([mensaje], uow=uow, pasarela=pasarela, reloj=lambda: AHORA)
    return comando


def test_a_payment_of_last_year_is_reversed(
    database: TestDatabase,
    uow: PostgresPagosUnitOfWork,
    session: PostgresDatabase,
    pasarela: FakePasarela,
    pagado: CrearPago,
) -> None:
    """It is refunded once, and its history is complete before and after the reversal is archived too."""
    pago = crear_pago(pagado, uow=uow, ahora=AHORA).pago
    consultas = PostgresPagoConsultas(session)
    archive_everything(database, "pagos")
    comando = RevertirPago(id_pago=pago.id, motivo="devuelto", traza=pagado.traza)
    for repetido in (False, True):
        reversado = revertir_pago(comando, uow=uow, pasarela=pasarela, reloj=lambda: AHORA + UN_ANIO)
        assert (reversado.pago.estado, reversado.repetido) == (EstadoPago.REVERSADO, repetido)
    assert len(pasarela.reversos) == 1
    eventos = ["PagoPendiente", "PagoEnProceso", "PagoExitoso", "ReversoSolicitado", "PagoRevertido"]
    assert [type(paso.evento).__name__ for paso in consultas.pasos(pago.id)] == eventos
    archive_everything(database, "pagos")
    pasos = consultas.pasos(pago.id)
    assert [type(paso.evento).__name__ for paso in pasos] == eventos
    assert {paso.correlation_id for paso in pasos} == {pagado.traza.correlation_id}
    assert consultas.correlacion(pago.id) == pagado.traza.correlation_id
    with uow:
        assert uow.pagos.correlaciones([pago.id]) == {pago.id: pagado.traza.correlation_id}
        assert uow.pagos.bloquear([pago.id])[pago.id].version == len(eventos)


def test_keys_and_references_are_taken_for_ever(
    database: TestDatabase, uow: PostgresPagosUnitOfWork, pagado: CrearPago
) -> None:
    """A repetition after a year gets that payment, and another payment under its key is refused."""
    primero = crear_pago(pagado, uow=uow, ahora=AHORA).pago
    archive_everything(database, "pagos")
    repetido = crear_pago(pagado, uow=uow, ahora=AHORA + UN_ANIO)
    assert (repetido.repetido, repetido.pago.id) == (True, primero.id)
    with pytest.raises(ClaveReutilizadaError):
        crear_pago(crear(unos_datos(monto="7"), clave="clave-1"), uow=uow, ahora=AHORA + UN_ANIO)


def test_a_change_of_an_outdated_version_is_refused(
    database: TestDatabase, session: PostgresDatabase, uow: PostgresPagosUnitOfWork
) -> None:
    """Of two commands that read the same version one fails, even if the winner's event is archived already."""
    pago = crear_pago(crear(), uow=uow, ahora=AHORA).pago
    with uow:
        [pronto], [tarde] = uow.pagos.bloquear([pago.id]).values(), uow.pagos.bloquear([pago.id]).values()
        pronto.procesar(ahora=AHORA)
        uow.pagos.guardar([(pronto, una_traza())])
        uow.commit()
    archive_everything(database, "pagos")
    tarde.procesar(ahora=AHORA)
    with pytest.raises(ConcurrencyError), uow:
        uow.pagos.guardar([(tarde, una_traza())])
    assert session.read("select max(version) from pagos.outbox_history") == [[2]]


def test_an_unfinished_payment_goes_on(
    database: TestDatabase, uow: PostgresPagosUnitOfWork, pasarela: FakePasarela
) -> None:
    """Some of its events are archived, and one waits in the outbox."""
    comando = crear()
    pago = crear_pago(comando, uow=uow, ahora=AHORA).pago
    publish_long_ago(database, "pagos")
    mensaje = PagoPorProcesar(event_id="e", id_pago=pago.id, traza=comando.traza)
    pasarela.antes = lambda _orden: pytest.fail("asked") if archive(database, "pagos") != 1 else None
    assert not procesar_pagos([mensaje], uow=uow, pasarela=pasarela, reloj=lambda: AHORA)
    with uow:
        [ahora] = uow.pagos.bloquear([pago.id]).values()
    assert (ahora.estado, ahora.version, ahora.datos) == (EstadoPago.EXITOSO, 3, comando.datos)


def test_archiving_changes_no_count(
    database: TestDatabase, session: PostgresDatabase, uow: PostgresPagosUnitOfWork, pagado: CrearPago
) -> None:
    """Archived events count as published."""
    del pagado
    publish_long_ago(database, "pagos")
    crear_pago(crear(), uow=uow, ahora=AHORA)
    antes = PostgresPagoConsultas(session).estadisticas()
    assert (antes.eventos_procesados, antes.eventos_pendientes) == (3, 1)
    assert archive(database, "pagos") == 3
    despues = PostgresPagoConsultas(session).estadisticas()
    assert (despues.eventos_procesados, despues.eventos_pendientes) == (3, 1)
