"""A worker of a mapping, in its own thread: it receives batches, invokes the function, and settles each message."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING, Final

import pulsar

from pulsar_connector.broker.pulsar_client import Producers, full_topic
from pulsar_connector.mapping.batch_collector import BatchCollector
from pulsar_connector.mapping.batch_response import MalformedResponseError, failed_ids
from pulsar_connector.mapping.dead_letters import DeadLetters
from pulsar_connector.mapping.function_invoker import InvocationError, invoke
from pulsar_connector.mapping.retries import Retries
from pulsar_connector.mapping.settlement import Settlement
from pulsar_connector.mapping.sqs_event import sqs_event
from pulsar_connector.run.meter import Meter

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

    from pulsar_connector.mapping.delivery import Delivery
    from pulsar_connector.mapping.event_source_mapping import EventSourceMapping
    from pulsar_connector.mapping.sqs_event import EventSource
    from pulsar_connector.run.deadline import Deadline

FIRST_WAIT_SECONDS: Final = 0.5
LONGEST_PAUSE_SECONDS: Final = 10.0
# Few messages are fetched ahead, so that a slow worker does not hold messages that another could process now.
MAX_RECEIVER_QUEUE: Final = 25
_CONSUMER_TYPES: Final = {"Shared": pulsar.ConsumerType.Shared, "Key_Shared": pulsar.ConsumerType.KeyShared}


class MappingWorker:
    """Delivers at least once: a message is acknowledged after the function or the dead letter topic has it."""

    def __init__(
        self,
        name: str,
        mapping: EventSourceMapping,
        *,
        client: pulsar.Client,
        functions: LambdaClient,
        source: EventSource,
        deadline: Deadline,
    ) -> None:
        """`deadline` leaves enough time for the function's last answer."""
        self.name = name
        self.meter = Meter("mapping", name, totals=("Delivered", "Failed", "DeadLettered", "Filtered"))
        self._mapping = mapping
        self._client = client
        self._functions = functions
        self._source = source
        self._deadline = deadline
        self._failures_in_a_row = 0
        self._beat_at = 0.0

    def run(self) -> None:
        """Deliver until the deadline; the broker delivers unsettled messages again, to another worker."""
        if self._deadline.passed:
            return
        with self._consumer() as consumer, closing(Producers(self._client, of_any_size=True)) as producers:
            retries = Retries(consumer, self._mapping)
            letters = DeadLetters(self.name, self._mapping, client=self._client, producers=producers)
            settlement = Settlement(self.name, self._mapping, consumer, retries, letters, self.meter)
            batches = BatchCollector(self.name, self._mapping, consumer, self._source, settlement)
            while not self._deadline.passed:
                retries.release_due()
                if batch := batches.collect(
                    min(retries.seconds_to_next(FIRST_WAIT_SECONDS), self._deadline.seconds_left)
                ):
                    self._deliver(batch, settlement)
                elif not retries and self._mapping.heartbeat_seconds and time.monotonic() >= self._beat_at:
                    self._beat(consumer, self._mapping.heartbeat_seconds)
                self.meter.flush_if_due()
            self.meter.flush()

    def _deliver(self, batch: Sequence[Delivery], settlement: Settlement) -> None:
        self.meter.measure("BatchSize", "Count", len(batch))
        try:
            answer = invoke(self._functions, self._mapping.function, sqs_event([d.record for d in batch]))
            failed = failed_ids(answer, {delivery.id for delivery in batch})
        except (InvocationError, MalformedResponseError) as error:
            settlement.settle(batch, failed={delivery.id for delivery in batch}, reason=str(error))
            self._pause()
        else:
            settlement.settle(batch, failed=failed, reason="the function reported it in batchItemFailures")
            self._failures_in_a_row = 0
            self.meter.measure("Latency", "Milliseconds", time.time() * 1000 - batch[0].message.publish_timestamp())

    def _beat(self, consumer: pulsar.Consumer, seconds: int) -> None:
        """Tell the function that there is nothing to deliver; only a connected consumer knows that."""
        self._beat_at = time.monotonic() + seconds
        if consumer.is_connected():
            with suppress(InvocationError):  # the function's own log has the cause, and the next beat follows
                invoke(self._functions, self._mapping.function, sqs_event([]))

    def _pause(self) -> None:
        # A broken function gets time to recover, and the backlog does not use up its receipts.
        pause = self._mapping.retry_delay_ms / 1000 * 2**self._failures_in_a_row
        self._failures_in_a_row += 1
        self._deadline.sleep(min(pause, LONGEST_PAUSE_SECONDS))

    @contextmanager
    def _consumer(self) -> Iterator[pulsar.Consumer]:
        # pulsar-lite breaks a client's connection if its consumer has the same number as another client's on the
        # subscription. Clients number from 0, so a second bridge is refused at first; its next attempt has new numbers.
        topics = [full_topic(topic) for topic in self._mapping.topics]
        consumer = self._client.subscribe(
            topics[0] if len(topics) == 1 else topics,
            self._mapping.subscription,
            _CONSUMER_TYPES[self._mapping.subscription_type],
            initial_position=pulsar.InitialPosition.Earliest,
            receiver_queue_size=min(self._mapping.batch_size, MAX_RECEIVER_QUEUE),
            negative_ack_redelivery_delay_ms=self._mapping.retry_delay_ms,
        )
        with closing(consumer):
            yield consumer
