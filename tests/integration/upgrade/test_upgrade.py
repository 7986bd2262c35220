"""Data of an earlier version survives the later migrations, and the code still reads it."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
import yoyo
from psycopg import sql

from aero.platform.environment import child_environment
from aero.run.components.postgres import binaries
from campanas.infraestructura.postgres.unit_of_work import PostgresCampanasUnitOfWork
from pagos.aplicacion.crear_pago import crear_pago
from pagos.dominio.errores import ReferenciaDuplicadaError
from pagos.infraestructura.postgres.unit_of_work import PostgresPagosUnitOfWork
from support.builders import AHORA
from support.lambda_events import PROJECT
from support.pagos.builders import crear, unos_datos
from support.postgres.database import PASSWORDS, TestDatabase

if TYPE_CHECKING:
    from aero.platform.database import Database

MIGRATIONS: Final = PROJECT / "infra/migrations"
STATE: Final = Path(__file__).with_name("state-0006.sql")
LAST_MIGRATION: Final = "0006-event-collector"
TABLES: Final = re.findall(r"^COPY (\w+)\.(\w+) \((.+)\) FROM stdin;$", STATE.read_text(), flags=re.MULTILINE)

# Columns that a later migration changes on purpose, with the reason.
CHANGED_ON_PURPOSE: Final[dict[tuple[str, str], frozenset[str]]] = {}


@pytest.fixture(scope="module")
def earlier(postgres: Database) -> Iterator[Database]:
    """A database with the rows of a platform at the earlier version, before the later migrations."""
    database = replace(postgres, name="upgrade")
    database.create_if_missing()
    with yoyo.get_backend(_url(database)) as backend:
        migrations = yoyo.read_migrations(str(MIGRATIONS))
        backend.apply_migrations(migrations.filter(lambda migration: migration.id <= LAST_MIGRATION))
    with database.connect() as connection:
        # Triggers already ran where the rows come from, and the rows include the migrations' own first rows.
        names = sql.SQL(", ").join(sql.Identifier(schema, table) for schema, table, _ in TABLES)
        connection.execute(sql.SQL("truncate {}").format(names))
    subprocess.run(
        [binaries() / "psql", "--quiet", "--set", "ON_ERROR_STOP=1", "--file", STATE],
        env=child_environment(**database.libpq_environment(), PGOPTIONS="-c session_replication_role=replica"),
        check=True,
        capture_output=True,
    )
    yield database
    with postgres.connect() as connection:
        connection.execute("drop database upgrade with (force)")


@pytest.fixture(scope="module")
def before_and_after(earlier: Database) -> tuple[dict[str, Any], dict[str, Any]]:
    """Every row of every table of that version, before and after the later migrations."""
    before = _rows(earlier)
    earlier.migrate(MIGRATIONS)
    earlier.set_passwords({role: PASSWORDS[role] for role in PASSWORDS if role != earlier.user})
    return before, _rows(earlier)


@pytest.fixture
def upgraded(earlier: Database, before_and_after: object) -> TestDatabase:
    """The same database at today's version."""
    assert before_and_after
    return TestDatabase(administered=earlier)


def test_every_row_is_still_there(before_and_after: tuple[dict[str, Any], dict[str, Any]]) -> None:
    """A migration neither drops a row nor changes stored values."""
    before, after = before_and_after
    assert sum(len(rows) for rows in before.values()) > 100
    assert after == before


def test_the_payments_of_the_earlier_version_are_loaded_from_their_events(upgraded: TestDatabase) -> None:
    """Each aggregate equals its row, although later migrations added to the events."""
    rows = upgraded.query("select id, estado, monto, moneda, id_afiliado, referencia_pago from pagos.pagos")
    with upgraded.connections("pagos") as connect, PostgresPagosUnitOfWork(connect()) as uow:
        pagos = uow.pagos.bloquear([row[0] for row in rows])
    assert {
        (pago.id, pago.estado.value, pago.datos.monto.monto, pago.datos.monto.moneda.value, pago.datos.id_afiliado,
         pago.datos.referencia_pago)
        for pago in pagos.values()
    } == set(rows)  # fmt: skip
    assert {row[1] for row in rows} == {"PENDIENTE", "PROCESANDO", "EXITOSO", "FALLIDO", "REVERSADO"}


@pytest.mark.parametrize("monto", ["100.50", "100.5"])
def test_a_payment_of_the_earlier_version_is_not_paid_again(upgraded: TestDatabase, monto: str) -> None:
    """A repetition finds the payment, however its amount is written."""
    with upgraded.connections("pagos") as connect:
        comando = crear(unos_datos(referencia="test-ref-001", monto=monto, afiliado="afiliado-001"))
        aceptado = crear_pago(comando, uow=PostgresPagosUnitOfWork(connect()), ahora=AHORA)
    assert (aceptado.repetido, str(aceptado.pago.id)) == (True, "01a22c0e-f575-729e-b1a8-03396b7495cd")


def test_a_reference_of_the_earlier_version_is_still_taken(upgraded: TestDatabase) -> None:
    """The affiliate's own reference cannot be used for another amount."""
    with upgraded.connections("pagos") as connect, pytest.raises(ReferenciaDuplicadaError):
        crear_pago(
            crear(unos_datos(referencia="test-ref-001", monto="7", afiliado="afiliado-001"), clave="otra"),
            uow=PostgresPagosUnitOfWork(connect()),
            ahora=AHORA,
        )


def test_the_campaigns_of_the_earlier_version_are_loaded_from_their_events(upgraded: TestDatabase) -> None:
    """Each aggregate equals its row."""
    rows = upgraded.query("select id, nombre, estado, presupuesto, version from campanas.campanas")
    with upgraded.connections("campanas") as connect, PostgresCampanasUnitOfWork(connect()) as uow:
        campanas = [uow.campanas.buscar(row[0]) for row in rows]
    assert {
        (campana.id, campana.datos.nombre, campana.estado.value, campana.datos.presupuesto.monto, campana.version)
        for campana in campanas
        if campana is not None
    } == set(rows)


def _rows(database: Database) -> dict[str, Any]:
    rows = {}
    with database.connect() as connection:
        for schema, table, columns in TABLES:
            kept = [name for name in columns.split(", ") if name not in CHANGED_ON_PURPOSE.get((schema, table), ())]
            query = f"select ({', '.join(kept)})::text from {schema}.{table} order by 1"
            rows[f"{schema}.{table}"] = connection.execute(query).fetchall()
    return rows


def _url(database: Database) -> str:
    return f"postgresql+psycopg://{database.user}:{database.password}@{database.host}:{database.port}/{database.name}"
