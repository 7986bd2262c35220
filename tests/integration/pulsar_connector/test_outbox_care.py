"""An outbox beside publishing: parking, pruning, metrics, and the cost of a poll."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from aero.operate.outboxes import parked_events, release
from aero.platform.errors import AeroError
from pulsar_connector import relay
from pulsar_connector.outbox.outbox_session import OutboxSession, pending_query
from seedwork.infraestructura.events.envelope import Envelope
from seedwork.infraestructura.postgres.database_secret import DatabaseSecret
from support.postgres.database import PASSWORDS
from support.postgres.servers import wait_until
from support.pulsar_connector.runs import Run

if TYPE_CHECKING:
    from aero.platform.database import Database
    from support.pulsar_connector.fake_aws import FakeAws
    from support.pulsar_connector.outbox_table import OutboxTable
    from support.pulsar_connector.topics import Topics

PARAMETER = "/aeropartners/test/connector/outboxes/pagos"
TOO_LARGE = json.dumps({"x": "y" * 6_000_000})
MUCH_TOO_LARGE = (
    '{"x":[' + ",".join(["1e308"] * 33_000) + "]}"
)  # 198 kB of JSON, which jsonb writes out with every digit


@pytest.fixture
def configure(aws: FakeAws, topics: Topics) -> Callable[..., None]:
    """Configure the outbox of payments, with topics of this test."""

    def configure(**fields: Any) -> None:
        document = {"schema": "pagos", "routes": {"PagoPendiente": topics.name("pending")}} | fields
        aws.parameters = {PARAMETER: json.dumps(document)}

    configure()
    return configure


@pytest.mark.usefixtures("configure")
@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (TOO_LARGE, "MessageTooBig"),
        (MUCH_TOO_LARGE, "its payload has 10263007 bytes, more than any message"),
        ("[1]", "invalid event: data: must be a JSON object"),
    ],
)
def test_an_unpublishable_event_is_parked_until_it_is_released(
    outbox: OutboxTable,
    postgres: Database,
    topics: Topics,
    caplog: pytest.LogCaptureFixture,
    *,
    payload: str,
    reason: str,
) -> None:
    """It is parked once, with its reason; its aggregate waits, others go on; after its release the order is right."""
    bad = uuid4()
    parked = outbox.add(bad, version=1, payload=payload)
    outbox.add(bad, version=2)
    with Run(relay.handler) as run:
        good = [outbox.add() for _ in range(3)]
        found = topics.read("pending", until=lambda found: len(found) == 3)
        wait_until(lambda: outbox.published() == 3 and outbox.parked(), timeout=10, what="marks")
        outbox.add(bad, version=3)
        assert topics.is_empty("pending")
        assert {Envelope.from_json(message.data()).id for message in found} == set(good)
        assert outbox.parked().keys() == {parked}
        assert reason in outbox.parked()[parked]
        assert parked_count(caplog) == 1
        [told] = parked_events(postgres)
        assert (told.id, told.aggregateid, told.version, told.waiting) == (parked, str(bad), 1, 2)
        # When it is released unchanged, it is parked again
        release(postgres, [parked])
        wait_until(lambda: parked_count(caplog) == 2, timeout=10, what="second parking")
        # And when it is corrected
        outbox.connection.execute("update pagos.outbox set payload = '{}' where id = %s", [parked])
        wait_until(outbox.parked, timeout=10, what="its mark")
        release(postgres, [parked])
        messages = topics.read("pending", until=lambda found: len(found) == 3)
        wait_until(lambda: outbox.pending() == 0, timeout=10, what="empty outbox")
    assert [Envelope.from_json(message.data()).sequence for message in messages] == [1, 2, 3]
    assert run.result["outboxes"]["pagos"] == {"Published": 6, "Failed": 0, "Parked": 2}
    with pytest.raises(AeroError, match="is not parked"):
        release(postgres, [parked])


def parked_count(caplog: pytest.LogCaptureFixture) -> int:
    """Count the log's lines about parked events."""
    return sum(record.message.startswith("event parked") for record in caplog.records)


def test_old_rows_are_deleted_where_the_policy_says_so(
    outbox: OutboxTable, topics: Topics, configure: Callable[..., None], caplog: pytest.LogCaptureFixture
) -> None:
    """Only rows published longer ago are deleted; without a policy, or the right to delete, none are."""
    for days in (40, 31, 29):
        event_id = outbox.add()
        outbox.connection.execute(
            "update pagos.outbox set published_at = now() - make_interval(days => %s) where id = %s", [days, event_id]
        )
    outbox.add()
    with Run(relay.handler):
        topics.read("pending", until=bool)
        wait_until(lambda: outbox.pending() == 0, timeout=10, what="mark")
    assert outbox.published() == 4
    configure(keep_days=30)
    with Run(relay.handler):
        wait_until(lambda: "the role lacks the right" in caplog.text, timeout=10, what="complaint")
        outbox.add()
        topics.read("pending", until=bool)
        wait_until(lambda: outbox.published() == 5, timeout=10, what="mark")
    outbox.connection.execute("grant delete on pagos.outbox to connector")  # a table that is not an event store
    try:
        with Run(relay.handler):
            wait_until(lambda: outbox.published() == 3, timeout=10, what="pruning")
            outbox.add()
            topics.read("pending", until=bool)
            wait_until(lambda: outbox.published() == 4, timeout=10, what="mark")
    finally:
        outbox.connection.execute("revoke delete on pagos.outbox from connector")


