"""What the connector sends is what the AsyncAPI document says."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from documents.asyncapi.document import asyncapi_document
from pulsar_connector.mapping.dead_letters import DeadLetters
from pulsar_connector.mapping.event_source_mapping import EventSourceMapping
from pulsar_connector.outbox.event_publisher import EventPublisher
from pulsar_connector.outbox.outbox_session import OutboxRow
from support.documents.schemas import resolve, validate
from support.pulsar_connector.fake_pulsar import FakeMessage, FakeProducers

if TYPE_CHECKING:
    import pulsar

DOCUMENT = asyncapi_document()
RELAYED = [
    (operation["tags"][0]["name"], operation["channel"]["$ref"].rpartition("/")[2], message["$ref"])
    for operation in DOCUMENT["operations"].values()
    if operation["action"] == "send"
    for message in operation["messages"]
    if not message["$ref"].endswith("/DeadLetter")
]


@pytest.mark.parametrize(("context", "topic", "reference"), RELAYED)
def test_a_published_event_is_the_documents_message(context: str, topic: str, reference: str) -> None:
    """A row with the example's data becomes a message whose envelope and properties keep the schemas."""
    name = reference.rpartition("/")[2]
    message = resolve(DOCUMENT, resolve(DOCUMENT, reference)["$ref"])
    example = message["examples"][0]["payload"]
    topics = FakeProducers()
    publisher = EventPublisher(context=context, routes={name: topic}, producers=topics)  # type: ignore[arg-type] # a fake
    row = OutboxRow(
        position=1,
        id=example["id"],
        aggregateid=example["subject"],
        version=example["sequence"],
        type=name,
        payload=json.dumps(example["data"]),
        metadata={"correlation_id": example["correlationid"], "causation_id": example.get("causationid")},
        occurred_at=datetime.fromisoformat(example["time"]),
    )
    publisher.accept([row])
    [(sent_to, envelope)] = topics.sent
    assert sent_to == topic
    assert json.loads(envelope.to_json()) == example
    [options] = topics.options
    validate(DOCUMENT, message["headers"]["$ref"].removeprefix("#"), options["properties"])
    assert set(options["properties"]) == set(message["examples"][0]["headers"])


@dataclass
class FakeTopic:
    """A dead letter topic that remembers each letter."""

    letters: list[dict[str, Any]] = field(default_factory=list)

    def get(self, _topic: str) -> FakeTopic:
        """Return the producer: this object."""
        return self

    def send(self, content: bytes, **options: Any) -> None:
        """Keep a letter."""
        self.letters.append({"content": content, **options})


def test_a_dead_letter_is_the_documents_message() -> None:
    """It has exactly the properties that the document requires, beside those of the message."""
    mapping = EventSourceMapping(topics=["t"], subscription="s", function="f", dlq_topic="payments.DLQ")
    topic = FakeTopic()
    client: pulsar.Client = SimpleNamespace(subscribe=lambda *_, **__: SimpleNamespace(close=lambda: None))
    message = FakeMessage()
    DeadLetters("m", mapping, client=client, producers=topic).publish(message, reason="sin motivo")  # type: ignore[arg-type] # fakes
    [letter] = topic.letters
    validate(DOCUMENT, "/components/schemas/DeadLetterProperties", letter["properties"])
    required = set(DOCUMENT["components"]["schemas"]["DeadLetterProperties"]["required"])
    assert set(letter["properties"]) - set(message.properties()) == required
    assert letter["content"] == message.data()
