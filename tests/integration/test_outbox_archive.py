"""Published events are archived: each is in one table at any instant, and its version stays taken for ever."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest
from psycopg.errors import InsufficientPrivilege, UniqueViolation

from support.postgres.archive import SCHEMAS, archive
from support.postgres.servers import wait_until

if TYPE_CHECKING:
    import psycopg

    from support.postgres.database import TestDatabase

HOUR, DAY, YEAR = 1, 24, 365 * 24
DEADLINE_SECONDS = 20
ARCHIVE = "select * from {}.archivar(now(), 0, 5)"
EVENTS = "select * from {}.{} order by position"
INSERT = """
    insert into {}.outbox (id, aggregatetype, aggregateid, version, type, payload, metadata, occurred_at,
                           published_at, parked_at, parked_reason)
    values (%(id)s, 'T', %(aggregate)s, %(version)s, 'T', '{{"tipo_evento": "CLICK", "id_afiliado": "a"}}',
            '{{"correlation_id": "c"}}', now() - %(occurred)s * interval '1 hour',
            now() - %(published)s * interval '1 hour',
            case when %(parked)s then now() end, case when %(parked)s then 'no' end)
    """

# Aggregates of the event collector have one event each.
several_events = pytest.mark.parametrize("schema", ["pagos", "campanas"])


@pytest.fixture(params=SCHEMAS)
def schema(request: pytest.FixtureRequest) -> str:
    """Return the schema of each context that stores events."""
    return str(request.param)


@pytest.fixture
def admin(database: TestDatabase) -> Iterator[psycopg.Connection]:
    """Yield a session of the administrator."""
    with database.administered.connect() as connection:
        yield connection


def add(
    admin: psycopg.Connection,
    schema: str,
    aggregate: UUID | None = None,
    *,
    version: int = 1,
    hours_ago: int | None = YEAR,
    parked: bool = False,
) -> UUID:
    """Store an event published so many hours ago, or unpublished for None; return its aggregate."""
    aggregate = aggregate or uuid4()
    admin.execute(
        INSERT.format(schema).encode(),
        {
            "id": aggregate if schema == "event_collector" else uuid4(), "aggregate": aggregate, "version": version,
            "occurred": YEAR if hours_ago is None else hours_ago, "published": hours_ago, "parked": parked,
        },
    )  # fmt: skip
    return aggregate


def events(admin: psycopg.Connection, schema: str, table: str = "outbox_history") -> list[tuple[Any, ...]]:
    """Return all rows of a table, with all columns."""
    return admin.execute(EVENTS.format(schema, table).encode()).fetchall()


def where(admin: psycopg.Connection, schema: str, aggregate: UUID) -> dict[str, list[int]]:
    """Return which versions of an aggregate are in which table."""
    query = "select version from {}.{} where aggregateid = %s order by version"
    return {
        table: [version for (version,) in admin.execute(query.format(schema, table).encode(), [aggregate]).fetchall()]
        for table in ("outbox_archive", "outbox")
    }


def test_an_event_published_long_ago_is_archived(
    database: TestDatabase, admin: psycopg.Connection, schema: str
) -> None:
    """It is archived unchanged; young and unpublished events stay, at any age."""
    old = [add(admin, schema, hours_ago=hours) for hours in (YEAR, 2 * DAY + HOUR)]
    add(admin, schema, hours_ago=2 * DAY - HOUR)
    add(admin, schema, hours_ago=None)
    add(admin, schema, hours_ago=None, parked=True)
    before = events(admin, schema)
    assert archive(database, schema, days=2) == 2
    assert archive(database, schema, days=2) == 0
    assert events(admin, schema) == before
    assert [row[3] for row in events(admin, schema, "outbox_archive")] == old


def test_no_event_of_the_last_day_is_archived(database: TestDatabase, admin: psycopg.Connection, schema: str) -> None:
    """They stay, even if the function asks for their archiving."""
    add(admin, schema, hours_ago=DAY - HOUR)
    old = add(admin, schema, hours_ago=DAY + HOUR)
    assert archive(database, schema, days=0) == 1
    assert where(admin, schema, old)["outbox_archive"] == [1]


@pytest.mark.parametrize("limite", [1, 3])
def test_archiving_goes_on_past_the_events_that_stay(
    database: TestDatabase, admin: psycopg.Connection, schema: str, limite: int
) -> None:
    """It does so for any number of events in each step."""
    for hours in (None, YEAR, None, None, None, YEAR, YEAR, None, YEAR):
        add(admin, schema, hours_ago=hours)
    assert archive(database, schema, limite=limite) == 4
    assert len(events(admin, schema, "outbox")) == 5


@several_events
@pytest.mark.parametrize(("stays", "limite"), [(2, 100), (3, 1), (3, 3), (3, 100)])
def test_the_archive_has_the_beginning_of_a_history(
    database: TestDatabase, admin: psycopg.Connection, schema: str, stays: int, limite: int
) -> None:
    """An event that stays keeps all later ones, so that no history is read with a gap."""
    aggregate = uuid4()
    for version in (1, 2, 3, 4):
        add(admin, schema, aggregate, version=version, hours_ago=HOUR if version == stays else YEAR)
        add(admin, schema)
    archive(database, schema, limite=limite)
    assert where(admin, schema, aggregate) == {
        "outbox_archive": list(range(1, stays)),
        "outbox": list(range(stays, 5)),
    }


@several_events
def test_a_locked_event_stays_with_all_later_ones(
    database: TestDatabase, admin: psycopg.Connection, schema: str
) -> None:
    """The archiving does not wait for the lock."""
    aggregate, other = uuid4(), uuid4()
    for version in (1, 2, 3):
        add(admin, schema, aggregate, version=version)
        add(admin, schema, other, version=version)
    with database.administered.connect() as holder, holder.transaction():
        holder.execute(
            f"select from {schema}.outbox where aggregateid = %s and version = 2 for update".encode(), [aggregate]
        )
        assert archive(database, schema) == 4
        assert where(admin, schema, aggregate) == {"outbox_archive": [1], "outbox": [2, 3]}
    assert archive(database, schema) == 2
    assert where(admin, schema, aggregate) == {"outbox_archive": [1, 2, 3], "outbox": []}


def test_an_archived_version_is_taken(database: TestDatabase, admin: psycopg.Connection, schema: str) -> None:
    """It is taken for ever, as by the outbox's own constraint."""
    aggregate = add(admin, schema)
    archive(database, schema)
    with pytest.raises(UniqueViolation):
        add(admin, schema, aggregate, hours_ago=None)
    assert where(admin, schema, aggregate) == {"outbox_archive": [1], "outbox": []}


