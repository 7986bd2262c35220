"""The relay's keeper of dead letters loses none, whatever they hold and whatever is killed."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pulsar
import pytest

from pulsar_connector import bridge, relay
from pulsar_connector.broker.pulsar_client import Producers, full_topic, pulsar_client
from pulsar_connector.letters.dead_letter import DeadLetter
from pulsar_connector.letters.letter_session import LetterSession
from pulsar_connector.operations.letter import Estado
from pulsar_connector.operations.letter_queries import Filters
from support.postgres.servers import wait_until
from support.pulsar_connector.fake_pulsar import FakeMessage, un_sobre
from support.pulsar_connector.runs import Process, Run

if TYPE_CHECKING:
    from support.postgres.database import TestDatabase
    from support.postgres.servers import Server
    from support.pulsar_connector.consumer_function import DeclareMapping
    from support.pulsar_connector.letter_office import LetterOffice
    from support.pulsar_connector.topics import Topics

ALL = Filters()
MANY = 10_000


def story(topics: Topics) -> dict[str, Any]:
    """Return the properties of a letter of the mapping m."""
    return {"dlq-mapping": "m", "dlq-topic": topics.name("pending"), "dlq-reason": "no"}


def send_letters(broker: Server, topics: Topics, count: int) -> set[str]:
    """Send letters with an event each, and return the events' ids."""
    ids = {f"event-{number}" for number in range(count)}
    with pulsar_client(broker.url) as client:
        producer = Producers(client).get(topics.name("DLQ"))
        for event_id in ids:
            producer.send_async(un_sobre(id=event_id).to_json(), lambda *_: None, properties=story(topics))
        producer.flush()
    return ids


def test_ten_thousand_letters_are_listed_by_pages_and_redriven_by_one_call(
    broker: Server, mapping: DeclareMapping, topics: Topics, office: LetterOffice
) -> None:
    """No letter is in two pages, and each event reaches its function."""
    function = mapping(batch_size=500)
    ids = send_letters(broker, topics, MANY)
    with Run(relay.handler):
        wait_until(lambda: office.queries.waiting_by_mapping().get("m") == MANY, timeout=60, what="letters")
        listed: list[int] = []
        while page := office.queries.page(ALL, state=None, after=listed[-1] if listed else 0, limit=500):
            listed += [letter.id for letter in page]
        assert len(listed) == len(set(listed)) == MANY
        redrives = office.commands.redrive_many(ALL, None, office.mappings)
        assert redrives.accepted == {topics.name("pending"): MANY}
        assert redrives.complete
        with Run(bridge.handler):
            wait_until(lambda: function.has(*ids), timeout=60, what="redriven events")
        wait_until(lambda: not office.queries.waiting_by_mapping(), timeout=30, what="marks")


def test_a_killed_relay_loses_no_letter(
    broker: Server, mapping: DeclareMapping, topics: Topics, office: LetterOffice
) -> None:
    """It is killed while it stores, and in the middle of a redrive; the next run goes on."""
    function = mapping(batch_size=500)
    ids = send_letters(broker, topics, 3_000)

    def waiting() -> int:
        return office.queries.waiting_by_mapping().get("m", 0)

    with Process("relay") as first:
        wait_until(lambda: waiting() > 0, timeout=30, what="first letters")
        first.kill()
    if broker.admin is None:  # pulsar-lite may keep what it gave to a killed client until it is started again
        broker.kill()
        broker.revive()
    with Process("relay") as second:
        wait_until(lambda: waiting() == len(ids), timeout=120, what="all letters")
        office.commands.redrive_many(ALL, None, office.mappings)
        wait_until(lambda: waiting() < len(ids), timeout=30, what="begun redrive")
        second.kill()
    with Run(relay.handler), Run(bridge.handler):
        wait_until(lambda: function.has(*ids), timeout=60, what="redriven events")
        wait_until(lambda: waiting() == 0, timeout=30, what="marks")
    assert len(office.letters(Estado.REENVIADA)) == len(ids)


def test_a_requested_redrive_is_counted_among_the_letters_that_wait(
    mapping: DeclareMapping, topics: Topics, office: LetterOffice
) -> None:
    """No relay runs, so the letter stays on its way."""
    mapping()
    for _ in range(2):
        topics.send("DLQ", b"", properties=story(topics))
    with Run(relay.handler):
        first, _ = office.wait_for(lambda found: len(found) == 2)
    office.commands.redrive(first.id, office.mappings)
    assert office.queries.waiting_by_mapping() == {"m": 2}
    assert office.queries.waiting_by_mapping(Estado.REENVIO_SOLICITADO) == {"m": 1}


