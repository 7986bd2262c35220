"""Dead letters travel from the bridge that wrote them back to the function that failed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from aero.broker.dead_letters import DeadLetterOffice, Letter
from aero.platform.errors import AeroError
from pulsar_connector import bridge
from pulsar_connector.broker.pulsar_client import pulsar_client
from pulsar_connector.mapping.event_source_mapping import EventSourceMapping
from support.postgres.servers import wait_until
from support.pulsar_connector.consumer_function import ConsumerFunction, broken
from support.pulsar_connector.fake_pulsar import un_sobre
from support.pulsar_connector.runs import Run

if TYPE_CHECKING:
    from support.postgres.servers import Server
    from support.pulsar_connector.consumer_function import DeclareMapping, SendEvents
    from support.pulsar_connector.topics import Topics


MAPPING = EventSourceMapping(topics=["t"], subscription="s", function="f", dlq_topic="d")
MAPPINGS = {"failed": MAPPING, "healthy": MAPPING, "m": MAPPING.model_copy(update={"max_age_days": 90})}


@pytest.fixture
def office(broker: Server, topics: Topics) -> Iterator[DeadLetterOffice]:
    """The dead letters of this test's topic."""
    with pulsar_client(broker.url) as client:
        yield DeadLetterOffice(client, [topics.name("DLQ")], MAPPINGS)


def test_showing_letters_does_not_remove_them(
    mapping: DeclareMapping, send: SendEvents, topics: Topics, office: DeadLetterOffice
) -> None:
    """Each has a lasting id and its reasons, and can be shown as often as needed."""
    mapping(function=ConsumerFunction(broken), max_receive_count=1)
    sent = send(3)
    topics.send("pending", b"\xff", properties={"own": "x"})
    with Run(bridge.handler):
        topics.read("DLQ", until=lambda found: len(found) == 4)
    first, second = list(office.letters()), list(office.letters())
    assert [letter.id for letter in first] == [letter.id for letter in second]
    told = {letter.to_dict()["properties"].get("id"): letter.to_dict() for letter in first}
    assert told.keys() == {*sent, None}
    assert told[sent[0]]["mapping"] == "m"
    assert told[sent[0]]["reason"].startswith("function error ValueError")
    assert (told[None]["topic"], told[None]["size"], told[None]["properties"]) == (
        topics.name("pending"),
        1,
        {"own": "x"},
    )
    assert office.find(first[2].id).message.data() == first[2].message.data()
    with pytest.raises(AeroError, match="There is no dead letter 'nowhere:1:2'"):
        office.find("nowhere:1:2")


def test_a_redriven_letter_reaches_its_own_mapping_alone(
    mapping: DeclareMapping, send: SendEvents, topics: Topics, office: DeadLetterOffice
) -> None:
    """It arrives unchanged, its receives counted anew; the topic's other mapping, which processed it, gets nothing."""
    sick = threading.Event()
    sick.set()
    failed = mapping("failed", ConsumerFunction(lambda event: broken(event) if sick.is_set() else None))
    healthy = mapping("healthy")
    sent = send(3)
    gone: list[Letter] = []
    with Run(bridge.handler) as run:
        topics.read("DLQ", until=lambda found: len(found) == 3)
        sick.clear()
        by_event = {letter.message.properties()["id"]: letter for letter in office.letters()}
        office.redrive_these([by_event[sent[1]].id], gone.append)
        wait_until(lambda: failed.receipts[sent[1]] == [1, 2, 3, 1], timeout=10, what="redriven event")
        office.redrive(lambda letter: letter.story("mapping") == "another", gone.append)
        assert len(gone) == 1
        office.redrive(lambda letter: letter.story("mapping") == "failed", gone.append)
        wait_until(lambda: all(failed.receipts[i] == [1, 2, 3, 1] for i in sent), timeout=10, what="the others")
    assert list(office.letters()) == []
    assert healthy.receipts == {event_id: [1] for event_id in sent}
    assert run.result["mappings"]["healthy"] == {"Delivered": 3, "Failed": 0, "DeadLettered": 0, "Filtered": 3}


