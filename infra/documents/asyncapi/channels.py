"""Channels: one for each declared topic, with the messages that the outboxes' routes and the mappings put there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from documents.asyncapi.messages import DEAD_LETTER, first_sentence
from pulsar_connector.broker.pulsar_client import NAMESPACE
from pulsar_connector.mapping.event_source_mapping import DEAD_LETTER_SUBSCRIPTION

if TYPE_CHECKING:
    from documents.asyncapi.sources import Sources

BINDING_VERSION: Final = "0.1.0"  # of https://github.com/asyncapi/bindings/tree/master/pulsar
MINUTES_A_DAY: Final = 24 * 60


def channels(sources: Sources) -> dict[str, Any]:
    """Return the channel of each declared topic."""
    return {topic: _channel(sources, topic, partitions) for topic, partitions in sources.topics.topics.items()}


def event_types_on(sources: Sources, topic: str) -> list[str]:
    """List the event types that the outboxes route to a topic."""
    return [name for outbox in sources.outboxes.values() for name, to in outbox.routes.items() if to == topic]


def _channel(sources: Sources, topic: str, partitions: int) -> dict[str, Any]:
    event_types = event_types_on(sources, topic)
    names = event_types or [DEAD_LETTER]
    return {
        "address": topic,
        "title": topic,
        "summary": _summary(sources, event_types),
        "description": f"{_origin(sources, topic, event_types)} {_kept(sources, partitions)}",
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in names},
        "bindings": {"pulsar": _binding(sources)},
        "x-partitions": partitions,
    }


def _summary(sources: Sources, event_types: list[str]) -> str:
    if not event_types:
        return "Messages that a consumer could not process."
    return " ".join(first_sentence(sources.contracts[event_type]["description"]) for event_type in event_types)


def _origin(sources: Sources, topic: str, event_types: list[str]) -> str:
    """Say who writes to a topic, who reads it, and what the messages' key is."""
    readers = ", ".join(f"`{name}`" for name, mapping in sources.mappings.items() if topic in mapping.topics)
    if not event_types:
        writers = ", ".join(f"`{name}`" for name, mapping in sources.mappings.items() if mapping.dlq_topic == topic)
        return (
            f"Dead letters of the mappings {writers}. Read by {readers}, and by `relay` (subscription "
            f"`{DEAD_LETTER_SUBSCRIPTION}`), which stores each letter in PostgreSQL."
        )
    contexts = ", ".join(
        f"`{outbox.schema_name}`" for outbox in sources.outboxes.values() if topic in outbox.routes.values()
    )
    return (
        f"Events of {contexts}, published by `relay`. The key of a message is the id of the event's aggregate, "
        f"unless the event names another one (`partition_key` in the outbox). Read by {readers}."
    )


def _kept(sources: Sources, partitions: int) -> str:
    retention = sources.topics.retention
    divided = f"The topic has {partitions} partitions" if partitions else "The topic is not partitioned"
    return (
        f"{divided}. Messages that every subscription has acknowledged stay for {retention.minutes / MINUTES_A_DAY:g} "
        f"days, up to {retention.megabytes} MB a partition."
    )


def _binding(sources: Sources) -> dict[str, Any]:
    retention = sources.topics.retention
    [persistence, _, _, namespace, _] = NAMESPACE.split("/")
    return {
        "namespace": namespace,
        "persistence": persistence.removesuffix(":"),
        "retention": {"time": retention.minutes, "size": retention.megabytes},
        "deduplication": False,
        "bindingVersion": BINDING_VERSION,
    }
