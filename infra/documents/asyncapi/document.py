"""Puts the AsyncAPI document together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from aero.platform.paths import PROJECT
from aero.platform.ports import PortTable
from documents.asyncapi.channels import BINDING_VERSION, channels
from documents.asyncapi.messages import CLOUD_EVENT, DEAD_LETTER, messages, schemas
from documents.asyncapi.operations import operations
from documents.asyncapi.sources import Sources
from pulsar_connector.broker.pulsar_client import NAMESPACE

if TYPE_CHECKING:
    from pathlib import Path

VERSION: Final = "3.0.0"
DESCRIPTION: Final = """\
The events of Aeropartners on Apache Pulsar. Each bounded context owns its topics; other contexts and other systems
subscribe to them.

- **Envelope.** A message is a CloudEvent 1.0 in structured JSON. `data` follows the contract that `dataschema` names
  (`events/contracts`).
- **Sending.** A context writes a fact and its event in one transaction. `relay` publishes the event afterwards, at
  least once, so a consumer remembers the ids that it has processed.
- **Receiving.** `bridge` invokes a function with batches, as an event source mapping of AWS does for SQS: the function
  gets `Records[].body` and answers `batchItemFailures`. Deliveries may be repeated and reordered; `sequence` is the
  version of the aggregate.
- **Compatibility.** New optional fields, event types and topics may appear at any time. Nothing is removed, renamed or
  narrowed without a line in the changelog.
"""


def asyncapi_document(project: Path = PROJECT) -> dict[str, Any]:
    """Return the AsyncAPI document of a project. Raises AeroError for an invalid configuration."""
    sources = Sources.read(project)
    components = messages(sources)
    return {
        "asyncapi": VERSION,
        "info": {
            "title": "Aeropartners: events",
            "version": sources.version,
            "description": DESCRIPTION,
            "tags": [
                *({"name": name, "description": f"Events of the context `{name}`."} for name in sources.outboxes),
                *(
                    {"name": name, "description": sources.functions[mapping.function].description}
                    for name, mapping in sources.mappings.items()
                ),
                {"name": "relay", "description": sources.functions["Relay"].description},
            ],
        },
        "defaultContentType": CLOUD_EVENT,
        "servers": {"local": _server()},
        "channels": channels(sources),
        "operations": operations(sources),
        "components": {
            "messages": components,
            "schemas": schemas(sources, [name for name in components if name != DEAD_LETTER]),
            "correlationIds": {
                "correlationid": {
                    "description": "The same for everything that one request set in motion.",
                    "location": "$message.payload#/correlationid",
                }
            },
        },
    }


def _server() -> dict[str, Any]:
    [_, _, tenant, *_] = NAMESPACE.split("/")
    return {
        "host": f"localhost:{PortTable()['pulsar'].number}",
        "protocol": "pulsar",
        "description": (
            "The broker of `make up`, without authentication. Elsewhere the template's `PulsarUrl` names the broker, "
            "and `PulsarSecret` the secret with its token and CA."
        ),
        "bindings": {"pulsar": {"tenant": tenant, "bindingVersion": BINDING_VERSION}},
    }
