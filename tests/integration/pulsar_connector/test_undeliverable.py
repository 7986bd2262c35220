"""Messages that no function can be given become dead letters at once."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from pulsar_connector import bridge
from support.postgres.servers import BROKERS, wait_until
from support.pulsar_connector.consumer_function import ConsumerFunction, broken
from support.pulsar_connector.fake_pulsar import un_sobre
from support.pulsar_connector.runs import Run

if TYPE_CHECKING:
    from support.pulsar_connector.consumer_function import DeclareMapping, SendEvents
    from support.pulsar_connector.topics import Topics


@pytest.mark.parametrize("content", [b"not json", b"\xff\xfe", b'{"specversion": "1.0"}', b"", b"[" * 100_000])
def test_a_message_without_an_envelope_is_a_dead_letter_at_once(
    mapping: DeclareMapping, send: SendEvents, topics: Topics, content: bytes
) -> None:
    """No function sees the message, and the others are delivered."""
    function = mapping()
    topics.send("pending", content)
    good = send()
    with Run(bridge.handler):
        [letter] = topics.read("DLQ", until=bool)
        wait_until(lambda: function.has(*good), timeout=10, what="good event")
    assert letter.data() == content
    assert letter.properties()["dlq-reason"].startswith("malformed envelope: ")
    assert letter.properties()["dlq-receive-count"] == "1"
    assert list(function.receipts) == good


def test_a_message_with_binary_properties_is_a_dead_letter(
    mapping: DeclareMapping, send: SendEvents, topics: Topics
) -> None:
    """Other producers may write any bytes as properties and key; the letter has the message's bytes."""
    function = mapping()
    content = un_sobre().to_json()
    topics.send_raw("pending", content, key=b"\xfe", properties={b"a": b"\xff"})
    good = send()
    with Run(bridge.handler):
        [letter] = topics.read("DLQ", until=bool)
        wait_until(lambda: function.has(*good), timeout=10, what="good event")
    assert letter.data() == content
    assert letter.properties()["dlq-reason"].startswith("its properties are not text")
    assert letter.properties()["dlq-receive-count"] == "1"


# pulsar-lite may leave a message in chunks unanswered, so its topics have none.
@pytest.mark.parametrize(
    ("broker", "how"),
    [
        *(("apache", how) for how in ("compressed", "in pieces", "with its properties the largest there is")),
        *(("lite", how) for how in ("compressed", "with its properties the largest there is") if "lite" in BROKERS),
    ],
    indirect=["broker"],
)
def test_too_large_a_message_is_a_dead_letter(
    mapping: DeclareMapping, send: SendEvents, topics: Topics, how: str
) -> None:
    """It exceeds the broker's 5 MB once it is unpacked or has its reasons; the letter has all of its bytes."""
    function = mapping()
    content = {"compressed": b"0" * 30_000_000, "in pieces": os.urandom(12_000_000)}.get(how, b"x" * 1_000)
    properties = {} if len(content) > 1_000 else {"large": "x" * (5 * 1024 * 1024 - 12_000)}
    topics.send("pending", content, of_any_size=True, properties=properties)
    good = send()
    with Run(bridge.handler):
        [letter] = topics.read("DLQ", until=bool)
        wait_until(lambda: function.has(*good), timeout=10, what="good event")
    assert letter.data() == content
    assert letter.properties()["dlq-receive-count"] == "1"
    assert topics.is_empty("DLQ")


def test_a_mapping_of_dead_letters_leaves_those_that_it_cannot_process(
    mapping: DeclareMapping, send: SendEvents, topics: Topics
) -> None:
    """After the last receive, or at once if it is no envelope, it acknowledges: a letter would return for ever."""
    function = mapping(function=ConsumerFunction(broken), max_receive_count=2, dlq_topic=None)
    topics.send("pending", b"not json")
    [event_id] = send()
    with Run(bridge.handler) as run:
        wait_until(lambda: function.receipts.get(event_id) == [1, 2], timeout=10, what="last receive")
    assert run.result == {"mappings": {"m": {"Delivered": 0, "Failed": 1, "DeadLettered": 2, "Filtered": 0}}}
    with Run(bridge.handler) as again:
        topics.send("pending", un_sobre().to_json())
        wait_until(lambda: len(function.receipts) == 2, timeout=10, what="another event")
    assert function.receipts[event_id] == [1, 2]
    assert again.result["mappings"]["m"]["DeadLettered"] == 0
