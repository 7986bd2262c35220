"""Each migration can be rolled back and then applied again."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import pytest
import yoyo

from aero.platform.environment import child_environment
from aero.run.components.postgres import binaries
from support.lambda_events import PROJECT

if TYPE_CHECKING:
    from aero.platform.database import Database

MIGRATIONS: Final = PROJECT / "infra/migrations"
NAMES: Final = sorted(path.stem for path in MIGRATIONS.glob("*.sql") if not path.stem.endswith(".rollback"))


@pytest.fixture
def scratch(postgres: Database) -> Iterator[Database]:
    """Yield a database without our schema; roles belong to the server."""
    scratch = replace(postgres, name="migrations")
    scratch.create_if_missing()
    yield scratch
    with postgres.connect() as connection:
        connection.execute("drop database migrations")


@pytest.mark.parametrize("name", NAMES)
def test_a_migration_can_be_rolled_back(scratch: Database, name: str) -> None:
    """The rollback restores every right and index, and the migration can be applied once more."""
    url = f"postgresql+psycopg://{scratch.user}:{scratch.password}@{scratch.host}:{scratch.port}/{scratch.name}"
    migrations = yoyo.read_migrations(str(MIGRATIONS))
    with yoyo.get_backend(url) as backend:
        # Given all earlier migrations
        backend.apply_migrations(migrations.filter(lambda migration: migration.id < name))
        before = schema(scratch)
        this = migrations.filter(lambda migration: migration.id == name)
        # When it is applied and rolled back, twice
        for _ in range(2):
            backend.apply_migrations(this)
            assert schema(scratch) != before
            backend.rollback_migrations(this)
            # Then the schema is as before
            assert schema(scratch) == before


def test_a_payment_older_than_sales_keeps_its_sale(scratch: Database) -> None:
    """Old payments keep their keys; of several commissions for a sale, the first that may be paid counts."""
    url = f"postgresql+psycopg://{scratch.user}:{scratch.password}@{scratch.host}:{scratch.port}/{scratch.name}"
    migrations = yoyo.read_migrations(str(MIGRATIONS))
    with yoyo.get_backend(url) as backend, scratch.connect() as connection:
        # Given payments and conversions of the version before: a sale with two payments, the first one declined
        backend.apply_migrations(migrations.filter(lambda migration: migration.id < "0008"))
        for n, (afiliado, orden, estado) in enumerate(
            (("ñandú", "órden-1", "FALLIDO"), ("ñandú", "órden-1", "EXITOSO"), ("otro", "órden-1", "EXITOSO"),
             ("otro", None, "EXITOSO"))
        ):  # fmt: skip
            connection.execute(CONVERSION, {"n": n, "afiliado": afiliado, "orden": orden, "estado": estado})
        connection.commit()
        # When the database is migrated
        backend.apply_migrations(backend.to_apply(migrations))
        # Then each sale has one payment, found by the new version's hash
        for afiliado, n in (("ñandú", 1), ("otro", 2)):
            huella = hashlib.sha256(f"{afiliado}\x1f\u00f3rden-1".encode()).digest()
            found = connection.execute(
                "select referencia_pago, probada from pagos.ventas join pagos.pagos on id = id_pago where huella = %s",
                [huella],
            ).fetchall()
            assert found == [(f"comision-00000000-0000-4000-8000-00000000000{n}", False)]
        assert connection.execute("select count(*) from pagos.ventas").fetchone() == (2,)
        assert connection.execute(
            "select count(*) from pagos.pagos where clave_idempotencia = referencia_pago and solicitante is null"
        ).fetchone() == (4,)


def test_affiliates_ids_are_normalized_and_keep_their_data(scratch: Database) -> None:
    """They keep their keys and references; two ids that would become equal both stay unchanged."""
    url = f"postgresql+psycopg://{scratch.user}:{scratch.password}@{scratch.host}:{scratch.port}/{scratch.name}"
    migrations = yoyo.read_migrations(str(MIGRATIONS))
    with yoyo.get_backend(url) as backend, scratch.connect() as connection:
        backend.apply_migrations(migrations.filter(lambda migration: migration.id < "0008"))
        for n, escrito in enumerate(("\uff41", "b", "\uff42")):
            connection.execute(
                "insert into event_collector.afiliados (id, conversiones_probadas) values (%s, true)", [escrito]
            )
            connection.execute(
                "insert into event_collector.llaves_api values (sha256(%s::text::bytea), %s)", [str(n), escrito]
            )
            connection.execute(CONVERSION, {"n": n, "afiliado": escrito, "orden": "o", "estado": "EXITOSO"})
        connection.commit()
        backend.apply_migrations(backend.to_apply(migrations))
        keys = connection.execute(
            "select afiliados.id, conversiones_probadas, id_afiliado from event_collector.afiliados"
            " join event_collector.llaves_api on id_afiliado = afiliados.id order by 1"
        ).fetchall()
        assert keys == [(name, True, name) for name in ("a", "b", "\uff42")]
        assert connection.execute("select count(*) from pagos.pagos").fetchone() == (3,)
        huella = hashlib.sha256(b"a\x1fo").digest()
        assert connection.execute("select 1 from pagos.ventas where huella = %s", [huella]).fetchone() == (1,)


CONVERSION: Final = """
    with evento as (
        insert into event_collector.outbox (id, aggregatetype, aggregateid, version, type, payload, metadata,
                                            occurred_at)
        select id, 'Evento', id, 1, 'ConversionRegistrada',
               jsonb_build_object('id_afiliado', %(afiliado)s::text, 'id_evento_cliente', %(orden)s::text,
                                  'tipo_evento', 'CONVERSION'), '{}', now()
          from (select ('00000000-0000-4000-8000-00000000000' || %(n)s)::uuid as id) as uno
        returning id
    )
    insert into pagos.pagos (id, id_afiliado, monto, moneda, estado, referencia_pago, clave_idempotencia,
                             fecha_creacion, version)
    select gen_random_uuid(), %(afiliado)s, 1, 'COP', %(estado)s, 'comision-' || id, 'comision-' || id, now(), 3
      from evento
    """


def schema(database: Database) -> list[str]:
    """Return all statements that would create the schema, in order, without those of yoyo's own tables."""
    dump = subprocess.run(
        [binaries() / "pg_dump", "--schema-only", "--exclude-schema", "public"],
        env=child_environment(**database.libpq_environment()),
        check=True,
        capture_output=True,
        text=True,
    )
    return [line for line in dump.stdout.splitlines() if line and not line.startswith(("--", "\\"))]


