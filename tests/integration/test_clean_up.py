"""The clean-ups of all contexts, by the template's policies, archive data that are a year and a half old."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from aero.operate.reports import history
from aero.operate.reports.history import EventStore
from support.postgres.archive import archive
from support.postgres.clean_up import clean_ups
from support.postgres.many_years import live

if TYPE_CHECKING:
    from support.postgres.database import TestDatabase

PAYMENTS = 50
HOT = ("pagos.outbox", "pagos.inbox", "campanas.inbox", "event_collector.outbox", "event_collector.totales")


@pytest.fixture(autouse=True)
def lived(database: TestDatabase) -> None:
    """Store fifty payments with three events each, and fifty tracking events."""
    began = datetime.now(UTC) - timedelta(days=500)
    with database.administered.connect() as connection:
        live(connection, first=0, last=PAYMENTS - 1, began=began, every=timedelta(hours=1))


def test_each_context_keeps_its_tables_small(database: TestDatabase) -> None:
    """No old row is left in the tables that requests use, and all events are in the archives."""
    with clean_ups(database) as clean_up:
        done, again = clean_up(), clean_up()
    assert done["pagos"] == {"archivados": 150, "recibidos_archivados": 50, "recibidos_olvidados": 50}
    assert done["campanas"] == {"archivados": 0, "recibidos_archivados": 50, "recibidos_olvidados": 50}
    assert (done["event_collector"]["archivados"], done["event_collector"]["claves_archivadas"]) == (50, 20)
    assert done["reportes"] == {"olvidados": 0, "totales_olvidados": 0}
    assert done["repeticiones"] == {"olvidados": 30}
    assert not any(any(of_one.values()) for of_one in again.values())
    for table in HOT:
        assert database.query(f"select count(*) from {table}") == [(0,)], table
    for table, rows in {"pagos.outbox_history": 150, "event_collector.outbox_history": 50}.items():
        assert database.query(f"select count(*) from {table}") == [(rows,)]
    # The daily totals of all affiliates are kept; no affiliate was registered, so there are none of single affiliates.
    assert database.query("select distinct nivel, id_afiliado from event_collector.totales_archive") == [("dia", "")]
    assert database.query("select sum(eventos) from event_collector.totales_archive") == [(50,)]


def test_a_rebuild_reads_every_event_once(database: TestDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    """It reads them in the order of storage, even if they are archived meanwhile."""
    monkeypatch.setattr(history, "PAGE", 7)
    store = EventStore(schema="pagos", types=["PagoPendiente", "PagoExitoso"])
    expected = [
        str(event_id)
        for (event_id,) in database.query(
            "select id from pagos.outbox where type = any(%s) order by position", [*store.types]
        )
    ]
    database.execute("update pagos.outbox set published_at = now() where position %% 3 = 0")
    archive(database, "pagos", limite=40)
    found: list[str] = []
    with database.administered.connect() as connection:
        for number, page in enumerate(store.pages(connection)):
            found += [envelope.id for envelope in page.envelopes]
            if number == 2:
                database.execute("update pagos.outbox set published_at = now() - interval '2 days'")
                archive(database, "pagos")
    assert found == expected


def test_a_page_of_history_is_read_by_its_order(database: TestDatabase) -> None:
    """A page of any size neither sorts nor scans the outbox or the archive."""
    archive(database, "pagos", limite=10)
    database.execute("analyze pagos.outbox, pagos.outbox_archive")
    with database.administered.connect() as connection:
        connection.execute("set enable_seqscan = off")  # both tables are small here
        plan = connection.execute(
            """
            explain select * from pagos.outbox_history
             where position > 10 and parked_at is null order by position limit 5
            """
        ).fetchall()
    text = "\n".join(line for (line,) in plan)
    assert "Merge Append" in text
    assert "Sort" not in text.replace("Sort Key", "")
