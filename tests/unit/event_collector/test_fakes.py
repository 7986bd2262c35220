"""The fake repository of unit tests passes the contract of the real one."""

from __future__ import annotations

import pytest

from support.event_collector.contract import EventoRepositoryContract
from support.event_collector.fake_eventos import FakeEventoRepository


class TestFakeEventoRepository(EventoRepositoryContract):
    """The contract in memory."""

    @pytest.fixture
    def eventos(self) -> FakeEventoRepository:
        """A new, empty repository."""
        return FakeEventoRepository()
