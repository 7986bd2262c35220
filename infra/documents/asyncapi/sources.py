"""What the document is made from: the template, the declared topics, the contracts and the sample events."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

from aero.broker.topics import DeclaredTopics
from aero.deploy.connector_configuration import FUNCTION, read_configuration
from aero.deploy.template.document import load_template

if TYPE_CHECKING:
    from pulsar_connector.mapping.event_source_mapping import EventSourceMapping
    from pulsar_connector.outbox.outbox import Outbox

FUNCTION_PREFIX: Final = "aeropartners-${Stage}-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """A function of the template: its name without the stage, and its description."""

    name: str
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Everything that the document is made from.

    `contracts` and `samples` are keyed by event type, `functions` by logical id, `outboxes` and `mappings` by name.
    """

    version: str
    topics: DeclaredTopics
    outboxes: dict[str, Outbox]
    mappings: dict[str, EventSourceMapping]
    functions: dict[str, Function]
    envelope: dict[str, Any]
    contracts: dict[str, dict[str, Any]]
    samples: dict[str, dict[str, Any]]

    @classmethod
    def read(cls, project: Path) -> Self:
        """Read a project's files. Raises AeroError for an invalid configuration."""
        template, topics = project / "infra" / "template.yaml", project / "infra" / "pulsar" / "topics.toml"
        configuration = read_configuration(template, topics)
        configuration.require_valid()
        contracts = project / "events" / "contracts"
        return cls(
            version=tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"],
            topics=DeclaredTopics.read(topics),
            outboxes=configuration.outboxes,
            mappings=configuration.mappings,
            functions=_functions(load_template(template)),
            envelope=_json(contracts / "envelope.schema.json"),
            contracts={schema["title"]: schema for schema in map(_json, sorted(contracts.glob("*/*.schema.json")))},
            samples=_samples(project / "events"),
        )


def _functions(template: dict[str, Any]) -> dict[str, Function]:
    return {
        logical_id: Function(
            name=resource["Properties"]["FunctionName"]["Fn::Sub"].removeprefix(FUNCTION_PREFIX),
            description=resource["Properties"]["Description"],
        )
        for logical_id, resource in template["Resources"].items()
        if resource["Type"] == FUNCTION
    }


def _samples(events: Path) -> dict[str, dict[str, Any]]:
    """Return the envelope of each event type that the samples of consumers have, the first in the files' order."""
    found: dict[str, dict[str, Any]] = {}
    for file in sorted(events.glob("*/*.json")):
        sample = _json(file)
        for record in sample.get("Records", []) if isinstance(sample, dict) else []:
            if "dlq-reason" not in record["messageAttributes"]:
                envelope = json.loads(record["body"])
                found.setdefault(envelope["type"], envelope)
    return found


def _json(file: Path) -> Any:
    return json.loads(file.read_text(encoding="utf-8"))
