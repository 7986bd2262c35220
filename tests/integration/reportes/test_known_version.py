"""PostgreSQL keeps the latest report version that any function has read, for functions that start later."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from pg8000.exceptions import DatabaseError

from reportes.aplicacion.versiones import Publicacion
from reportes.infraestructura.postgres.known_version import PostgresVersionConocida
from seedwork.infraestructura.dependency_unavailable import DependencyUnavailableError
from seedwork.infraestructura.postgres.database import PostgresDatabase
from support.builders import AHORA
from support.reportes.builders import un_reparto

if TYPE_CHECKING:
    from support.postgres.database import TestDatabase

PRIMERA = Publicacion(reparto=un_reparto("v1"), desde=AHORA, por="ana")
SEGUNDA = Publicacion(reparto=un_reparto("v1", "v2", 25), desde=AHORA + timedelta(microseconds=1))


@pytest.fixture
def conocida(connect: Callable[[], PostgresDatabase]) -> PostgresVersionConocida:
    """The API's last known version."""
    return PostgresVersionConocida(connect())


def test_no_version_is_stored_at_first(conocida: PostgresVersionConocida) -> None:
    """No function has read a version yet."""
    assert conocida.leer() is None


@pytest.mark.parametrize("publicacion", [PRIMERA, SEGUNDA])
def test_a_stored_version_is_read_by_other_functions(
    conocida: PostgresVersionConocida, connect: Callable[[], PostgresDatabase], publicacion: Publicacion
) -> None:
    """Another function reads it with its canary, time and author."""
    conocida.guardar(publicacion)
    assert PostgresVersionConocida(connect()).leer() == publicacion


@pytest.mark.parametrize("orden", [(PRIMERA, SEGUNDA), (SEGUNDA, PRIMERA), (SEGUNDA, PRIMERA, SEGUNDA)])
def test_the_later_version_wins(conocida: PostgresVersionConocida, orden: tuple[Publicacion, ...]) -> None:
    """A function that stores an older one later changes nothing."""
    for publicacion in orden:
        conocida.guardar(publicacion)
    assert conocida.leer() == SEGUNDA


@pytest.fixture(params=["no server", "no right"])
def imposible(request: pytest.FixtureRequest, database: TestDatabase) -> Iterator[PostgresVersionConocida]:
    """A last known version that can be neither read nor written."""
    secret = database.secret("pagos")
    if request.param == "no server":
        secret = replace(secret, port=1)  # no server listens there
    with closing(PostgresDatabase(lambda _fresh: secret)) as connection:
        yield PostgresVersionConocida(connection)


def test_a_version_that_cannot_be_stored_is_no_error(
    imposible: PostgresVersionConocida, caplog: pytest.LogCaptureFixture
) -> None:
    """It is logged, and the function goes on with the version it has read."""
    imposible.guardar(PRIMERA)
    [record] = caplog.records
    assert (record.levelno, record.getMessage()) == (
        logging.WARNING,
        "report version not kept: a new function may start with an older one",
    )


def test_an_unreadable_stored_version_is_an_error(imposible: PostgresVersionConocida) -> None:
    """Reports cannot be served then anyway, and None would mean that no version is stored."""
    with pytest.raises((DependencyUnavailableError, DatabaseError)):
        imposible.leer()
