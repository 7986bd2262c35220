"""A consumer returns failed messages, and logs each message under its own correlation id."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from seedwork.infraestructura.dependency_unavailable import DependencyUnavailableError
from seedwork.infraestructura.events.batch_consumer import consume_batch
from support.lambda_events import FakeContext, sample

if TYPE_CHECKING:
    from seedwork.infraestructura.events.envelope import Envelope


@dataclass(frozen=True)
class Message:
    """The consumer's form of an envelope."""

    event_id: str

    @classmethod
    def of(cls, envelope: Envelope) -> Message:
        """Read an envelope; two ids are not understood."""
        if envelope.id == "strange":
            raise ValueError("not understood")
        if envelope.id == "stranger":
            raise ArithmeticError("not expected")
        return cls(envelope.id)


def a_batch(*ids: str) -> dict[str, Any]:
    """Return a batch of events with these ids, each with a correlation id of its own."""
    [record] = sample("procesar-pagos/pago-pendiente")["Records"]
    envelope = json.loads(record["body"])
    return {
        "Records": [
            record
            | {"messageId": f"m-{name}", "body": json.dumps(envelope | {"id": name, "correlationid": f"c-{name}"})}
            for name in ids
        ]
    }


def lines(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    """Return the lines of the log."""
    return [{"message": record.getMessage(), **vars(record)} for record in caplog.records]


def test_each_message_is_logged_under_its_correlation_id(caplog: pytest.LogCaptureFixture) -> None:
    """Messages are processed, failed or not understood; the last two are returned."""

    def process(messages: Sequence[Message]) -> Mapping[str, Exception]:
        assert [message.event_id for message in messages] == ["good", "bad"]
        return {"bad": RuntimeError("no luck")}

    answer = consume_batch(a_batch("good", "bad", "strange"), FakeContext(), parse=Message.of, process=process)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "m-bad"}, {"itemIdentifier": "m-strange"}]}
    told = [(line["message"], line["correlation_id"], line.get("cause")) for line in lines(caplog)]
    assert told == [
        ("event processed", "c-good", None),
        ("event not processed", "c-bad", "no luck"),
        ("event not processed", "c-strange", "not understood"),
    ]


def test_a_failed_batch_is_logged_with_its_correlation_ids(caplog: pytest.LogCaptureFixture) -> None:
    """There is one line with all correlation ids; the error reaches the invoker."""

    def process(_messages: Sequence[Message]) -> Mapping[str, Exception]:
        raise DependencyUnavailableError("postgresql")

    with pytest.raises(DependencyUnavailableError):
        consume_batch(a_batch("one", "two"), FakeContext(), parse=Message.of, process=process)
    [line] = lines(caplog)
    assert line["correlation_ids"] == ["c-one", "c-two"]
    assert (line["levelname"], line["cause"]) == ("ERROR", "postgresql is unavailable")


def test_an_unexpected_error_fails_one_message(caplog: pytest.LogCaptureFixture) -> None:
    """The error occurs while a message is read: it is returned, and the others are processed."""
    event = a_batch("one", "stranger", "two", "empty")
    del event["Records"][3]["body"]
    answer = consume_batch(event, FakeContext(), parse=Message.of, process=lambda _messages: {})
    assert answer == {"batchItemFailures": [{"itemIdentifier": "m-stranger"}, {"itemIdentifier": "m-empty"}]}
    assert [line["cause"] for line in lines(caplog) if "cause" in line] == ["not expected", "'body'"]


def test_an_error_of_one_message_fails_no_other(caplog: pytest.LogCaptureFixture) -> None:
    """If a batch fails for another reason than a dependency, its messages are processed one by one."""
    done: list[str] = []

    def process(messages: Sequence[Message]) -> Mapping[str, Exception]:
        if any(message.event_id == "poison" for message in messages):
            raise KeyError("a column that this value does not fit")
        done.extend(message.event_id for message in messages)
        return {}

    answer = consume_batch(
        a_batch("one", "poison", "two"), FakeContext(milliseconds=60_000), parse=Message.of, process=process
    )
    assert answer == {"batchItemFailures": [{"itemIdentifier": "m-poison"}]}
    assert done == ["one", "two"]
    assert "each of its events is tried alone" in caplog.text


def test_a_single_message_fails_with_its_reason() -> None:
    """Alone in its batch it fails the invocation, whose error becomes the reason in its dead letter."""

    def process(_messages: Sequence[Message]) -> Mapping[str, Exception]:
        raise KeyError("why")

    with pytest.raises(KeyError, match="why"):
        consume_batch(a_batch("poison"), FakeContext(milliseconds=60_000), parse=Message.of, process=process)


def test_without_time_the_rest_is_delivered_again() -> None:
    """The function's timeout would otherwise undo finished work."""

    def process(messages: Sequence[Message]) -> Mapping[str, Exception]:
        if len(messages) > 1:
            raise KeyError("one of them")
        return {}

    answer = consume_batch(a_batch("one", "two"), FakeContext(milliseconds=500), parse=Message.of, process=process)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "m-one"}, {"itemIdentifier": "m-two"}]}
