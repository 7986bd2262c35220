"""The envelope keeps its contract and every decimal."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedwork.infraestructura.events.envelope import Envelope, InvalidEnvelopeError
from support.contracts import CONTRACTS
from support.pulsar_connector.fake_pulsar import un_sobre

SCHEMA = json.loads((CONTRACTS / "envelope.schema.json").read_text())
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA, format_checker=jsonschema.FormatChecker())

WRONG: list[tuple[str, Any]] = [
    ("specversion", "0.3"),
    ("datacontenttype", "text/plain"),
    ("id", ""),
    ("id", 7),
    ("id", "nulo\x00"),
    ("id", "x" * 256),
    ("source", None),
    ("type", ""),
    ("subject", ""),
    ("subject", "línea\nnueva"),
    ("subject", "x" * 256),
    ("time", "ayer"),
    ("time", "2026-01-15T10:30:00"),
    ("time", 1768473000),
    ("dataschema", ""),
    ("correlationid", None),
    ("correlationid", "\x1b[2J"),
    ("correlationid", "x" * 256),
    ("causationid", 7),
    ("causationid", "\x7f"),
    ("causationid", "x" * 256),
    ("sequence", "1"),
    ("sequence", 0),
    ("sequence", 1.5),
    ("sequence", True),
    ("sequence", 2**31),
    ("data", None),
    ("data", []),
]


@given(monto=st.decimals(allow_nan=False, allow_infinity=False, places=2), version=st.integers(1, 2**31 - 1))
def test_an_event_survives_the_journey(monto: Decimal, version: int) -> None:
    """The consumer reads the outbox's values, digit by digit."""
    envelope = un_sobre(data={"monto": monto, "nota": "ñ €"}, sequence=version, causation_id="evento-0")
    received = Envelope.from_json(envelope.to_json())
    assert received == envelope
    assert str(received.data["monto"]) == str(monto)


def test_a_row_of_the_outbox_becomes_an_envelope() -> None:
    """The payload is text as PostgreSQL gives it, with its decimals; the bytes keep the contract."""
    envelope = Envelope.from_outbox_row(
        context="pagos",
        id="7c9e6679-7425-40de-944b-e07fc1f90ae7",
        aggregateid="5d0f9d53-4a4c-4a8e-9c6f-0a1b2c3d4e5f",
        version=3,
        type="PagoExitoso",
        payload='{"monto": 100.50, "enorme": 12345678901234567890.12345678901234567890}',
        metadata={"correlation_id": "c", "causation_id": "e"},
        occurred_at=datetime(2026, 1, 15, 10, 30, tzinfo=UTC),
    )
    text = envelope.to_json()
    VALIDATOR.validate(json.loads(text))
    assert b'"monto":100.50,"enorme":12345678901234567890.12345678901234567890' in text
    assert (envelope.source, envelope.sequence) == ("/aeropartners/pagos", 3)
    assert (envelope.correlation_id, envelope.causation_id) == ("c", "e")
    assert envelope.dataschema == "urn:aeropartners:contracts:pagos:PagoExitoso"


def test_an_event_without_a_trace_begins_one() -> None:
    """Its own id becomes the correlation id of everything that follows."""
    envelope = Envelope.from_outbox_row(
        context="pagos",
        id="evento-1",
        aggregateid="pago-1",
        version=1,
        type="PagoPendiente",
        payload="{}",
        metadata={},
        occurred_at=datetime(2026, 1, 15, tzinfo=timezone(timedelta(hours=-5))),
    )
    assert (envelope.correlation_id, envelope.causation_id) == ("evento-1", None)


@pytest.mark.parametrize(("field", "value"), WRONG)
def test_a_wrong_attribute_is_named(field: str, value: Any) -> None:
    """The code and the schema both refuse it."""
    document = json.loads(un_sobre().to_json()) | {field: value}
    with pytest.raises(InvalidEnvelopeError) as refusal:
        Envelope.from_json(json.dumps(document))
    assert refusal.value.field == field
    assert not VALIDATOR.is_valid(document)


@pytest.mark.parametrize("field", SCHEMA["required"])
def test_a_missing_attribute_is_named(field: str) -> None:
    """The code requires every attribute that the schema requires."""
    document = json.loads(un_sobre().to_json())
    del document[field]
    with pytest.raises(InvalidEnvelopeError, match=rf"^{field}: "):
        Envelope.from_json(json.dumps(document))


@pytest.mark.parametrize("causation", [{}, {"causationid": None}, {"causationid": "e"}])
def test_a_cause_is_optional(causation: dict[str, str | None]) -> None:
    """In CloudEvents, null is the same as absent."""
    document = json.loads(un_sobre().to_json())
    del document["causationid"]
    document |= causation
    VALIDATOR.validate(document)
    assert Envelope.from_json(json.dumps(document)).causation_id == causation.get("causationid")


@pytest.mark.parametrize("text", [b"", b"\xff", b"null", b"[]", b'"x"', b'{"data": NaN}', b"[" * 100_000])
def test_anything_but_a_json_object_is_refused(text: bytes) -> None:
    """Any bytes that cannot be read raise our own error."""
    with pytest.raises(InvalidEnvelopeError, match=r"^envelope: "):
        Envelope.from_json(text)