def test_a_redriven_letter_that_fails_at_once_is_redriven_once(
    mapping: DeclareMapping, topics: Topics, office: DeadLetterOffice
) -> None:
    """A redrive of all letters ends, and the letter is back with its bytes."""
    mapping()
    topics.send("pending", b"not json")
    gone: list[Letter] = []
    with Run(bridge.handler):
        topics.read("DLQ", until=bool)
        office.redrive(lambda _: True, gone.append)
        topics.read("DLQ", until=bool)
    [letter] = office.letters()
    assert (len(gone), letter.message.data(), letter.story("receive-count")) == (1, b"not json", "1")
    assert letter.id != gone[0].id


def test_a_letter_without_a_mapping_stays(topics: Topics, office: DeadLetterOffice) -> None:
    """Another program may have written it, or its mapping is gone."""
    assert list(office.letters()) == []
    topics.send("DLQ", b"hello")
    with pytest.raises(AeroError, match="does not name its topic and mapping"):
        office.redrive(lambda _: True, lambda _: None)
    topics.send("DLQ", b"hello", properties={"dlq-topic": topics.name("pending"), "dlq-mapping": "gone"})
    with pytest.raises(AeroError, match="is for the mapping gone, which is not deployed"):
        office.redrive(lambda letter: letter.story("mapping") == "gone", lambda _: None)
    letter, _ = office.letters()
    assert letter.to_dict()["reason"] == ""
    with pytest.raises(AeroError, match="There is no dead letter 'x:1:1', 'y:1:1'"):
        office.redrive_these(["y:1:1", "x:1:1"], lambda _: None)


def test_a_discarded_letter_is_deleted(topics: Topics, office: DeadLetterOffice) -> None:
    """It is deleted once it is saved in a file; if saving fails, it stays, and so do the others."""
    assert list(office.letters()) == []
    for content in (b"\xff", b"two", b"three"):
        topics.send("DLQ", content)
    first, second, third = office.letters()

    def refuse(_: Letter) -> None:
        raise AeroError("The disk is full.")

    with pytest.raises(AeroError, match="The disk is full"):
        office.discard_these([first.id], refuse)
    kept: list[bytes] = []
    with pytest.raises(AeroError, match="There is no dead letter 'x:1:1'"):
        office.discard_these([third.id, "x:1:1", first.id], lambda letter: kept.append(letter.message.data()))
    assert kept == [b"\xff", b"three"]
    assert [letter.id for letter in office.letters()] == [second.id]


def test_too_old_an_event_is_a_dead_letter_and_stays_one(
    mapping: DeclareMapping, topics: Topics, office: DeadLetterOffice
) -> None:
    """It becomes a letter at its first reading, with the reason; a redrive of all refuses it and sends the others."""
    function = mapping(max_age_days=90, max_receive_count=1, function=ConsumerFunction(broken))
    now = datetime.now(UTC)
    for name, age in {"old": timedelta(days=91), "young": timedelta(days=89)}.items():
        topics.send("pending", un_sobre(id=name, time=now - age).to_json(), properties={"id": name})
    gone: list[Letter] = []
    with Run(bridge.handler):
        topics.read("DLQ", until=lambda found: len(found) == 2)
    assert function.receipts.keys() == {"young"}
    old, young = sorted(office.letters(), key=lambda letter: letter.message.properties()["id"])
    assert "more than 90 days ago" in old.story("reason")
    with pytest.raises(AeroError, match=f"{old.id} is too old: .* more than 90 days ago"):
        office.redrive(lambda _: True, gone.append)
    with pytest.raises(AeroError, match="too old"):
        office.redrive_these([old.id], gone.append)
    assert [letter.id for letter in gone] == [young.id]
    assert [letter.id for letter in office.letters()] == [old.id]