def test_a_version_is_taken_while_it_is_being_archived(
    database: TestDatabase, admin: psycopg.Connection, schema: str
) -> None:
    """A second event of that version waits for the archiving, and is then refused."""
    aggregate = add(admin, schema)
    refused: list[UniqueViolation] = []

    def add_again() -> None:
        with database.administered.connect() as session, pytest.raises(UniqueViolation) as error:
            add(session, schema, aggregate, hours_ago=None)
        refused.append(error.value)

    second = threading.Thread(target=add_again)
    with database.administered.connect() as mover, mover.transaction():
        mover.execute(ARCHIVE.format(schema).encode())
        second.start()
        wait_until(
            lambda: admin.execute("select 1 from pg_stat_activity where wait_event_type = 'Lock'").fetchone(),
            timeout=DEADLINE_SECONDS,
            what="waiting session",
        )
    second.join(DEADLINE_SECONDS)
    assert len(refused) == 1
    assert where(admin, schema, aggregate) == {"outbox_archive": [1], "outbox": []}


def test_an_interrupted_move_has_moved_nothing(database: TestDatabase, admin: psycopg.Connection, schema: str) -> None:
    """No event is lost or duplicated."""
    for _ in range(10):
        add(admin, schema)
    before = events(admin, schema)
    with closing(database.administered.connect()) as mover:
        mover.execute("begin")
        mover.execute(ARCHIVE.format(schema).encode())
        admin.execute("select pg_terminate_backend(%s, 5000)", [mover.info.backend_pid])
    assert events(admin, schema) == before == events(admin, schema, "outbox")
    assert archive(database, schema, limite=3) == 10
    assert events(admin, schema) == before


def test_concurrent_movers_share_the_work(database: TestDatabase, admin: psycopg.Connection, schema: str) -> None:
    """Each event is moved once."""
    for _ in range(200):
        add(admin, schema)
    before, moved = events(admin, schema), []
    movers = [threading.Thread(target=lambda: moved.append(archive(database, schema, limite=20))) for _ in range(4)]
    for mover in movers:
        mover.start()
    for mover in movers:
        mover.join(DEADLINE_SECONDS)
    assert sum(moved) + archive(database, schema) == 200
    assert events(admin, schema) == before
    assert not events(admin, schema, "outbox")


def test_only_its_context_reads_a_history_and_no_role_changes_it(admin: psycopg.Connection, schema: str) -> None:
    """The context's own role may have events archived; other roles cannot even read them."""
    forbidden = {
        schema: [
            "delete from {}.outbox",
            "insert into {0}.outbox_archive select * from {0}.outbox_archive",
            "update {}.outbox_archive set payload = '{{}}'",
            "delete from {}.outbox_archive",
            "truncate {}.outbox_archive",
        ],
        **{
            role: ["select {}.archivar(now(), 0, 1)", "select from {}.outbox_archive"]
            for role in ("connector", "reportes")
        },
    }
    for role, statements in forbidden.items():
        for statement in statements:
            with admin.transaction(force_rollback=True):
                admin.execute(f"set local role {role}".encode())
                with pytest.raises(InsufficientPrivilege):
                    admin.execute(statement.format(schema).encode())
