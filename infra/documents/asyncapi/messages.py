"""Messages: one for each event type on a topic, and the dead letter."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from pulsar_connector.mapping.dead_letters import MAX_REASON_CHARACTERS, REDRIVEN_FOR
from seedwork.infraestructura.events.envelope import Envelope

if TYPE_CHECKING:
    from documents.asyncapi.sources import Sources

CLOUD_EVENT: Final = "application/cloudevents+json"
DEAD_LETTER: Final = "DeadLetter"
ENVELOPE: Final = "Envelope"
# Properties of a Pulsar message, which AsyncAPI calls headers. A test compares both with what the connector sends.
EVENT_PROPERTIES: Final = "EventProperties"
DEAD_LETTER_PROPERTIES: Final = "DeadLetterProperties"

_EXAMPLE_TIME: Final = datetime(2026, 1, 15, 10, 30, tzinfo=UTC)
_EXAMPLE_ID: Final = "3b0f1c62-8a0e-4b57-9f0e-6f8a2f9d4c01"


def messages(sources: Sources) -> dict[str, Any]:
    """Return the message of each event type that has a topic, then the dead letter."""
    events = {
        event_type: _event(sources, context=outbox.schema_name, event_type=event_type)
        for outbox in sources.outboxes.values()
        for event_type, topic in outbox.routes.items()
        if topic is not None
    }
    return events | {DEAD_LETTER: _dead_letter(events)}


def schemas(sources: Sources, names: list[str]) -> dict[str, Any]:
    """Return the schemas that the messages of these event types refer to."""
    return {
        ENVELOPE: _embedded(sources.envelope),
        **{name: _embedded(sources.contracts[name]) for name in names},
        EVENT_PROPERTIES: _event_properties(),
        DEAD_LETTER_PROPERTIES: _dead_letter_properties(),
    }


def first_sentence(text: str) -> str:
    """Return a description's first sentence, which serves as a summary."""
    return text.partition(". ")[0].removesuffix(".") + "."


def _embedded(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a contract without its own `$schema` and `$id`, from which references would be resolved.

    The contracts are JSON Schema 2020-12 and use only keywords that AsyncAPI's default, draft 07, has too.
    """
    return {name: value for name, value in schema.items() if name not in ("$schema", "$id")}


def _event(sources: Sources, *, context: str, event_type: str) -> dict[str, Any]:
    contract = sources.contracts[event_type]
    example = sources.samples.get(event_type) or _example(context, event_type, contract)
    fixed = {
        "source": {"const": example["source"]},
        "type": {"const": event_type},
        "dataschema": {"const": contract["$id"]},
        "data": {"$ref": f"#/components/schemas/{event_type}"},
    }
    return {
        "name": event_type,
        "title": event_type,
        "summary": first_sentence(contract["description"]),
        "description": contract["description"],
        "tags": [{"name": context}],
        "contentType": CLOUD_EVENT,
        "headers": {"$ref": f"#/components/schemas/{EVENT_PROPERTIES}"},
        "correlationId": {"$ref": "#/components/correlationIds/correlationid"},
        "payload": {"allOf": [{"$ref": f"#/components/schemas/{ENVELOPE}"}, {"properties": fixed}]},
        "examples": [
            {
                "name": event_type,
                "headers": {
                    "id": example["id"],
                    "type": event_type,
                    "correlationid": example["correlationid"],
                },
                "payload": example,
            }
        ],
    }


def _example(context: str, event_type: str, contract: dict[str, Any]) -> dict[str, Any]:
    """Wrap the contract's own example as the relay would."""
    [data, *_] = contract["examples"]
    envelope = Envelope.from_outbox_row(
        context=context,
        id=_EXAMPLE_ID,
        aggregateid=next(iter(data.values())),
        version=2,
        type=event_type,
        payload=json.dumps(data),
        metadata={"correlation_id": "ejemplo-1"},
        occurred_at=_EXAMPLE_TIME,
    )
    found: dict[str, Any] = json.loads(envelope.to_json())
    return found


def _dead_letter(events: dict[str, Any]) -> dict[str, Any]:
    example = next(iter(events.values()))["examples"][0]
    story = {
        "dlq-reason": "the function reported the message as failed",
        "dlq-mapping": "procesar-pagos",
        "dlq-topic": "payments.evt.pending",
        "dlq-subscription": "procesar-pagos",
        "dlq-function": "aeropartners-local-procesar-pagos",
        "dlq-receive-count": "50",
        "dlq-message-id": "(12,0,-1,-1)",
        "dlq-time": "2026-01-15T10:55:00+00:00",
    }
    return {
        "name": DEAD_LETTER,
        "title": "Dead letter",
        "summary": "A message that a consumer could not process.",
        "description": (
            "The message with all its bytes, its key and its properties. Further properties say why it failed, where "
            "and how often. The key and the message's own properties are left out if they are no text, or if the "
            "letter would be too large with them."
        ),
        "headers": {"$ref": f"#/components/schemas/{DEAD_LETTER_PROPERTIES}"},
        "payload": {"description": "The bytes as they were sent: usually the envelope of an event."},
        "examples": [
            {"name": DEAD_LETTER, "headers": example["headers"] | story, "payload": example["payload"]},
        ],
    }


def _event_properties() -> dict[str, Any]:
    return {
        "title": EVENT_PROPERTIES,
        "description": "The properties of an event's Pulsar message. They repeat what the envelope says.",
        "type": "object",
        "required": ["id", "type", "correlationid"],
        "properties": {
            "id": {"type": "string", "description": "The event's id."},
            "type": {"type": "string", "description": "The event type."},
            "correlationid": {"type": "string", "description": "The correlation of the envelope."},
            REDRIVEN_FOR: {
                "type": "string",
                "description": "Only on a redriven dead letter: the mapping that it is for. Others ignore the message.",
            },
        },
        "additionalProperties": {"type": "string"},
    }


def _dead_letter_properties() -> dict[str, Any]:
    described = {
        "dlq-reason": "Why the message failed.",
        "dlq-mapping": "The mapping that could not deliver it.",
        "dlq-topic": "The topic that it came from.",
        "dlq-subscription": "The mapping's subscription.",
        "dlq-function": "The function that could not process it.",
        "dlq-receive-count": "How often it was received.",
        "dlq-message-id": "Its id in that topic.",
        "dlq-time": "When it became a dead letter.",
    }
    properties: dict[str, Any] = {
        name: {"type": "string", "description": description} for name, description in described.items()
    }
    properties["dlq-reason"]["maxLength"] = MAX_REASON_CHARACTERS
    properties["dlq-receive-count"]["pattern"] = "^[0-9]+$"
    properties["dlq-time"]["format"] = "date-time"
    return {
        "title": DEAD_LETTER_PROPERTIES,
        "description": "The properties of a dead letter, beside those of the message that failed.",
        "type": "object",
        "required": list(described),
        "properties": properties,
        "additionalProperties": {"type": "string"},
    }
