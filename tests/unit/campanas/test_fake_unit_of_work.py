"""Campaigns on memory keep the contract of the real ones."""

from __future__ import annotations

import pytest

from support.campanas.contract import CampanaRepositoryContract
from support.campanas.fakes import FakeCampanasUnitOfWork


class TestFakeCampanasUnitOfWork(CampanaRepositoryContract):
    """On memory."""

    @pytest.fixture
    def uow(self) -> FakeCampanasUnitOfWork:
        """Without anything in it."""
        return FakeCampanasUnitOfWork()
