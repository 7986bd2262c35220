"""The edge of a consumer function: an SQS-shaped batch of envelopes in, the failed ones out.

The answer is AWS's partial batch response:
https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, Protocol, Self, TypedDict, TypeVar

from seedwork.infraestructura.aws.telemetry import logger
from seedwork.infraestructura.dependency_unavailable import DependencyUnavailableError
from seedwork.infraestructura.events.envelope import Envelope

RESERVE_MS: Final = 10_000  # longer than a statement of PostgreSQL may take


class FailedMessage(TypedDict):
    """A message that is to be delivered again."""

    itemIdentifier: str


class PartialBatchResponse(TypedDict):
    """The failed messages of a batch; all others are done."""

    batchItemFailures: list[FailedMessage]


class Message(Protocol):
    """What a consumer makes of an envelope."""

    @property
    def event_id(self) -> str:
        """The envelope's id."""


M = TypeVar("M", bound=Message)
Parse = Callable[[Envelope], M]
Process = Callable[[Sequence[M]], Mapping[str, Exception]]


def consume_batch(event: dict[str, Any], context: Any, *, parse: Parse[M], process: Process[M]) -> PartialBatchResponse:
    """Hand the batch to `process`, which returns why each failed message failed, by event id.

    A failed message, or one that cannot be read, is reported in `batchItemFailures` to be delivered again; all others
    are done. Where `process` raises, each message is handed to it alone: an error of one message costs no other. Only a
    dependency that is down fails the whole batch.
    """
    batch = [_Received.read(record, parse) for record in event["Records"]]
    messages = [received.message for received in batch if not isinstance(received.message, Exception)]
    try:
        failures = _processed(messages, process, context)
    except Exception as error:
        # One line for all of them: it may be every batch for as long as a dependency is down.
        about_all = [received.about["correlation_id"] for received in batch if received.about]
        logger.error("batch not processed", extra={"correlation_ids": about_all, "cause": str(error)})
        raise
    failed = [received.message_id for received in batch if received.has_failed(failures)]
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Received(Generic[M]):
    """A record's message, or why it is none; `about` is what a log line tells of it."""

    message_id: str
    message: M | Exception
    about: Mapping[str, Any]

    @classmethod
    def read(cls, record: Mapping[str, Any], parse: Parse[M]) -> Self:
        """From a record, whatever is in it."""
        about: dict[str, Any] = {}
        try:
            envelope = Envelope.from_json(record["body"], attributes=_attributes(record))
            about = {
                "correlation_id": envelope.correlation_id,
                "event_id": envelope.id,
                "event_type": envelope.type,
                "subject": envelope.subject,
            }
            message: M | Exception = parse(envelope)
        except Exception as error:  # noqa: BLE001 - the edge: whatever is in one message, the others are processed
            message = error
        return cls(message_id=record["messageId"], message=message, about=about)

    def has_failed(self, failures: Mapping[str, Exception]) -> bool:
        """Whether it is to be delivered again; the log is told."""
        error = self.message if isinstance(self.message, Exception) else failures.get(self.message.event_id)
        if error is None:
            logger.info("event processed", extra=self.about)
            return False
        logger.warning("event not processed", extra={**self.about, "message_id": self.message_id, "cause": str(error)})
        return True


def _attributes(record: Mapping[str, Any]) -> dict[str, str]:
    attributes = record.get("messageAttributes", {})
    return {name: str(value.get("stringValue")) for name, value in attributes.items()}


def _processed(messages: Sequence[M], process: Process[M], context: Any) -> Mapping[str, Exception]:
    try:
        return process(messages)
    except DependencyUnavailableError:
        raise
    except Exception as error:
        if len(messages) <= 1:
            raise
        logger.warning("batch not processed, each of its events is tried alone", exc_info=error)
    return {event_id: error for message in messages for event_id, error in _alone(message, process, context).items()}


def _alone(message: M, process: Process[M], context: Any) -> Mapping[str, Exception]:
    """What failed of one message; it waits for its next delivery where no time is left."""
    if context.get_remaining_time_in_millis() < RESERVE_MS:
        return {message.event_id: TimeoutError("no time was left to try it alone")}
    try:
        return process([message])
    except DependencyUnavailableError:
        raise
    except Exception as error:  # noqa: BLE001 - the edge: it goes into the log and the message comes again
        return {message.event_id: error}
