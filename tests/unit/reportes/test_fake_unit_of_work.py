"""Reports in memory pass the contracts of the real ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from support.reportes.fakes import FakeInformes, FakeProyeccionUnitOfWork
from support.reportes.informes_contract import InformesContract
from support.reportes.read_model_contract import ModeloDeLecturaContract

if TYPE_CHECKING:
    from reportes.dominio.pago_reportado import PagoReportado


class TestFakeProyeccion(ModeloDeLecturaContract, InformesContract):
    """The contracts in memory."""

    @pytest.fixture
    def uow(self) -> FakeProyeccionUnitOfWork:
        """An empty unit of work."""
        return FakeProyeccionUnitOfWork()

    @pytest.fixture
    def informes(self, uow: FakeProyeccionUnitOfWork) -> FakeInformes:
        """Reports of the committed data only."""
        return FakeInformes(uow)

    @pytest.fixture
    def filas(self, uow: FakeProyeccionUnitOfWork) -> Callable[[], dict[UUID, PagoReportado]]:
        """The committed payments."""
        return lambda: uow.committed.pagos
