"""The edge of a consumer: what fails comes back, and every line of the log says whose it is."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from seedwork.infraestructura.batch_consumer import consume_batch
from seedwork.infraestructura.dependency_unavailable import DependencyUnavailableError
from support.lambda_events import FakeContext, sample

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from seedwork.infraestructura.envelope import Envelope


@dataclass(frozen=True)
class Message:
    """What the consumer under test makes of an envelope."""

    event_id: str

    @classmethod
    def of(cls, envelope: Envelope) -> Message:
        """Every envelope but one is understood."""
        if envelope.id == "strange":
            raise ValueError("not understood")
        return cls(envelope.id)


def a_batch(*ids: str) -> dict[str, Any]:
    """An event with these ids, each with a correlation id of its own."""
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
    """The log."""
    return [{"message": record.getMessage(), **vars(record)} for record in caplog.records]


def test_each_message_has_its_line_under_its_correlation_id(caplog: pytest.LogCaptureFixture) -> None:
    """Done, failed, or not understood; the last two come back."""

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


def test_a_batch_that_fails_as_a_whole_says_whose_it_is(caplog: pytest.LogCaptureFixture) -> None:
    """In one line, with every correlation id; the error goes on to whoever invoked."""

    def process(_messages: Sequence[Message]) -> Mapping[str, Exception]:
        raise DependencyUnavailableError("postgresql")

    with pytest.raises(DependencyUnavailableError):
        consume_batch(a_batch("one", "two"), FakeContext(), parse=Message.of, process=process)
    [line] = lines(caplog)
    assert line["correlation_ids"] == ["c-one", "c-two"]
    assert (line["levelname"], line["cause"]) == ("ERROR", "postgresql is unavailable")
