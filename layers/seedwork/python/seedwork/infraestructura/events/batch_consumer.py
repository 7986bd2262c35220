"""The edge of a consumer function: an SQS-shaped batch of envelopes in, the failed ones out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response

from seedwork.infraestructura.aws.telemetry import logger
from seedwork.infraestructura.dependency_unavailable import DependencyUnavailableError
from seedwork.infraestructura.events.envelope import Envelope

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

RESERVE_MS: Final = 10_000  # longer than a statement of PostgreSQL may take


class Message(Protocol):
    """What a consumer makes of an envelope."""

    @property
    def event_id(self) -> str:
        """The envelope's id."""


M = TypeVar("M", bound=Message)


def consume_batch(
    event: dict[str, Any],
    context: Any,
    *,
    parse: Callable[[Envelope], M],
    process: Callable[[Sequence[M]], Mapping[str, Exception]],
) -> PartialItemFailureResponse:
    """Hand the batch to `process`, which returns why each failed message failed, by event id.

    A failed one, or one that cannot be read, is reported in `batchItemFailures` to be delivered again; all others are
    done. Where `process` raises, each message is handed to it alone: what one of them meets costs no other. Only a
    dependency that is down fails the whole batch.
    """
    return consume_letters(event, context, parse=lambda envelope, _story: parse(envelope), process=process)


def consume_letters(
    event: dict[str, Any],
    context: Any,
    *,
    parse: Callable[[Envelope, Mapping[str, str]], M],
    process: Callable[[Sequence[M]], Mapping[str, Exception]],
) -> PartialItemFailureResponse:
    """The same of a dead letter topic: `parse` is also given the story of a letter, its message attributes by name."""
    read = {record["messageId"]: _read(record, parse) for record in event["Records"]}
    messages = [message for message, _ in read.values() if not isinstance(message, Exception)]
    try:
        failures = _processed(messages, process, context)
    except Exception as error:
        # One line for all of them: it may be every batch for as long as a dependency is down.
        about_all = [about["correlation_id"] for _, about in read.values() if about]
        logger.error("batch not processed", extra={"correlation_ids": about_all, "cause": str(error)})
        raise

    def outcome(record: SQSRecord) -> None:
        message, about = read[record.message_id]
        error = message if isinstance(message, Exception) else failures.get(message.event_id)
        if error is not None:
            about = {**about, "message_id": record.message_id, "cause": str(error)}
            logger.warning("event not processed", extra=about)
            raise error
        logger.info("event processed", extra=about)

    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
    return process_partial_response(event=event, record_handler=outcome, processor=processor, context=context)


def _processed(
    messages: Sequence[M], process: Callable[[Sequence[M]], Mapping[str, Exception]], context: Any
) -> Mapping[str, Exception]:
    try:
        return process(messages)
    except DependencyUnavailableError:
        raise
    except Exception as error:
        if len(messages) <= 1:
            raise
        logger.warning("batch not processed, each of its events is tried alone", exc_info=error)
    return {event_id: error for message in messages for event_id, error in _alone(message, process, context).items()}


def _alone(
    message: M, process: Callable[[Sequence[M]], Mapping[str, Exception]], context: Any
) -> Mapping[str, Exception]:
    """What failed of one message; it waits for its next delivery where no time is left."""
    if context.get_remaining_time_in_millis() < RESERVE_MS:
        return {message.event_id: TimeoutError("no time was left to try it alone")}
    try:
        return process([message])
    except DependencyUnavailableError:
        raise
    except Exception as error:  # noqa: BLE001 - the edge: it goes into the log and the message comes again
        return {message.event_id: error}


def _read(
    record: Mapping[str, Any], parse: Callable[[Envelope, Mapping[str, str]], M]
) -> tuple[M | Exception, dict[str, Any]]:
    """The message, or why it is none; and what a log line about it tells."""
    about: dict[str, Any] = {}
    try:
        envelope = Envelope.from_json(record["body"])
        about = {
            "correlation_id": envelope.correlation_id,
            "event_id": envelope.id,
            "event_type": envelope.type,
            "subject": envelope.subject,
        }
        attributes = record.get("messageAttributes", {})
        return parse(envelope, {name: str(value.get("stringValue")) for name, value in attributes.items()}), about
    except Exception as error:  # noqa: BLE001 - the edge: whatever is in one message, the others are processed
        return error, about
