"""The edge of a consumer function: takes an SQS-shaped batch of envelopes, and returns the failed ones.

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

RESERVE_MS: Final = 10_000  # longer than the timeout of a PostgreSQL statement


class FailedMessage(TypedDict):
    """A message that must be delivered again."""

    itemIdentifier: str


class PartialBatchResponse(TypedDict):
    """The failed messages of a batch; all others are processed."""

    batchItemFailures: list[FailedMessage]


class Message(Protocol):
    """A consumer's own form of an envelope."""

    @property
    def event_id(self) -> str:
        """The envelope's id."""


M = TypeVar("M", bound=Message)
Parse = Callable[[Envelope], M]
Process = Callable[[Sequence[M]], Mapping[str, Exception]]


def consume_batch(event: dict[str, Any], context: Any, *, parse: Parse[M], process: Process[M]) -> PartialBatchResponse:
    """Hand the batch to `process`, which returns the error of each failed message by event id.

    Failed and unreadable messages are reported in `batchItemFailures` and delivered again; all others are done. If
    `process` raises, each message is processed alone, so that one bad message does not hold up the others. Only an
    unavailable dependency fails the whole batch.
    """
    batch = [_Received.read(record, parse) for record in event["Records"]]
    messages = [received.message for received in batch if not isinstance(received.message, Exception)]
    try:
        failures = _processed(messages, process, context)
    except Exception as error:
        # One line for the whole batch: while a dependency is down, this may happen with every batch.
        about_all = [received.about["correlation_id"] for received in batch if received.about]
        logger.error("batch failed: it is delivered again", extra={"correlation_ids": about_all, "cause": str(error)})
        raise
    failed = [received.message_id for received in batch if received.has_failed(failures)]
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Received(Generic[M]):
    """A record's message, or the error from reading it; `about` are the fields of its log lines."""

    message_id: str
    message: M | Exception
    about: Mapping[str, Any]

    @classmethod
    def read(cls, record: Mapping[str, Any], parse: Parse[M]) -> Self:
        """Read a record; any error is kept as the message."""
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
        except Exception as error:  # noqa: BLE001 - the edge: one bad message must not stop the others
            message = error
        return cls(message_id=record["messageId"], message=message, about=about)

    def has_failed(self, failures: Mapping[str, Exception]) -> bool:
        """Whether the message must be delivered again; logs the outcome."""
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
        logger.warning("batch failed: each of its events is tried alone", exc_info=error)
    return {event_id: error for message in messages for event_id, error in _alone(message, process, context).items()}


def _alone(message: M, process: Process[M], context: Any) -> Mapping[str, Exception]:
    """Process one message and return its error by event id; without time left, it waits for its next delivery."""
    if context.get_remaining_time_in_millis() < RESERVE_MS:
        return {message.event_id: TimeoutError("no time was left to try it alone")}
    try:
        return process([message])
    except DependencyUnavailableError:
        raise
    except Exception as error:  # noqa: BLE001 - the edge: the error is logged, and the message delivered again
        return {message.event_id: error}
