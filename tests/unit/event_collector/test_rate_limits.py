"""Limits in DynamoDB are exact, and unlimited without it. This is moto; tests/e2e has concurrent requests."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import boto3
import pytest

from event_collector.dominio.cupo import VENTANAS_CONSERVADAS
from event_collector.infraestructura.aws.rate_limits import DynamoDbLimites
from seedwork.infraestructura.aws.shared_table import SharedTable
from seedwork.infraestructura.dependency_unavailable import DependencyUnavailableError
from support.builders import AHORA
from support.seedwork.idempotency_table import NAME, IdempotencyTable

MINUTO: Final = timedelta(minutes=1)


@pytest.fixture
def limites(idempotency_table: IdempotencyTable) -> DynamoDbLimites:
    """Limits in a table with a key of the same name."""
    del idempotency_table
    return DynamoDbLimites(SharedTable(NAME, boto3.session.Session(), warning="", metric="Degraded"))


def test_granted_events_are_counted(limites: DynamoDbLimites) -> None:
    """Events are granted until the limit; the next minute, and another affiliate, start anew."""
    cupos = [limites.reservar("a", 1, limite=3, ahora=AHORA) for _ in range(4)]
    assert [cupo.concedidos for cupo in cupos] == [1, 1, 1, 0]
    assert [cupo.restantes for cupo in cupos] == [2, 1, 0, 0]
    assert cupos[3].reinicia_en_segundos == 60 - int(AHORA.timestamp()) % 60
    assert limites.reservar("b", 1, limite=3, ahora=AHORA).concedidos == 1
    assert limites.reservar("a", 1, limite=3, ahora=AHORA + MINUTO).concedidos == 1


def test_the_rest_of_the_window_is_granted(limites: DynamoDbLimites) -> None:
    """This holds for a new window too."""
    assert limites.reservar("a", 10, limite=8, ahora=AHORA).concedidos == 8
    assert limites.reservar("b", 5, limite=8, ahora=AHORA).concedidos == 5
    cupo = limites.reservar("b", 5, limite=8, ahora=AHORA)
    assert (cupo.concedidos, cupo.restantes) == (3, 0)


def test_windows_are_added_up_and_reset(limites: DynamoDbLimites) -> None:
    """As many windows as are kept can be counted."""
    for atras in (0, 1, VENTANAS_CONSERVADAS - 1):
        limites.reservar("a", 2, limite=9, ahora=AHORA - atras * MINUTO)
    limites.reservar("b", 1, limite=9, ahora=AHORA)
    assert [limites.usados("a", ventanas=ventanas, ahora=AHORA) for ventanas in (1, 2, VENTANAS_CONSERVADAS)] == [
        2,
        4,
        6,
    ]
    limites.reiniciar("a", ahora=AHORA)
    assert limites.usados("a", ventanas=VENTANAS_CONSERVADAS, ahora=AHORA) == 0
    assert limites.usados("b", ventanas=1, ahora=AHORA) == 1
    assert limites.reservar("a", 9, limite=9, ahora=AHORA).concedidos == 9


def test_a_window_expires(limites: DynamoDbLimites) -> None:
    """It expires after its last possible query, whatever is taken meanwhile."""
    for ahora in (AHORA, AHORA + timedelta(seconds=1)):
        limites.reservar("a", 1, limite=9, ahora=ahora)
    [item] = boto3.client("dynamodb").scan(TableName=NAME)["Items"]
    expiration = int(item["expiration"]["N"])
    assert expiration - AHORA.timestamp() >= (VENTANAS_CONSERVADAS - 1) * 60
    assert expiration == int(AHORA.timestamp()) // 60 * 60 + (VENTANAS_CONSERVADAS + 1) * 60


def test_without_the_table_every_event_is_accepted(
    limites: DynamoDbLimites, idempotency_table: IdempotencyTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No request waits for it meanwhile; queries for counts fail."""
    now = 1_000.0
    monkeypatch.setattr("seedwork.infraestructura.aws.shared_table.monotonic", lambda: now)
    idempotency_table.drop()
    cupo = limites.reservar("a", 500, limite=3, ahora=AHORA)
    assert (cupo.concedidos, cupo.restantes) == (500, None)
    for ask in (
        lambda: limites.usados("a", ventanas=1, ahora=AHORA),
        lambda: limites.reiniciar("a", ahora=AHORA),
    ):
        with pytest.raises(DependencyUnavailableError):
            ask()
    idempotency_table.create()
    assert limites.reservar("a", 1, limite=3, ahora=AHORA).restantes is None
    now += 10
    assert limites.reservar("a", 1, limite=3, ahora=AHORA).restantes == 2
