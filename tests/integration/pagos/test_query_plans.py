"""Frequent queries cost the same at ten payments and at ten million: none scans history."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from pagos.dominio.errores import PagoNoEncontradoError
from pagos.infraestructura.postgres.pago_queries import PostgresPagoConsultas
from pagos.infraestructura.postgres.unit_of_work import PostgresPagosUnitOfWork
from seedwork.infraestructura.postgres.database import PostgresDatabase
from support.pagos.builders import una_clave, unos_datos

if TYPE_CHECKING:
    from support.postgres.database import TestDatabase

AHORA = datetime.now(UTC)
HISTORY = """
    with nuevos as (
        insert into pagos.pagos (id, id_afiliado, monto, moneda, estado, referencia_pago, clave_idempotencia,
                                 fecha_creacion, version)
        select gen_random_uuid(), 'a', 1, 'COP', 'EXITOSO', n, n, now(), 3 from generate_series(1, 5000) n
        returning id
    )
    insert into pagos.outbox (id, aggregatetype, aggregateid, version, type, payload, metadata, occurred_at,
                              published_at)
    select gen_random_uuid(), 'Pago', id, version, 'PagoPendiente', '{}', '{}', now(), now()
      from nuevos, generate_series(1, 3) version
    """

# Those of most payments are archived.
ARCHIVE = """
    with movido as (
        delete from pagos.outbox
         where aggregateid in (select id from pagos.pagos order by id limit 4000) returning *
    )
    insert into pagos.outbox_archive
    select position, id, aggregatetype, aggregateid, version, type, payload, metadata, occurred_at, published_at
      from movido
    """


class Recorder(PostgresDatabase):
    """Records the plan of each statement that reads or has parameters."""

    plans: dict[str, str]

    def run(self, sql: str, **parameters: Any) -> list[list[Any]]:
        """Explain the statement, then run it."""
        if sql.lstrip().startswith(("select", "update", "with", "insert")):
            plan = super().run(f"explain {sql}", **parameters)
            self.plans[sql] = "\n".join(line for [line] in plan)
        return super().run(sql, **parameters)


@pytest.fixture
def recorder(database: TestDatabase) -> Iterator[Recorder]:
    """Return a recorder on a database with a history of 5,000 finished payments."""
    database.execute(HISTORY)
    database.execute(ARCHIVE)
    database.execute("insert into pagos.inbox_archive select 'procesar-pagos', id, now() from pagos.pagos")
    database.execute("analyze pagos.pagos, pagos.outbox, pagos.outbox_archive, pagos.inbox_archive")
    with closing(Recorder(lambda _fresh: database.secret("pagos"))) as recorder:
        recorder.plans = {}
        yield recorder


QUESTIONS: dict[str, Callable[[Recorder], object]] = {
    "payment": lambda database: PostgresPagoConsultas(database).por_id(uuid4()),
    "trace": lambda database: PostgresPagoConsultas(database).pasos(uuid4()),
    "correlation": lambda database: PostgresPagoConsultas(database).correlacion(uuid4()),
    "correlations": lambda database: PostgresPagosUnitOfWork(database).pagos.correlaciones([uuid4(), uuid4()]),
    "inbox": lambda database: PostgresPagosUnitOfWork(database).inbox.ya_recibidos([str(n) for n in range(10)]),
    "received": lambda database: PostgresPagosUnitOfWork(database).inbox.registrar([str(n) for n in range(10)]),
    "counts": lambda database: PostgresPagoConsultas(database).estadisticas(),
    "claim": lambda database: PostgresPagosUnitOfWork(database).pagos.bloquear([uuid4()]),
    "existing": lambda database: PostgresPagosUnitOfWork(database).pagos.buscar(
        unos_datos(afiliado="a"), clave=una_clave()
    ),
    "overdue": lambda database: PostgresPagosUnitOfWork(database).pagos.bloquear_atrasados(
        aceptados_hasta=AHORA, limite=100
    ),
    "reconciliation": lambda database: PostgresPagosUnitOfWork(database).pagos.reservar_por_conciliar(
        ahora=AHORA, hasta=AHORA, limite=100
    ),
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_is_answered_by_an_index(recorder: Recorder, question: str) -> None:
    """No table of ours is scanned."""
    with suppress(PagoNoEncontradoError):
        QUESTIONS[question](recorder)
    assert recorder.plans
    for sql, plan in recorder.plans.items():
        assert "Seq Scan on pagos" not in plan, f"{sql}\n{plan}"
        assert "Seq Scan on outbox_archive" not in plan, f"{sql}\n{plan}"
        assert "Seq Scan on inbox_archive" not in plan, f"{sql}\n{plan}"
        assert "Seq Scan on outbox" not in plan.replace("Seq Scan on outbox_totals", ""), f"{sql}\n{plan}"
