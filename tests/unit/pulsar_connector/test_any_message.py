"""A message of any content is delivered, or dead-lettered at its first reading, and never stops another message."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NoReturn

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import campanas.infraestructura.events.foreign_events
import event_collector.infraestructura.events.foreign_events
import pagos.infraestructura.events.foreign_events
import reportes.infraestructura.events.foreign_events
from pulsar_connector.mapping.batch_collector import BatchCollector
from pulsar_connector.mapping.event_source_mapping import EventSourceMapping
from pulsar_connector.mapping.sqs_event import EventSource, sqs_event
from seedwork.infraestructura.events.batch_consumer import consume_batch
from support.lambda_events import FakeContext
from support.pulsar_connector.fake_pulsar import FakeConsumer, FakeMessage, un_sobre

MAPPING = EventSourceMapping(topics=["t"], subscription="s", function="f", dlq_topic="d", batching_window_ms=10_000)
SOURCE = EventSource.of_function("arn:aws:lambda:eu-west-1:123456789012:function:bridge")
NUMBERS = st.from_regex(r"-?(0|[1-9][0-9]{0,20})(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,25})?", fullmatch=True)
TEXTS = st.text(st.characters(codec=None), max_size=20).map(json.dumps)  # including unpaired surrogates such as \ud800
JSON = st.recursive(
    NUMBERS | TEXTS | st.sampled_from(["null", "true", "NaN", "-Infinity", "1" * 5_000, '"\\u0000"', '"\\ud800"']),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: f"[{','.join(items)}]")
        | st.lists(st.tuples(TEXTS, inner), max_size=3).map(
            lambda members: "{" + ",".join(f"{name}:{value}" for name, value in members) + "}"
        )
    ),
    max_leaves=8,
)
ATTRIBUTES = (*json.loads(un_sobre().to_json()), "extra")
TYPES = st.sampled_from(["PagoPendiente", "PagoExitoso", "PagoRevertido", "ConversionRegistrada", "CampanaCreada"])
DATA = ("id_pago", "id_afiliado", "id_campana", "monto", "moneda", "referencia_pago", "valor_conversion", "nombre")


@st.composite
def envelopes(draw: st.DrawFn) -> bytes:
    """Almost an envelope: some of its attributes and data fields hold anything, and some occur twice."""
    good = {name: json.dumps(value) for name, value in json.loads(un_sobre(type=draw(TYPES)).to_json()).items()}
    data = draw(st.dictionaries(st.sampled_from(DATA), JSON))
    good["data"] = "{" + ",".join(f'"{name}":{value}' for name, value in data.items()) + "}"
    odd = draw(st.lists(st.tuples(st.sampled_from(ATTRIBUTES), JSON), max_size=2))
    members = [*good.items(), *odd]
    return ("{" + ",".join(f'"{name}":{value}' for name, value in members) + "}").encode()


class NoText(FakeMessage):
    """A message whose properties and key are not UTF-8: pulsar-client raises when they are read."""

    def properties(self) -> NoReturn:
        """Raise as pulsar-client does."""
        b"\xff".decode()
        raise AssertionError

    def partition_key(self) -> NoReturn:
        """Raise as pulsar-client does."""
        self.properties()


class NeverForeseen(FakeMessage):
    """A message whose reading meets an error that no code expects."""

    def redelivery_count(self) -> int:
        """Fail."""
        raise ZeroDivisionError("why ever")


class LeftOut:
    """A settlement that remembers the messages that are in no batch."""

    def __init__(self) -> None:
        self.reasons: dict[int, str] = {}

    def undeliverable(self, message: FakeMessage, reason: str) -> None:
        """Remember the message, as the settlement would bury it."""
        self.reasons[message.identifier.entry] = reason

    def unwanted(self, message: FakeMessage) -> None:
        """Remember the message, as the settlement would acknowledge it."""
        raise AssertionError(message)


def delivered(*messages: FakeMessage) -> tuple[list[Any], dict[int, str]]:
    """Collect a batch of these messages; also return why each other message is in none."""
    left_out = LeftOut()
    collector = BatchCollector("m", MAPPING, FakeConsumer(deque(messages)), SOURCE, left_out)  # type: ignore[arg-type] # fakes
    return collector.collect(1), left_out.reasons


def a_letter(parse: Callable[..., Any]) -> Callable[..., Any]:
    """Read a letter as the dead letters' consumer does; the bridge wrote its properties."""
    story = {"dlq-mapping": "m", "dlq-reason": "", "dlq-topic": "t"}
    return lambda envelope: parse(replace(envelope, attributes=story))


