"""Operations: who sends and who receives.

The relay sends for each outbox. Each mapping receives from its topics and sends dead letters, which the relay receives.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from documents.asyncapi.channels import event_types_on
from documents.asyncapi.messages import DEAD_LETTER
from pulsar_connector.mapping.dead_letters import REDRIVEN_FOR
from pulsar_connector.mapping.event_source_mapping import DEAD_LETTER_SUBSCRIPTION

if TYPE_CHECKING:
    from documents.asyncapi.sources import Sources
    from pulsar_connector.mapping.event_source_mapping import EventSourceMapping


def operations(sources: Sources) -> dict[str, Any]:
    """Return all operations; a name consists of the outbox or the mapping, the action and the topic."""
    found: dict[str, Any] = {}
    for name, outbox in sources.outboxes.items():
        for topic in dict.fromkeys(topic for topic in outbox.routes.values() if topic is not None):
            types = [event_type for event_type, to in outbox.routes.items() if to == topic]
            found[f"{name}.send.{topic}"] = _relayed(name, outbox.schema_name, topic, types)
    for name, mapping in sources.mappings.items():
        for topic in mapping.topics:
            found[f"{name}.receive.{topic}"] = _received(sources, name, mapping, topic)
        if mapping.dlq_topic is not None:
            found[f"{name}.send.{mapping.dlq_topic}"] = _given_up(name, mapping, mapping.dlq_topic)
    for topic in sorted({mapping.dlq_topic for mapping in sources.mappings.values() if mapping.dlq_topic}):
        found[f"relay.receive.{topic}"] = _kept(topic)
    return found


def _relayed(outbox: str, schema: str, topic: str, event_types: list[str]) -> dict[str, Any]:
    return {
        "action": "send",
        "channel": {"$ref": f"#/channels/{topic}"},
        "title": f"{outbox} sends {', '.join(event_types)}",
        "summary": f"`relay` publishes the outbox of `{outbox}`.",
        "description": (
            f"A row of `{schema}.outbox` becomes a message after the transaction that wrote it. Delivery is at least "
            "once. The events of an aggregate are sent one after the other."
        ),
        "tags": [{"name": outbox}],
        "messages": _messages(topic, event_types),
    }


def _received(sources: Sources, name: str, mapping: EventSourceMapping, topic: str) -> dict[str, Any]:
    function = sources.functions[mapping.function]
    event_types = [event_type for event_type in event_types_on(sources, topic) if mapping.wants(event_type)]
    settings = mapping.model_dump(mode="json", exclude={"topics"}) | {"function": function.name}
    return {
        "action": "receive",
        "channel": {"$ref": f"#/channels/{topic}"},
        "title": f"{name} receives {', '.join(event_types) or 'dead letters'}",
        "summary": f"`bridge` invokes the function `{function.name}` with batches of messages.",
        "description": f"{function.description} {_delivery(mapping)} {_failure(mapping)}",
        "tags": [{"name": name}],
        "messages": _messages(topic, event_types or [DEAD_LETTER]),
        "x-mapping": settings,
    }


def _delivery(mapping: EventSourceMapping) -> str:
    filtered = f" Only {', '.join(mapping.event_types)} are delivered." if mapping.event_types else ""
    return (
        f"Subscription `{mapping.subscription}` ({mapping.subscription_type}). An invocation gets up to "
        f"{mapping.batch_size} messages, {mapping.batching_window_ms} ms after the first one, and a run of the bridge "
        f"makes at most {mapping.concurrency} at a time.{filtered}"
    )


def _failure(mapping: EventSourceMapping) -> str:
    if mapping.dlq_topic is None:
        return f"After {mapping.max_receive_count} receives it gives up a letter that fails; the letter stays."
    too_old = f", or if it is older than {mapping.max_age_days} days," if mapping.max_age_days else ""
    return (
        f"A message that fails is delivered again after {mapping.retry_delay_ms} ms, later each time, at most after "
        f"{mapping.max_retry_delay_ms} ms. After {mapping.max_receive_count} receives{too_old} it becomes a dead "
        f"letter on `{mapping.dlq_topic}`."
    )


def _given_up(name: str, mapping: EventSourceMapping, topic: str) -> dict[str, Any]:
    return {
        "action": "send",
        "channel": {"$ref": f"#/channels/{topic}"},
        "title": f"{name} sends dead letters",
        "summary": f"`bridge` puts messages there that `{name}` could not process.",
        "description": f"This happens after {mapping.max_receive_count} receives, or at once to an unreadable message.",
        "tags": [{"name": name}],
        "messages": _messages(topic, [DEAD_LETTER]),
    }


def _kept(topic: str) -> dict[str, Any]:
    return {
        "action": "receive",
        "channel": {"$ref": f"#/channels/{topic}"},
        "title": "relay receives dead letters",
        "summary": "`relay` stores dead letters in PostgreSQL.",
        "description": (
            f"Subscription `{DEAD_LETTER_SUBSCRIPTION}`. A letter waits there until it is redriven or discarded. A "
            f"redriven letter goes back to the topic that it came from, with the property `{REDRIVEN_FOR}`."
        ),
        "tags": [{"name": "relay"}],
        "messages": _messages(topic, [DEAD_LETTER]),
    }


def _messages(topic: str, names: list[str]) -> list[dict[str, str]]:
    return [{"$ref": f"#/channels/{topic}/messages/{name}"} for name in names]