def test_a_letter_may_hold_anything(mapping: DeclareMapping, topics: Topics, office: LetterOffice) -> None:
    """Keys and properties that are not text are left out, as everywhere; NUL and long names hold up no letter."""
    mapping()
    topics.send_raw("DLQ", b"\xff\x00", key=b"\xfe", properties={b"a": b"\xff"})
    odd = {"nul": "a\0b", "dlq-reason": "no\0 reason", "dlq-receive-count": "9" * 30, "dlq-time": "yesterday"}
    topics.send("DLQ", b"", partition_key="k\0", properties=story(topics) | odd | {"dlq-function": "f" * 5_000})
    with Run(relay.handler):
        raw, nul = office.wait_for(lambda found: len(found) == 2)
        office.commands.redrive(nul.id, office.mappings)
        [message] = topics.read("pending", until=bool)
    assert (office.content(raw), raw.key, raw.properties) == (b"\xff\x00", None, {})
    assert (nul.reason, nul.receives, len(nul.function)) == ("no\ufffd reason", None, 200)
    assert (message.data(), message.partition_key()) == (b"", "k\0")
    assert message.properties() == {"nul": "a\0b", "redriven-for": "m"}


@pytest.mark.parametrize("broker", ["apache"], indirect=True)  # pulsar-lite takes no message in chunks
def test_a_letter_of_ten_megabytes_is_kept_and_redriven(
    mapping: DeclareMapping, topics: Topics, office: LetterOffice
) -> None:
    """It came in chunks, and its bytes do not shrink."""
    mapping()
    content = os.urandom(10 * 1024 * 1024)
    topics.send("DLQ", content, of_any_size=True, properties=story(topics))
    topics.send("DLQ", b"small", properties=story(topics))
    with Run(relay.handler):
        letters = office.wait_for(lambda found: len(found) == 2, timeout=60)
        [large] = [letter for letter in letters if letter.size == len(content)]
        parts = [office.queries.content(large.id, start=start, size=2**22) for start in range(0, large.size, 2**22)]
        assert b"".join(parts) == content
        office.commands.redrive_many(ALL, None, office.mappings)
        messages = topics.read("pending", until=lambda found: len(found) == 2, timeout=60)
    assert sorted(message.data() for message in messages) == sorted([content, b"small"])


def test_a_redrive_waits_for_the_broker(
    broker: Server, mapping: DeclareMapping, topics: Topics, office: LetterOffice
) -> None:
    """The request is stored without the broker, and carried out once it is back."""
    function = mapping()
    event = un_sobre(id="patient")
    topics.send("DLQ", event.to_json(), properties=story(topics))
    with Run(relay.handler):
        [letter] = office.wait_for(bool)
        broker.kill()
        assert office.commands.redrive(letter.id, office.mappings).state is Estado.REENVIO_SOLICITADO
        broker.revive()
        with Run(bridge.handler):
            wait_until(lambda: function.has("patient"), timeout=60, what="redriven event")


def test_a_second_run_stands_by(mapping: DeclareMapping, topics: Topics, office: LetterOffice) -> None:
    """One run keeps the letters at a time; when it ends, the other one goes on."""
    mapping()
    with Run(relay.handler) as second:
        with Run(relay.handler) as first:
            topics.send("DLQ", b"one", properties=story(topics))
            office.wait_for(bool)
        topics.send("DLQ", b"two", properties=story(topics))
        office.wait_for(lambda found: len(found) == 2)
    assert first.result["dead_letters"]["Stored"] + second.result["dead_letters"]["Stored"] == 2


@pytest.fixture
def session(database: TestDatabase) -> LetterSession:
    """The relay's session."""
    return LetterSession(database.secret("connector"))


def test_a_message_delivered_again_is_one_row(session: LetterSession, database: TestDatabase) -> None:
    """A broker that counts positions anew is told apart by the time of publication."""
    letter = DeadLetter.of(FakeMessage(b"x", 0, "payments.DLQ"))
    assert session.store([letter, letter]) == 1
    assert session.store([letter]) == 0
    assert session.store([replace(letter, published_ms=letter.published_ms + 1)]) == 1
    assert database.query("select count(*) from connector.dead_letters") == [(2,)]
    session.close()


def test_closed_letters_are_deleted_after_their_time(session: LetterSession, database: TestDatabase) -> None:
    """A letter that waits stays, however old it is."""
    letter = DeadLetter.of(FakeMessage(b"x", 0, "payments.DLQ"))
    session.store([replace(letter, published_ms=number) for number in range(4)])
    for number, column in enumerate(["redriven_at", "discarded_at", "stored_at"]):
        database.execute(
            f"update connector.dead_letters set {column} = now() - interval '31 days' where published_ms = {number}"
        )
    database.execute("update connector.dead_letters set redriven_at = now() where published_ms = 3")
    assert session.prune(keep_days=30, limit=100) == 2
    assert database.query("select published_ms from connector.dead_letters order by 1") == [(2,), (3,)]
    session.close()


def test_the_letters_topics_are_read_by_one_subscription(
    broker: Server, mapping: DeclareMapping, topics: Topics, office: LetterOffice
) -> None:
    """Letters of an existing platform wait in the subscription of their operator, and are stored after an upgrade."""
    mapping()
    with pulsar_client(broker.url) as client:
        client.subscribe(
            full_topic(topics.name("DLQ")), "aeropartners-dlq", pulsar.ConsumerType.Shared,
            initial_position=pulsar.InitialPosition.Earliest,
        ).close()  # fmt: skip
        topics.send("DLQ", b"old", properties=story(topics))
    with Run(relay.handler):
        [letter] = office.wait_for(bool)
    assert office.content(letter) == b"old"
