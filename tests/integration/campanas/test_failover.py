"""A command repeated by the replica takes effect once, wherever the primary was when the proxy gave it up."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from campanas.aplicacion.cambiar_campana import cambiar_campana
from campanas.aplicacion.crear_campana import crear_campana
from campanas.aplicacion.registrar_metricas import registrar_metricas
from seedwork.infraestructura.dependency_unavailable import DependencyUnavailableError
from seedwork.infraestructura.postgres.database import IDLE_IN_TRANSACTION_MS
from support.builders import AHORA
from support.campanas.builders import cambiar, crear, una_campana, una_medicion
from support.campanas.steps import agregar

if TYPE_CHECKING:
    from campanas.infraestructura.postgres.unit_of_work import PostgresCampanasUnitOfWork
    from integration.campanas.conftest import HeldUnitOfWork
    from support.postgres.database import TestDatabase

    Send = Callable[[PostgresCampanasUnitOfWork], object]

# The time for the work itself on a busy machine, in addition to the server's time limit for a hanging session.
WORK_SECONDS = 5


def un_crear(_: UUID) -> Send:
    """Return a sender that creates a campaign and answers with the campaign."""
    comando = crear()

    def send(uow: PostgresCampanasUnitOfWork) -> object:
        campana = crear_campana(comando, uow=uow, ahora=AHORA).campana
        return campana.id, campana.datos, campana.version

    return send


def un_cambio(id_campana: UUID) -> Send:
    """Return a sender that activates a campaign, which is possible once, and answers with its id."""
    comando = cambiar(id_campana, lambda campana: campana.activar(ahora=AHORA), version=1)
    return lambda uow: cambiar_campana(comando, uow=uow).id_campana


def una_cuenta(id_campana: UUID) -> Send:
    """Return a sender that counts events and answers with the unknown campaigns."""
    mediciones = [una_medicion(id_campana) for _ in range(3)]
    return lambda uow: registrar_metricas(mediciones, uow=uow)


# The numbers of campaigns, events and impressions after each command, given one campaign with one event.
COMMANDS: dict[Callable[[UUID], Send], tuple[int, int, int]] = {
    un_crear: (2, 2, 0),
    un_cambio: (1, 2, 0),
    una_cuenta: (1, 1, 3),
}


@pytest.fixture(params=COMMANDS, ids=lambda command: command.__name__)
def command(request: pytest.FixtureRequest) -> Callable[[UUID], Send]:
    """Return each of the commands."""
    command: Callable[[UUID], Send] = request.param
    return command


@pytest.fixture
def send(command: Callable[[UUID], Send], uow: PostgresCampanasUnitOfWork) -> Send:
    """Return a sender of the same command each time, about the only campaign."""
    return command(agregar(uow, una_campana()).id)


@pytest.fixture
def once(command: Callable[[UUID], Send], database: TestDatabase) -> Callable[[], bool]:
    """Return a function that tells whether the command has taken effect once."""
    query = """
        select (select count(*) from campanas.campanas), (select count(*) from campanas.outbox),
               (select sum(impresiones) from campanas.campanas)
        """
    return lambda: database.query(query) == [COMMANDS[command]]


@pytest.fixture
def replica(new_uow: Callable[[], PostgresCampanasUnitOfWork]) -> PostgresCampanasUnitOfWork:
    """Return the unit of work of the other instance."""
    return new_uow()


def test_the_primary_has_committed_and_its_answer_was_lost(
    send: Send, uow: PostgresCampanasUnitOfWork, replica: PostgresCampanasUnitOfWork, once: Callable[[], bool]
) -> None:
    """The replica gives the same answer to every repetition."""
    answer = send(uow)
    assert [send(replica) for _ in range(3)] == [answer] * 3
    assert once()


def test_the_primary_is_in_its_transaction(
    send: Send, held: HeldUnitOfWork, replica: PostgresCampanasUnitOfWork, once: Callable[[], bool]
) -> None:
    """The replica waits for it, and gives the same answer."""
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(send, held)
        held.wait_at_commit()
        second = pool.submit(send, replica)
        held.wait_until_another_waits()
        held.let_go()
        assert second.result() == first.result()
    assert once()


def test_the_primary_dies_in_its_transaction(
    send: Send, held: HeldUnitOfWork, replica: PostgresCampanasUnitOfWork, once: Callable[[], bool]
) -> None:
    """The replica, which waits for it, then does the work."""
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(send, held)
        held.wait_at_commit()
        second = pool.submit(send, replica)
        held.wait_until_another_waits()
        held.cut()
        second.result()
        held.let_go()
        assert isinstance(first.exception(), DependencyUnavailableError)
    assert once()


def test_the_primary_hangs_in_its_transaction(
    send: Send, hung: HeldUnitOfWork, replica: PostgresCampanasUnitOfWork, once: Callable[[], bool]
) -> None:
    """The server ends its session, so the replica soon does the work; the commit of the primary then fails."""
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(send, hung)
        hung.wait_at_commit()
        began = time.monotonic()
        send(replica)
        assert time.monotonic() - began < IDLE_IN_TRANSACTION_MS / 1000 + WORK_SECONDS
        assert once()
        hung.let_go()
        assert isinstance(first.exception(), DependencyUnavailableError)
    assert once()
