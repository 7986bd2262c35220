"""The fake unit of work keeps the contract of the real one."""

from __future__ import annotations

import pytest

from support.pagos.contract import PagoRepositoryContract
from support.pagos.fakes import FakePagosUnitOfWork


class TestFakePagosUnitOfWork(PagoRepositoryContract):
    """The contract of the repository, with payments in memory."""

    @pytest.fixture
    def uow(self) -> FakePagosUnitOfWork:
        """Return a new unit of work."""
        return FakePagosUnitOfWork()
