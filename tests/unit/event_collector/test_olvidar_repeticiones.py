"""The clean-up continues until no expired key is left, or its time runs short."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from event_collector import olvidar_repeticiones
from support.builders import AHORA
from support.event_collector.builders import un_aceptado
from support.event_collector.fake_eventos import FakeEventoRepository
from support.lambda_events import FakeContext

if TYPE_CHECKING:
    import pytest


def run(monkeypatch: pytest.MonkeyPatch, eventos: FakeEventoRepository, *, seconds: int) -> dict[str, int]:
    """Run it two days later, two keys at a time."""
    monkeypatch.setattr(olvidar_repeticiones, "clean_up_dependencies", lambda: eventos)
    monkeypatch.setattr(olvidar_repeticiones, "ahora", lambda: AHORA + timedelta(days=2))
    monkeypatch.setattr(olvidar_repeticiones, "AT_A_TIME", 2)
    return olvidar_repeticiones.handler({}, FakeContext(milliseconds=seconds * 1000))


def test_every_expired_key_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """Their events stay."""
    eventos = FakeEventoRepository()
    eventos.agregar([un_aceptado() for _ in range(5)])
    assert run(monkeypatch, eventos, seconds=60) == {"olvidados": 5}
    assert run(monkeypatch, eventos, seconds=60) == {"olvidados": 0}
    assert len(eventos.aceptados) == 5


def test_it_ends_before_its_timeout(monkeypatch: pytest.MonkeyPatch) -> None:
    """The next tick continues."""
    eventos = FakeEventoRepository()
    eventos.agregar([un_aceptado()])
    assert run(monkeypatch, eventos, seconds=10) == {"olvidados": 0}
