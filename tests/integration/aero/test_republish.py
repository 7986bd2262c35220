"""Publishing events with lost messages again from the event store."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from aero.operate.republish import republish, types_of
from aero.platform.errors import AeroError
from aero.platform.paths import Paths

if TYPE_CHECKING:
    from support.postgres.database import TestDatabase

AHORA = datetime(2026, 11, 30, 10, tzinfo=UTC)
EVENT = """
    insert into pagos.outbox (id, aggregatetype, aggregateid, version, type, payload, metadata, occurred_at,
                              published_at)
    values (gen_random_uuid(), 'Pago', gen_random_uuid(), 1, %s, '{}', '{}', %s, %s)
    """


def test_events_published_on_a_topic_since_a_time_wait_again(database: TestDatabase) -> None:
    """Earlier events and those of other topics stay published, and the totals still add up."""
    una_hora = timedelta(hours=1)
    for tipo, cuando in (
        ("PagoExitoso", AHORA - una_hora),
        ("PagoExitoso", AHORA),
        ("PagoExitoso", AHORA + una_hora),
        ("PagoFallido", AHORA + una_hora),
        ("PagoEnProceso", AHORA + una_hora),
    ):
        database.execute(EVENT, tipo, cuando, cuando)
    database.execute("update pagos.outbox_totals set published = 5")
    types = types_of(Paths.from_env(), "payments.evt.completed")
    assert types == {"pagos": ["PagoExitoso"]}
    assert republish(database.administered, types, since=AHORA) == 2
    assert database.query("select type, count(*) from pagos.outbox where published_at is null group by 1") == [
        ("PagoExitoso", 2)
    ]
    assert database.query("select published from pagos.outbox_totals") == [(3,)]
    assert republish(database.administered, types, since=AHORA) == 0


def test_archived_events_prevent_a_partial_republication(database: TestDatabase) -> None:
    """The error names the earliest possible time, and nothing changes."""
    for cuando in (AHORA, AHORA + timedelta(days=1)):
        database.execute(EVENT, "PagoExitoso", cuando, cuando)
    database.execute(
        "with viejo as (delete from pagos.outbox where published_at = %s returning *) insert into pagos.outbox_archive"
        " select position, id, aggregatetype, aggregateid, version, type, payload, metadata, occurred_at, published_at"
        " from viejo",
        AHORA,
    )
    types = {"pagos": ["PagoExitoso"]}
    with pytest.raises(AeroError, match=f"until {re.escape(AHORA.isoformat())} are in the archive of pagos"):
        republish(database.administered, types, since=AHORA)
    assert database.query("select count(*) from pagos.outbox where published_at is null") == [(0,)]
    assert republish(database.administered, types, since=AHORA + timedelta(seconds=1)) == 1


@pytest.mark.parametrize("topic", ["payments.DLQ", "nada", ""])
def test_a_topic_without_events_is_refused(topic: str) -> None:
    """The cure names the topics with events."""
    with pytest.raises(AeroError, match="No event is published on") as refused:
        types_of(Paths.from_env(), topic)
    assert "payments.evt.pending" in refused.value.cure
