"""Campaigns on memory keep the contract of the real ones."""

from __future__ import annotations

import pytest

from support.campana_repository_contract import CampanaRepositoryContract
from support.fakes_campanas import FakeCampanasUnitOfWork


class TestFakeCampanasUnitOfWork(CampanaRepositoryContract):
    """On memory."""

    @pytest.fixture
    def uow(self) -> FakeCampanasUnitOfWork:
        """Without anything in it."""
        return FakeCampanasUnitOfWork()