CONSUMERS: dict[str, Callable[..., Any]] = {
    "campanas": campanas.infraestructura.events.foreign_events.medicion_from,
    "reportes": reportes.infraestructura.events.foreign_events.novedad_from,
    "comisiones": pagos.infraestructura.events.foreign_events.conversion_from,
    "seguir": event_collector.infraestructura.events.foreign_events.comision_from,
    "fallos": a_letter(event_collector.infraestructura.events.foreign_events.carta_from),
}


def nothing_fails(_messages: Sequence[Any]) -> Mapping[str, Exception]:
    """Process an event as a consumer does."""
    return {}


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(content=st.binary(max_size=200) | JSON.map(str.encode) | envelopes())
@example(content=b"")
@example(content=b"[" * 100_000)
@example(content=b'{"specversion":"1.0","data":' + b'{"a":' * 100_000)
@example(content=un_sobre().to_json().replace(b'"monto":1', b'"monto":1e99999999999999999999'))
@example(content=un_sobre().to_json().replace(b'"monto":1', b'"monto":' + b"1" * 5_000))
@example(content=un_sobre().to_json().replace(b'"sequence":1', b'"sequence":1e99999999999999999999'))
@example(content=un_sobre(data={"x": "y" * 7_000_000}).to_json())
@example(content=un_sobre(type="ConversionRegistrada").to_json().replace(
    b'"data":{"monto":1}', b'"data":{"id_afiliado":"a","valor_conversion":1e-999999999999999,"moneda":"COP"}'
))  # fmt: skip
def test_any_bytes_are_delivered_or_a_dead_letter_at_once(content: bytes) -> None:
    """The messages around it are delivered; a function that gets it reports at most this message as failed."""
    before, odd, after = FakeMessage(), FakeMessage(content), FakeMessage()
    batch, left_out = delivered(before, odd, after)
    assert [delivery.message for delivery in batch] in ([before, odd, after], [before, after])
    assert (odd.identifier.entry in left_out) == (len(batch) == 2)
    event = json.loads(sqs_event([delivery.record for delivery in batch]))
    for parse in CONSUMERS.values():
        answer = consume_batch(event, FakeContext(), parse=parse, process=nothing_fails)
        assert {failure["itemIdentifier"] for failure in answer["batchItemFailures"]} <= {d.id for d in batch}


@pytest.mark.parametrize(
    ("odd", "reason"),
    [(NoText(), "its properties are not text"), (NeverForeseen(), "it could not be read: ZeroDivisionError: why ever")],
    ids=["no text beside it", "never foreseen"],
)
def test_an_odd_message_does_not_end_its_batch(odd: FakeMessage, reason: str) -> None:
    """The message becomes a dead letter with the reason, and the others form their batch."""
    good = [FakeMessage(), FakeMessage()]
    batch, left_out = delivered(good[0], odd, good[1])
    assert [delivery.message for delivery in batch] == good
    assert left_out[odd.identifier.entry].startswith(reason)


def test_a_function_is_given_numbers_too_large_for_a_decimal() -> None:
    """The body is delivered as it was published, byte by byte; an impossible amount fails its own message only."""
    content = un_sobre(type="ConversionRegistrada").to_json().replace(b'"monto":1', b'"monto":1e99999999999999999999')
    [delivery], _ = delivered(FakeMessage(content))
    event = json.loads(sqs_event([delivery.record]))
    assert event["Records"][0]["body"].encode() == content

    def parse(envelope: Any) -> Any:
        raise ValueError(f"{envelope.data['monto']:.0E} is no amount")

    answer = consume_batch(event, FakeContext(), parse=parse, process=nothing_fails)
    assert answer == {"batchItemFailures": [{"itemIdentifier": delivery.id}]}
