"""Dead letters travel from the bridge that wrote them, through PostgreSQL, back to the function that failed."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from pulsar_connector import bridge, relay
from pulsar_connector.operations.errors import (
    CartaCerradaError,
    CartaDemasiadoAntiguaError,
    CartaNoEncontradaError,
    CartaSinOrigenError,
    MapeoNoDesplegadoError,
)
from pulsar_connector.operations.letter import Estado
from pulsar_connector.operations.letter_queries import Filters
from support.postgres.servers import wait_until
from support.pulsar_connector.consumer_function import ConsumerFunction, broken
from support.pulsar_connector.fake_pulsar import un_sobre
from support.pulsar_connector.runs import Run

if TYPE_CHECKING:
    from support.pulsar_connector.consumer_function import DeclareMapping, SendEvents
    from support.pulsar_connector.letter_office import LetterOffice
    from support.pulsar_connector.topics import Topics

ALL = Filters()


def test_a_letter_is_stored_with_its_story(
    mapping: DeclareMapping, send: SendEvents, topics: Topics, office: LetterOffice
) -> None:
    """The row has the bytes, the key and the properties of the message, and says why and where it failed."""
    mapping(function=ConsumerFunction(broken), max_receive_count=1)
    [sent] = send()
    topics.send("pending", b"\xff", properties={"own": "x"}, partition_key="k")
    with Run(bridge.handler), Run(relay.handler) as run:
        letters = office.wait_for(lambda found: len(found) == 2)
    by_event = {letter.properties.get("id"): letter for letter in letters}
    event, poison = by_event[sent], by_event[None]
    assert (event.mapping, event.function, event.topic) == ("m", "function-m", topics.name("pending"))
    assert event.reason.startswith("function error ValueError")
    assert (event.receives, event.state) == (1, Estado.PENDIENTE)
    assert event.event_time is not None
    assert (poison.size, poison.properties, poison.key, poison.event_time) == (1, {"own": "x"}, "k", None)
    assert office.content(poison) == b"\xff"
    assert run.result["dead_letters"] == {"Stored": 2, "Redriven": 0, "Refused": 0}
    with pytest.raises(CartaNoEncontradaError):
        office.queries.letter(poison.id + event.id)


def test_a_redriven_letter_reaches_its_own_mapping_alone(
    mapping: DeclareMapping, send: SendEvents, office: LetterOffice
) -> None:
    """It arrives unchanged, its receives counted anew; the topic's other mapping, which processed it, gets nothing."""
    sick = threading.Event()
    sick.set()
    failed = mapping("failed", ConsumerFunction(lambda event: broken(event) if sick.is_set() else None))
    healthy = mapping("healthy")
    sent = send(3)
    with Run(bridge.handler) as run, Run(relay.handler):
        letters = office.wait_for(lambda found: len(found) == 3)
        sick.clear()
        by_event = {letter.properties["id"]: letter for letter in letters}
        office.commands.redrive(by_event[sent[1]].id, office.mappings)
        wait_until(lambda: failed.receipts[sent[1]] == [1, 2, 3, 1], timeout=10, what="redriven event")
        another = office.commands.redrive_many(Filters(mapping="another"), None, office.mappings)
        assert (another.accepted, another.refused, another.complete) == ({}, {}, True)
        ours = office.commands.redrive_many(Filters(mapping="failed"), None, office.mappings)
        assert ours.accepted == {letters[0].topic: 2}
        wait_until(lambda: all(failed.receipts[i] == [1, 2, 3, 1] for i in sent), timeout=10, what="the others")
        office.wait_for(lambda found: len(found) == 3, state=Estado.REENVIADA)
    assert office.letters() == []
    assert healthy.receipts == {event_id: [1] for event_id in sent}
    assert run.result["mappings"]["healthy"] == {"Delivered": 3, "Failed": 0, "DeadLettered": 0, "Filtered": 3}


def test_a_redriven_letter_that_fails_again_is_a_new_one(
    mapping: DeclareMapping, topics: Topics, office: LetterOffice
) -> None:
    """The redriven letter stays redriven, and the new one waits with the same bytes."""
    mapping()
    topics.send("pending", b"not json")
    with Run(bridge.handler), Run(relay.handler):
        [first] = office.wait_for(bool)
        assert office.commands.redrive_many(ALL, None, office.mappings).complete
        [second] = office.wait_for(lambda found: bool(found) and found[0].id != first.id)
    assert (office.content(second), second.receives) == (b"not json", 1)
    assert [letter.id for letter in office.letters(Estado.REENVIADA)] == [first.id]
    with pytest.raises(CartaCerradaError):
        office.commands.redrive(first.id, office.mappings)


