"""The fake lists of payments keep the contract of the real ones."""

from __future__ import annotations

import pytest

from support.pagos.fake_lists import FakePagoListas
from support.pagos.fakes import FakePagosUnitOfWork
from support.pagos.lists_contract import PagoListasContract


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
