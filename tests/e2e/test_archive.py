"""The deployed clean-ups archive old events without an effect on answers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from e2e.test_payment_life import pagar, pasos, revertir
from support.lambda_events import EVENTS
from support.platform.platform import eventually

if TYPE_CHECKING:
    from support.platform.platform import Platform

CLEAN_UPS = sorted(path.parent.name for path in EVENTS.glob("archivar-*/tick.json"))


def clean_up(platform: Platform, function: str) -> dict[str, Any]:
    """Invoke a clean-up with its schedule's event; return its counts."""
    done: dict[str, Any] = json.loads(
        platform.aero("invoke", function, "-e", str(EVENTS / function / "tick.json")).stdout
    )
    return done


@pytest.mark.parametrize("function", CLEAN_UPS)
def test_each_clean_up_runs(platform: Platform, function: str) -> None:
    """It has the permissions it needs, and reaches its database."""
    assert all(isinstance(number, int) for number in clean_up(platform, function).values())


def test_an_archived_payment_can_be_reversed(platform: Platform) -> None:
    """Its trace is the same before and after the archiving, and later has the reversal too."""
    id_pago = pagar(platform)
    eventually(lambda: all(paso["fecha_publicacion"] for paso in pasos(platform, id_pago) if paso["topico"]),
               timeout=20, what="published events")  # fmt: skip
    published = "select count(*) from pagos.outbox where aggregateid = %s and published_at is not null"
    eventually(lambda: platform.sql(published, id_pago) == [(3,)], timeout=20, what="marked events")
    platform.sql(
        "update pagos.outbox set published_at = published_at - interval '2 days' where aggregateid = %s returning 1",
        id_pago,
    )
    before = pasos(platform, id_pago)
    assert clean_up(platform, "archivar-pagos")["archivados"] >= 3
    assert platform.sql("select count(*) from pagos.outbox where aggregateid = %s", id_pago) == [(0,)]
    assert pasos(platform, id_pago) == before
    assert revertir(platform, id_pago).json()["estado"] == "REVERSADO"
    assert [paso["evento"] for paso in pasos(platform, id_pago)] == [
        "PagoPendiente", "PagoEnProceso", "PagoExitoso", "ReversoSolicitado", "PagoRevertido"
    ]  # fmt: skip
