"""The envelope of every event on a topic: CloudEvents 1.0, structured JSON (events/contracts/envelope.schema.json)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Self

from seedwork.infraestructura.text import decimal_json
from seedwork.infraestructura.text.instants import read_instant

SPEC_VERSION: Final = "1.0"
CONTENT_TYPE: Final = "application/json"
# Values that PostgreSQL cannot store would fail every batch that contains them, again and again: a NUL, an id too long
# for an index, a number beyond an integer.
MAX_TEXT: Final = 255
MAX_SEQUENCE: Final = 2**31 - 1


class InvalidEnvelopeError(ValueError):
    """The text is no envelope; `field` is the invalid attribute, or "envelope" if it is no JSON object."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field}: {problem}")
        self.field = field


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """An event on a topic: `subject` is its aggregate's id, and `sequence` its place in that aggregate's history.

    `attributes` belong to the message that carried the event, such as a dead letter's history, and not to the event.
    """

    id: str
    source: str
    type: str
    subject: str
    time: datetime
    dataschema: str
    correlation_id: str
    causation_id: str | None
    sequence: int
    data: Mapping[str, Any]
    attributes: Mapping[str, str] = field(default_factory=dict, compare=False)

    @classmethod
    def from_outbox_row(
        cls,
        *,
        context: str,
        id: str,  # noqa: A002 - the outbox's column names
        aggregateid: str,
        version: int,
        type: str,  # noqa: A002
        payload: str,
        metadata: Mapping[str, Any],
        occurred_at: datetime,
    ) -> Self:
        """Wrap a row of `<context>.outbox`; `payload` is the column's JSON text.

        An event without a known cause begins a correlation under its own id.
        """
        return cls(
            id=id,
            source=f"/aeropartners/{context}",
            type=type,
            subject=aggregateid,
            time=occurred_at,
            dataschema=f"urn:aeropartners:contracts:{context}:{type}",
            correlation_id=metadata.get("correlation_id") or id,
            causation_id=metadata.get("causation_id"),
            sequence=version,
            data=_object(decimal_json.loads(payload), field="data"),
        )

    @classmethod
    def from_json(cls, text: str | bytes, *, attributes: Mapping[str, str] | None = None) -> Self:
        """Read an envelope with exact decimals; raises InvalidEnvelopeError with the invalid attribute's name."""
        try:
            document = decimal_json.loads(text)
        except ValueError as error:
            raise InvalidEnvelopeError("envelope", f"is not JSON ({error})") from error
        members = _object(document, field="envelope")
        _expect(members, "specversion", SPEC_VERSION)
        _expect(members, "datacontenttype", CONTENT_TYPE)
        return cls(
            id=_text(members, "id"),
            source=_text(members, "source"),
            type=_text(members, "type"),
            subject=_text(members, "subject"),
            time=_time(members, "time"),
            dataschema=_text(members, "dataschema"),
            correlation_id=_text(members, "correlationid"),
            causation_id=_optional_text(members, "causationid"),
            sequence=_positive_int(members, "sequence"),
            data=_object(members.get("data"), field="data"),
            attributes=attributes or {},
        )

    def to_json(self) -> bytes:
        """Return the envelope as UTF-8 JSON; decimals keep their digits."""
        document = {
            "specversion": SPEC_VERSION,
            "id": self.id,
            "source": self.source,
            "type": self.type,
            "subject": self.subject,
            "time": self.time.isoformat(),
            "datacontenttype": CONTENT_TYPE,
            "dataschema": self.dataschema,
            "correlationid": self.correlation_id,
            "causationid": self.causation_id,
            "sequence": self.sequence,
            "data": self.data,
        }
        return decimal_json.dumps(document).encode()


def _expect(attributes: Mapping[str, Any], name: str, value: str) -> None:
    if attributes.get(name) != value:
        raise InvalidEnvelopeError(name, f"must be {value!r}")


def _text(attributes: Mapping[str, Any], name: str) -> str:
    value = attributes.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= MAX_TEXT or not value.isprintable():
        raise InvalidEnvelopeError(name, f"must be a string of 1 to {MAX_TEXT} printable characters")
    return value


def _optional_text(attributes: Mapping[str, Any], name: str) -> str | None:
    return None if attributes.get(name) is None else _text(attributes, name)


def _time(attributes: Mapping[str, Any], name: str) -> datetime:
    try:
        return read_instant(_text(attributes, name), zone_required=True)
    except ValueError as error:
        raise InvalidEnvelopeError(name, "must be an RFC 3339 time with an offset from UTC") from error


def _positive_int(attributes: Mapping[str, Any], name: str) -> int:
    value = attributes.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= MAX_SEQUENCE:
        raise InvalidEnvelopeError(name, f"must be an integer from 1 to {MAX_SEQUENCE}")
    return value


def _object(value: Any, *, field: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise InvalidEnvelopeError(field, "must be a JSON object")
    return value
