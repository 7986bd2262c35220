"""The JSON Schemas of events/contracts."""

from __future__ import annotations

import json
from typing import Any, Final

from jsonschema import Draft202012Validator, FormatChecker

from support.lambda_events import EVENTS

CONTRACTS: Final = EVENTS / "contracts"


def validate_data(context: str, event_type: str, data: Any) -> None:
    """Raise jsonschema.ValidationError if `data` breaks the contract of the event type."""
    _validate(f"{context}/{event_type}", data)


def validate_envelope(envelope: dict[str, Any]) -> None:
    """Raise jsonschema.ValidationError if the envelope or its data break their contracts."""
    _validate("envelope", envelope)
    validate_data(str(envelope["source"]).rsplit("/", 1)[-1], envelope["type"], envelope["data"])


def _validate(name: str, document: Any) -> None:
    schema = json.loads((CONTRACTS / f"{name}.schema.json").read_text())
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema, format_checker=FormatChecker()).validate(document)
