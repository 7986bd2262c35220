"""The fake that unit tests use keeps the contract of the real one."""

from __future__ import annotations

import pytest

from support.evento_repository_contract import EventoRepositoryContract
from support.fake_evento_repository import FakeEventoRepository


class TestFakeEventoRepository(EventoRepositoryContract):
    """On memory."""

    @pytest.fixture
    def eventos(self) -> FakeEventoRepository:
        """A new one."""
        return FakeEventoRepository()
