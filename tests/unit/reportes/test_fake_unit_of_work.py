"""Reports on memory keep the contracts of the real ones."""

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
    """On memory."""

    @pytest.fixture
    def uow(self) -> FakeProyeccionUnitOfWork:
        """Without anything in it."""
        return FakeProyeccionUnitOfWork()

    @pytest.fixture
    def informes(self, uow: FakeProyeccionUnitOfWork) -> FakeInformes:
        """Only what is committed is read."""
        return FakeInformes(uow)

    @pytest.fixture
    def filas(self, uow: FakeProyeccionUnitOfWork) -> Callable[[], dict[UUID, PagoReportado]]:
        """The payments that are committed."""
        return lambda: uow.committed.pagos
