"""The fake that unit tests use keeps the contract of the real one."""

from __future__ import annotations

import pytest

from support.pagos.contract import PagoRepositoryContract
from support.pagos.fakes import FakePagosUnitOfWork


class TestFakePagosUnitOfWork(PagoRepositoryContract):
    """On memory."""

    @pytest.fixture
    def uow(self) -> FakePagosUnitOfWork:
        """A new one."""
        return FakePagosUnitOfWork()
