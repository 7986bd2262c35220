"""The fake lists and counts of payments keep the contract of the real ones."""

from __future__ import annotations

import pytest

from support.pagos.fake_lists import FakePagoListas, FakePagosRecientes
from support.pagos.fakes import FakePagosUnitOfWork
from support.pagos.lists_contract import PagoListasContract
from support.pagos.recent_contract import PagosRecientesContract


class TestFakePagoListas(PagoListasContract):
    """The contract of lists, with payments in memory."""

    @pytest.fixture
    def uow(self) -> FakePagosUnitOfWork:
        """Return a new unit of work."""
        return FakePagosUnitOfWork()

    @pytest.fixture
    def listas(self, uow: FakePagosUnitOfWork) -> FakePagoListas:
        """Return the lists of its payments."""
        return FakePagoListas(uow)


class TestFakePagosRecientes(PagosRecientesContract):
    """The contract of counts, with payments in memory."""

    @pytest.fixture
    def uow(self) -> FakePagosUnitOfWork:
        """Return a new unit of work."""
        return FakePagosUnitOfWork()

    @pytest.fixture
    def recientes(self, uow: FakePagosUnitOfWork) -> FakePagosRecientes:
        """Return the counts of its payments."""
        return FakePagosRecientes(uow)