def test_open_payments_of_the_version_before_stay_open(scratch: Database) -> None:
    """They are PENDIENTE, PROCESANDO, and EXITOSO with a reversal requested twice and refused the first time."""
    url = f"postgresql+psycopg://{scratch.user}:{scratch.password}@{scratch.host}:{scratch.port}/{scratch.name}"
    migrations = yoyo.read_migrations(str(MIGRATIONS))
    with yoyo.get_backend(url) as backend:
        backend.apply_migrations(migrations.filter(lambda migration: migration.id < "0007"))
        with scratch.connect() as connection:
            connection.execute(PAYMENTS_BEFORE)
        backend.apply_migrations(migrations.filter(lambda migration: migration.id == "0007-open-payments"))
    with scratch.connect() as connection:
        rows = connection.execute("select estado, round(mas_antiguo_segundos / 60)::int from pagos.pagos_abiertos")
        assert dict(rows.fetchall()) == {"PENDIENTE": 60, "PROCESANDO": 90, "REVERSO_EN_CURSO": 10}


PAYMENTS_BEFORE: Final = """
    with nuevos as (
        insert into pagos.pagos (id, id_afiliado, monto, moneda, estado, referencia_pago, clave_idempotencia,
                                 fecha_creacion, version, conciliar_desde)
        select gen_random_uuid(), 'a', 1, 'COP', estado, estado, estado, now() - edad, 6, conciliar_desde
          from (values ('PENDIENTE', interval '60 minutes', null::timestamptz),
                       ('PROCESANDO', interval '90 minutes', now()),
                       ('EXITOSO', interval '1 year', now()),
                       ('FALLIDO', interval '1 year', null)) as pago (estado, edad, conciliar_desde)
        returning id, estado
    )
    insert into pagos.outbox (id, aggregatetype, aggregateid, version, type, payload, metadata, occurred_at)
    select gen_random_uuid(), 'Pago', id, version, 'ReversoSolicitado', '{}', '{}', now() - edad
      from nuevos, (values (4, interval '30 days'), (6, interval '10 minutes')) as pedido (version, edad)
     where estado = 'EXITOSO'
    """
