"""Puts Pulsar messages in the shape that Lambda gives to functions of an SQS queue, so that SQS tooling reads them."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pulsar_connector.broker.pulsar_client import short_topic

if TYPE_CHECKING:
    import pulsar

_HEAD: Final = b'{"Records":['
_TAIL: Final = b"]}"
FRAME_BYTES: Final = len(_HEAD) + len(_TAIL)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventSource:
    """The account and region of the bridge, which the records name as their source."""

    partition: str
    region: str
    account: str

    @classmethod
    def of_function(cls, arn: str) -> EventSource:
        """Take account and region from a function's ARN.

        >>> EventSource.of_function("arn:aws:lambda:us-east-1:000000000000:function:bridge").arn("payments.evt.pending")
        'arn:aws:sqs:us-east-1:000000000000:payments.evt.pending'
        """
        _, partition, _, region, account, *_ = arn.split(":")
        return cls(partition=partition, region=region, account=account)

    def arn(self, topic: str) -> str:
        """Return the ARN of a topic, as if it were a queue."""
        return f"arn:{self.partition}:sqs:{self.region}:{self.account}:{topic}"


def message_id(message: pulsar.Message) -> str:
    """Return an id that is unique over all topics of a mapping; brokers count each topic separately."""
    identifier = message.message_id()
    topic = message.topic_name().rpartition("/")[2]
    return f"{topic}:{identifier.ledger_id()}:{identifier.entry_id()}:{identifier.batch_index()}"


def sqs_record(message: pulsar.Message, *, body: str, receive_count: int, source: EventSource) -> bytes:
    """Return one element of `Records`, as JSON."""
    sent = str(message.publish_timestamp())
    record = {
        "messageId": message_id(message),
        "receiptHandle": base64.b64encode(message.message_id().serialize()).decode(),
        "body": body,
        "attributes": {
            "ApproximateReceiveCount": str(receive_count),
            "SentTimestamp": sent,
            "SenderId": message.producer_name() or "pulsar",
            "ApproximateFirstReceiveTimestamp": sent,  # brokers do not tell; it is no earlier than this
        },
        "messageAttributes": {
            name: {"stringValue": value, "stringListValues": [], "binaryListValues": [], "dataType": "String"}
            for name, value in message.properties().items()
        },
        "md5OfBody": hashlib.md5(body.encode(), usedforsecurity=False).hexdigest(),
        "eventSource": "aws:sqs",
        "eventSourceARN": source.arn(short_topic(message.topic_name())),
        "awsRegion": source.region,
    }
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode()


def sqs_event(records: Sequence[bytes]) -> bytes:
    """Return the event of a batch, as JSON."""
    return _HEAD + b",".join(records) + _TAIL
