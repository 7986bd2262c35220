"""Counts of recent payments on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from pagos.infraestructura.postgres.recent_payments import PostgresPagosRecientes
from pagos.infraestructura.postgres.unit_of_work import PostgresPagosUnitOfWork
from support.pagos.many_payments import OPEN, seed
from support.pagos.recent_contract import PagosRecientesContract
from support.postgres.plan_recorder import PlanRecorder

if TYPE_CHECKING:
    from seedwork.infraestructura.postgres.database import PostgresDatabase
    from support.postgres.database import TestDatabase


class TestPostgresPagosRecientes(PagosRecientesContract):
    """The contract of the counts, on PostgreSQL."""

    @pytest.fixture
    def uow(self, connect: Callable[[], PostgresDatabase]) -> PostgresPagosUnitOfWork:
        """Return a unit of work on a connection of its own."""
        return PostgresPagosUnitOfWork(connect())

    @pytest.fixture
    def recientes(self, connect: Callable[[], PostgresDatabase]) -> PostgresPagosRecientes:
        """Return the counts, on another connection."""
        return PostgresPagosRecientes(connect())


def test_the_counts_read_no_history(database: TestDatabase) -> None:
    """They read the entries of the last minutes and of open payments by index; a repetition reads fewer."""
    seed(database, size=40_000, afiliados=5)
    with closing(PlanRecorder(lambda _fresh: database.secret("pagos"))) as recorder:
        recientes = PostgresPagosRecientes(recorder)
        first = recientes.contar(minutos=10, ahora=datetime.now(UTC))
        assert (sum(first.abiertos.values()), sum(creados for _, creados in first.por_minuto) > 1_000) == (OPEN, True)
        rows = recorder.rows
        assert rows <= sum(creados for _, creados in first.por_minuto) + OPEN + 10
        assert recorder.scans.keys() & {"pagos", "pagos_por_fecha", "pagos_por_estado"} == {
            "pagos_por_fecha",
            "pagos_por_estado",
        }
        recientes.contar(minutos=10, ahora=datetime.now(UTC))
        assert recorder.rows - rows < rows / 2
