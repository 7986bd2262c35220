"""The fake unit of work keeps the contract of the real one."""

from __future__ import annotations

import pytest

from support.campanas.contract import CampanaRepositoryContract
from support.campanas.fakes import FakeCampanasUnitOfWork


class TestFakeCampanasUnitOfWork(CampanaRepositoryContract):
    """The contract of the repository, with campaigns in memory."""

    @pytest.fixture
    def uow(self) -> FakeCampanasUnitOfWork:
        """Return an empty unit of work."""
        return FakeCampanasUnitOfWork()