@pytest.mark.usefixtures("configure")
def test_the_relay_measures_itself(
    outbox: OutboxTable, topics: Topics, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It logs lines that CloudWatch reads as metrics, by outbox."""
    monkeypatch.setattr("pulsar_connector.run.meter.FLUSH_SECONDS", 0.1)
    outbox.add(payload="[1]")
    outbox.add()
    with Run(relay.handler):
        topics.read("pending", until=bool)
        wait_until(outbox.parked, timeout=10, what="parked event")
        outbox.connection.execute("update pagos.outbox set occurred_at = now() - interval '1 hour'")
        lines: list[dict[str, Any]] = []

        def all_is_told() -> bool:
            lines.extend(json.loads(line) for line in capsys.readouterr().out.splitlines() if '"_aws"' in line)
            return sum(sum(line["Parked"]) for line in lines) == sum(sum(line["Published"]) for line in lines) == 1

        wait_until(all_is_told, timeout=10, what="metrics")
    last = next(line for line in reversed(lines) if "Depth" in line)
    directive = last["_aws"]["CloudWatchMetrics"][0]
    assert (directive["Namespace"], directive["Dimensions"]) == ("aeropartners-test", [["outbox", "service"]])
    assert (last["outbox"], last["service"], last["Depth"], last["OldestAge"]) == ("pagos", "connector", [0], [0])
    assert last["ParkedNow"] == [1]
    units = {
        metric["Name"]: metric["Unit"] for line in lines for metric in line["_aws"]["CloudWatchMetrics"][0]["Metrics"]
    }
    assert units["Latency"] == "Milliseconds"
    [latency] = [value for line in lines for value in line.get("Latency", [])]
    assert 0 < latency < 20_000


@pytest.mark.slow
def test_a_poll_costs_the_same_after_a_million_published_events(outbox: OutboxTable) -> None:
    """The server explains the query: it reads pending rows by their index, and no row of the past."""
    insert = """
        insert into pagos.outbox
               (id, aggregatetype, aggregateid, version, type, payload, metadata, occurred_at, published_at)
        select gen_random_uuid(), 'Pago', gen_random_uuid(), 1, 'PagoPendiente', '{}', '{}', now(), now()
          from generate_series(1, %s)
    """
    costs = []
    for number in (1_000, 999_000):
        outbox.connection.execute(insert, [number])
        outbox.connection.execute("vacuum analyze pagos.outbox")
        for _ in range(20):
            outbox.add()
        costs.append(_poll(outbox))
        outbox.connection.execute("update pagos.outbox set published_at = now() where published_at is null")
    (few_blocks, _), (many_blocks, scans) = costs
    assert scans == {("outbox", "outbox_pending"), ("outbox", "outbox_parked")}
    assert many_blocks <= few_blocks + 20


def test_the_size_of_rows_limits_a_batch(outbox: OutboxTable, postgres: Database) -> None:
    """A batch ends with the row that fills it, no matter how many rows follow or how small jsonb stores them."""
    for _ in range(10):
        outbox.add(payload='{"x":[' + ",".join(["1e308"] * 1_000) + "]}")
    secret = DatabaseSecret(**postgres.secret("connector", PASSWORDS["connector"]))
    with closing(OutboxSession(secret, schema="pagos")) as session:

        def positions(limit: int, max_bytes: int) -> list[int]:
            return [row.position for row in session.pending(limit=limit, max_bytes=max_bytes, busy=[])]

        assert positions(1_000, 1) == [1]
        assert positions(1_000, 1_000_000) == [1, 2, 3, 4]  # each has 311 kB
        assert positions(3, 100_000_000) == [1, 2, 3]
        assert positions(1_000, 100_000_000) == list(range(1, 11))
        assert positions(0, 100_000_000) == []


@pytest.mark.usefixtures("configure")
@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("""metadata = '[]'""", "invalid event: its metadata is not a JSON object"),
        (
            """metadata = cast(repeat('{"a":', 3000) || '1' || repeat('}', 3000) as jsonb)""",
            "invalid event: too deeply",
        ),
        ("""occurred_at = 'infinity'""", "invalid event: "),
        ("""metadata = '{"correlation_id": 5}'""", "invalid event: "),
        ("""metadata = '{"partition_key": 5}'""", "invalid event: "),
    ],
)
def test_an_invalid_row_does_not_stop_the_others(outbox: OutboxTable, topics: Topics, change: str, reason: str) -> None:
    """Whichever column is invalid, the row is parked, and the rows around it are published."""
    before, odd, after = outbox.add(), outbox.add(), outbox.add()
    outbox.connection.execute(f"update pagos.outbox set {change} where id = %s", [odd])
    with Run(relay.handler):
        found = topics.read("pending", until=lambda found: len(found) == 2)
        wait_until(lambda: outbox.published() == 2 and outbox.parked(), timeout=30, what="marks")
    assert {Envelope.from_json(message.data()).id for message in found} == {before, after}
    assert outbox.parked()[odd].startswith(reason)


def _poll(outbox: OutboxTable) -> tuple[int, set[tuple[str, str]]]:
    """Return how many blocks the relay's query touches, and the index by which it reads each table."""
    query = pending_query("pagos").replace(":busy", "'{}'").replace(":limit", "1000")
    query = query.replace(":bytes", "4000000").replace(":largest", "8000000")
    row = outbox.connection.execute(f"explain (analyze, buffers, format json) {query}".encode()).fetchone()
    assert row is not None
    plan = row[0][0]["Plan"]
    nodes, scans = [plan], set()
    while nodes:
        node = nodes.pop()
        nodes += node.get("Plans", [])
        if "Relation Name" in node:
            scans.add((node["Relation Name"], node.get("Index Name", "")))
    assert plan["Actual Rows"] == 20
    return plan["Shared Hit Blocks"] + plan["Shared Read Blocks"], scans
