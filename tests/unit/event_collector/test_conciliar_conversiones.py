"""The reconciliation of conversions runs on its schedule's event."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from event_collector import conciliar_conversiones
from event_collector.aplicacion.conciliar_conversiones import ConversionesAbiertas, Espera, Revision
from seedwork.aplicacion.ports import override
from support.builders import AHORA
from support.lambda_events import FakeContext, sample

MINUTO = timedelta(minutes=1)
ESPERA = Espera(minima=5 * MINUTO, edad_maxima=timedelta(days=90))


class FakeAbiertas(ConversionesAbiertas):
    """Has that many due conversions, and an oldest wait."""

    def __init__(self, vencidas: int, segundos: float | None) -> None:
        self.vencidas = vencidas
        self.segundos = segundos

    @override
    def revisar(self, espera: Espera, /, *, ahora: datetime, limite: int) -> Revision:
        assert espera is ESPERA
        del ahora
        vistas = min(self.vencidas, limite)
        self.vencidas -= vistas
        return Revision(vistas=vistas, de_nuevo=[(uuid4(), "c") for _ in range(vistas)])

    @override
    def espera_mas_larga(self) -> float | None:
        return self.segundos


@pytest.mark.parametrize(("segundos", "medidos"), [(None, 0), (90.5, 90.5)])
def test_a_tick_publishes_due_conversions_and_reports_the_oldest_wait(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], segundos: float | None, medidos: float
) -> None:
    """It takes all, in parts; the metric (EMF) is reported even if no conversion waits."""
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "test")
    monkeypatch.setattr(conciliar_conversiones, "AT_A_TIME", 2)
    abiertas = FakeAbiertas(5, segundos)
    monkeypatch.setattr(conciliar_conversiones, "reconciliation_dependencies", lambda: (abiertas, ESPERA))
    tick = sample("conciliar-conversiones/tick")
    assert conciliar_conversiones.handler(tick, FakeContext(milliseconds=60_000)) == {"publicadas_de_nuevo": 5}
    [line] = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"_aws"' in line]
    assert line["OldestConversionAge"] == [medidos]


def test_it_ends_before_its_timeout(monkeypatch: pytest.MonkeyPatch) -> None:
    """The next tick continues."""
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "test")
    abiertas = FakeAbiertas(5, None)
    monkeypatch.setattr(conciliar_conversiones, "reconciliation_dependencies", lambda: (abiertas, ESPERA))
    assert conciliar_conversiones.handler({}, FakeContext(milliseconds=10_000)) == {"publicadas_de_nuevo": 0}


def test_the_pauses_grow_to_a_day() -> None:
    """Each pause equals the conversion's age then, and is never shorter than the first."""
    edades = [5 * MINUTO, 10 * MINUTO, timedelta(hours=20), timedelta(days=3)]
    pausas = [ESPERA.proxima(AHORA - edad, ahora=AHORA) - AHORA for edad in [MINUTO, *edades]]
    assert pausas == [5 * MINUTO, *edades[:3], timedelta(days=1)]
