"""Settles each message of a batch: it is acknowledged, delivered again, or becomes a dead letter."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pulsar_connector.broker.message_text import readable_properties
from seedwork.infraestructura.aws.telemetry import logger

if TYPE_CHECKING:
    import pulsar

    from pulsar_connector.mapping.dead_letters import DeadLetters
    from pulsar_connector.mapping.delivery import Delivery
    from pulsar_connector.mapping.event_source_mapping import EventSourceMapping
    from pulsar_connector.mapping.retries import Retries
    from pulsar_connector.run.meter import Meter


@dataclass(frozen=True, slots=True)
class Settlement:
    """Every message of a batch is acknowledged, delivered again later, or made a dead letter."""

    name: str
    mapping: EventSourceMapping
    consumer: pulsar.Consumer
    retries: Retries
    letters: DeadLetters
    meter: Meter

    def settle(self, batch: Sequence[Delivery], *, failed: AbstractSet[str], reason: str) -> None:
        """Settle a batch; the function did not process the messages with the ids in `failed`, for `reason`."""
        for delivery in batch:
            if delivery.id not in failed:
                self.consumer.acknowledge(delivery.message)
                self.meter.count("Delivered")
            elif delivery.receive_count < self.mapping.max_receive_count:
                self.retries.later(delivery)
                self.meter.count("Failed")
            else:
                self._bury(delivery.message, reason)
        if failed:
            logger.warning(
                "messages not processed: they are delivered again or dead-lettered",
                extra={
                    "mapping": self.name,
                    "function": self.mapping.function,
                    "batch": len(batch),
                    "failed": len(failed),
                    "cause": reason,
                },
            )

    def undeliverable(self, message: pulsar.Message, reason: str) -> None:
        """Settle a message that no function can be given."""
        self._bury(message, reason)

    def unwanted(self, message: pulsar.Message) -> None:
        """Settle a message that the mapping does not ask for."""
        self.consumer.acknowledge(message)
        self.meter.count("Filtered")

    def _bury(self, message: pulsar.Message, reason: str) -> None:
        properties = readable_properties(message)
        story = {
            "mapping": self.name,
            "topic": message.topic_name(),
            "message_id": str(message.message_id()),
            "event_id": properties.get("id"),
            "correlation_id": properties.get("correlationid"),
            "cause": reason,
        }
        try:
            self.letters.publish(message, reason=reason)
        except Exception as error:  # noqa: BLE001 - the broker's error, or one about this message alone: the others go on
            logger.error("dead letter not published: the message is delivered again", extra=story, exc_info=error)
            self.consumer.negative_acknowledge(message)
            self.meter.count("Failed")
            return
        self.consumer.acknowledge(message)
        self.meter.count("DeadLettered")
        logger.error("message dead-lettered" if self.mapping.dlq_topic else "message given up", extra=story)
