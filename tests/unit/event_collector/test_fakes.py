"""The fake that unit tests use keeps the contract of the real one."""

from __future__ import annotations

import pytest

from support.event_collector.contract import EventoRepositoryContract
from support.event_collector.fake_eventos import FakeEventoRepository


class TestFakeEventoRepository(EventoRepositoryContract):
    """On memory."""

    @pytest.fixture
    def eventos(self) -> FakeEventoRepository:
        """A new one."""
        return FakeEventoRepository()
