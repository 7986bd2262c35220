"""The read model on a real PostgreSQL passes the contracts."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from support.reportes.informes_contract import InformesContract
from support.reportes.read_model import pagos_de
from support.reportes.read_model_contract import ModeloDeLecturaContract

if TYPE_CHECKING:
    from reportes.dominio.pago_reportado import PagoReportado
    from support.postgres.database import TestDatabase


class TestPostgresProyeccion(ModeloDeLecturaContract, InformesContract):
    """The contracts on PostgreSQL, with the fixtures `uow` and `informes`."""

    @pytest.fixture
    def filas(self, database: TestDatabase) -> Callable[[], dict[UUID, PagoReportado]]:
        """The rows of the only generation."""
        return partial(pagos_de, database)