def test_a_letter_that_cannot_be_redriven_stays_with_the_reason(
    mapping: DeclareMapping, topics: Topics, office: LetterOffice
) -> None:
    """Another program may have written it, or its mapping is gone; a redrive of all counts both and sends the rest."""
    mapping(function=ConsumerFunction(broken), max_receive_count=1)
    story = {"dlq-topic": topics.name("pending")}
    topics.send("DLQ", b"hello")
    topics.send("DLQ", b"hello", properties=story | {"dlq-mapping": "gone"})
    topics.send("DLQ", b"hello", properties=story | {"dlq-mapping": "m"})
    with Run(relay.handler):
        foreign, gone, ours = office.wait_for(lambda found: len(found) == 3)
        redrives = office.commands.redrive_many(ALL, None, office.mappings)
        office.wait_for(lambda found: [letter.id for letter in found] == [foreign.id, gone.id])
    assert redrives.accepted == {topics.name("pending"): 1}
    assert redrives.refused == {"carta-sin-origen": 1, "mapeo-no-desplegado": 1}
    now = datetime.now(UTC)
    for letter, error in ((foreign, CartaSinOrigenError), (gone, MapeoNoDesplegadoError)):
        assert isinstance(letter.impediment(office.mappings, now=now), error)
        with pytest.raises(error):
            office.commands.redrive(letter.id, office.mappings)
    assert office.queries.letter(ours.id).state is Estado.REENVIADA


def test_a_letter_for_an_impossible_topic_holds_up_no_other(
    mapping: DeclareMapping, topics: Topics, office: LetterOffice
) -> None:
    """The relay refuses it, and says why; the others are sent."""
    function = mapping()
    event = un_sobre()
    topics.send("DLQ", b"hello", properties={"dlq-mapping": "m", "dlq-topic": "no/such//topic"})
    topics.send("DLQ", event.to_json(), properties={"dlq-mapping": "m", "dlq-topic": topics.name("pending")})
    with Run(bridge.handler), Run(relay.handler):
        bad, _ = office.wait_for(lambda found: len(found) == 2)
        office.commands.redrive_many(ALL, None, office.mappings)
        wait_until(lambda: function.has(event.id), timeout=10, what="the other letter")
        wait_until(lambda: office.queries.letter(bad.id).refusal, timeout=10, what="refusal")
    letter = office.queries.letter(bad.id)
    assert letter.state is Estado.PENDIENTE
    assert "this is not a topic's name" in str(letter.refusal)


def test_a_discarded_letter_is_not_redriven(mapping: DeclareMapping, topics: Topics, office: LetterOffice) -> None:
    """It can still be read; a second discard changes nothing, and the other letters stay."""
    mapping()
    for content in (b"\xff", b"two"):
        topics.send("DLQ", content, properties={"dlq-mapping": "m", "dlq-topic": topics.name("pending")})
    with Run(relay.handler):
        first, second = office.wait_for(lambda found: len(found) == 2)
    discarded = [office.commands.discard(first.id).discarded_at for _ in range(2)]
    assert discarded[0] == discarded[1]
    assert office.content(first) == b"\xff"
    assert [letter.id for letter in office.letters()] == [second.id]
    with pytest.raises(CartaCerradaError):
        office.commands.redrive(first.id, office.mappings)
    with pytest.raises(CartaNoEncontradaError):
        office.commands.discard(first.id + second.id)


def test_too_old_an_event_is_a_dead_letter_and_stays_one(
    mapping: DeclareMapping, topics: Topics, office: LetterOffice
) -> None:
    """It becomes a letter at its first reading, with the reason; a redrive of all refuses it and sends the others."""
    function = mapping(max_age_days=90, max_receive_count=1, function=ConsumerFunction(broken))
    now = datetime.now(UTC)
    for name, age in {"old": timedelta(days=91), "young": timedelta(days=89)}.items():
        topics.send("pending", un_sobre(id=name, time=now - age).to_json(), properties={"id": name})
    with Run(bridge.handler), Run(relay.handler):
        letters = office.wait_for(lambda found: len(found) == 2)
        by_event = {letter.properties["id"]: letter for letter in letters}
        redrives = office.commands.redrive_many(ALL, None, office.mappings)
        office.wait_for(bool, state=Estado.REENVIADA)
    assert function.receipts.keys() == {"young"}
    assert "more than 90 days ago" in by_event["old"].reason
    assert (sum(redrives.accepted.values()), redrives.refused) == (1, {"carta-demasiado-antigua": 1})
    assert by_event["young"].impediment(office.mappings, now=now) is None
    with pytest.raises(CartaDemasiadoAntiguaError):
        office.commands.redrive(by_event["old"].id, office.mappings)
    assert by_event["old"].id in {letter.id for letter in office.letters()}
