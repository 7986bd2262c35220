"""The AsyncAPI document says what the template, the topics and the contracts say."""

from __future__ import annotations

import json
import re
import shutil
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator, ValidationError

from aero.deploy.template.document import load_template
from aero.platform.errors import AeroError
from documents.asyncapi.document import asyncapi_document
from documents.yaml_file import yaml_text
from support.documents.schemas import references, resolve, validate
from support.lambda_events import EVENTS, PROJECT

DOCUMENT = asyncapi_document()
MESSAGES = DOCUMENT["components"]["messages"]


@cache
def parameters(kind: str) -> dict[str, dict[str, Any]]:
    """Return the connector's parameters of the template, read without the product's models."""
    found = {}
    for resource in load_template(PROJECT / "infra/template.yaml")["Resources"].values():
        name = str(resource.get("Properties", {}).get("Name", {}))
        if resource["Type"] == "AWS::SSM::Parameter" and f"/connector/{kind}/" in name:
            value = resource["Properties"]["Value"]
            text = value["Fn::Sub"] if isinstance(value, dict) else value
            found[name.rpartition("/")[2].rstrip("'}")] = json.loads(re.sub(r": \$\{\w+\}", ": 1", text))
    return found


def messages_of(operation: dict[str, Any]) -> set[str]:
    """Return the names of an operation's messages."""
    return {message["$ref"].rpartition("/")[2] for message in operation["messages"]}


def test_the_file_is_what_the_code_makes() -> None:
    """`make documents` was run after the last change."""
    text = (PROJECT / "docs/asyncapi.yaml").read_text(encoding="utf-8")
    assert text == yaml_text(DOCUMENT)
    assert yaml.safe_load(text) == DOCUMENT


def test_every_topic_is_a_channel() -> None:
    """There is no channel without a topic either."""
    topics = tomllib.loads((PROJECT / "infra/pulsar/topics.toml").read_text())["topics"]
    assert {channel["address"]: channel["x-partitions"] for channel in DOCUMENT["channels"].values()} == topics


def test_every_route_is_a_message_that_is_sent() -> None:
    """An event type that stays inside of its context has no message."""
    routes = {
        (f"{name}.send.{topic}", event_type)
        for name, outbox in parameters("outboxes").items()
        for event_type, topic in outbox["routes"].items()
        if topic
    }
    sent = {
        (name, message)
        for name, operation in DOCUMENT["operations"].items()
        for message in messages_of(operation)
        if operation["action"] == "send"
    }
    assert {pair for pair in sent if pair[1] != "DeadLetter"} == routes
    assert set(MESSAGES) == {event_type for _, event_type in routes} | {"DeadLetter"}


def test_every_mapping_receives_from_its_topics_and_sends_dead_letters() -> None:
    """The operation has the mapping's subscription, function and limits."""
    operations = dict(DOCUMENT["operations"])
    for name, mapping in parameters("mappings").items():
        for topic in mapping["topics"]:
            operation = operations.pop(f"{name}.receive.{topic}")
            assert operation["action"] == "receive"
            assert operation["channel"]["$ref"] == f"#/channels/{topic}"
            assert messages_of(operation) == set(DOCUMENT["channels"][topic]["messages"])
            assert operation["x-mapping"]["function"] == name
            for field in ("subscription", "batch_size", "max_receive_count", "dlq_topic", "concurrency"):
                assert operation["x-mapping"][field] == mapping[field]
        if mapping["dlq_topic"]:
            assert operations.pop(f"{name}.send.{mapping['dlq_topic']}")["action"] == "send"
    assert {name.split(".")[0] for name in operations} == {*parameters("outboxes"), "relay"}


def test_the_relay_keeps_the_letters_of_every_dead_letter_topic() -> None:
    """Otherwise a reader would think that a letter is lost."""
    topics = {mapping["dlq_topic"] for mapping in parameters("mappings").values() if mapping["dlq_topic"]}
    receives = {name for name, operation in DOCUMENT["operations"].items() if operation["tags"] == [{"name": "relay"}]}
    assert receives == {f"relay.receive.{topic}" for topic in topics}


def test_every_reference_leads_somewhere() -> None:
    """A message of an operation is one of its channel."""
    assert [resolve(DOCUMENT, reference) for reference in references(DOCUMENT)]


@pytest.mark.parametrize("name", MESSAGES)
def test_examples_are_valid(name: str) -> None:
    """Payload and properties of each example keep the message's schemas."""
    [example] = MESSAGES[name]["examples"]
    validate(DOCUMENT, f"/components/messages/{name}/payload", example["payload"])
    validate(DOCUMENT, MESSAGES[name]["headers"]["$ref"].removeprefix("#"), example["headers"])


@pytest.mark.parametrize("name", sorted(set(MESSAGES) - {"DeadLetter"}))
def test_an_event_that_breaks_its_contract_is_refused(name: str) -> None:
    """A missing field, another type or another source is seen, so the schema does say something."""
    [example] = MESSAGES[name]["examples"]
    field = next(iter(resolve(DOCUMENT, f"#/components/schemas/{name}")["required"]))
    data = {key: value for key, value in example["payload"]["data"].items() if key != field}
    for change in ({"data": data}, {"type": "Otro"}, {"source": "/aeropartners/otro"}, {"sequence": 0}):
        with pytest.raises(ValidationError):
            validate(DOCUMENT, f"/components/messages/{name}/payload", example["payload"] | change)


def keywords(schema: Any) -> Iterator[str]:
    """Yield the keywords of a schema and of the schemas in it."""
    if isinstance(schema, dict):
        for keyword, value in schema.items():
            yield keyword
            parts = value.values() if keyword in ("properties", "$defs") and isinstance(value, dict) else [value]
            if keyword not in ("const", "enum", "examples", "default"):
                for part in parts:
                    yield from keywords(part)


def test_contracts_mean_the_same_in_asyncapis_schema_format() -> None:
    """They are JSON Schema 2020-12; the document's format is draft 07, which knows all keywords that they use."""
    used = {
        keyword for file in EVENTS.glob("contracts/**/*.json") for keyword in keywords(json.loads(file.read_text()))
    }
    assert used <= set(Draft7Validator.META_SCHEMA["properties"])


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of what the document is made from."""
    for name in ("infra/template.yaml", "infra/pulsar/topics.toml", "pyproject.toml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(PROJECT / name, tmp_path / name)
    shutil.copytree(EVENTS, tmp_path / "events")
    return tmp_path


def replace(file: Path, old: str, new: str) -> None:
    """Replace a text that the file has once."""
    text = file.read_text()
    assert text.count(old) == 1
    file.write_text(text.replace(old, new))


def test_a_change_of_the_sources_is_a_change_of_the_document(project: Path) -> None:
    """Topics, routes and contracts are written down once."""
    replace(project / "infra/pulsar/topics.toml", '"payments.DLQ" = 0', '"payments.DLQ" = 0\n"payments.evt.old" = 1')
    replace(project / "infra/template.yaml", '"ReversoRechazado": null', '"ReversoRechazado": "payments.evt.old"')
    contract = project / "events/contracts/pagos/ReversoRechazado.schema.json"
    schema = json.loads(contract.read_text())
    example = dict.fromkeys(schema["required"], "texto")
    contract.write_text(json.dumps(schema | {"examples": [example]}))
    document = asyncapi_document(project)
    assert document["channels"]["payments.evt.old"]["messages"] == {
        "ReversoRechazado": {"$ref": "#/components/messages/ReversoRechazado"}
    }
    assert document["components"]["messages"]["ReversoRechazado"]["examples"][0]["payload"]["data"] == example


def test_a_topic_that_is_not_declared_is_refused(project: Path) -> None:
    """A document of an invalid configuration would mislead its readers."""
    replace(project / "infra/pulsar/topics.toml", '"payments.evt.reversed" = 3\n', "")
    with pytest.raises(AeroError, match=r"payments\.evt\.reversed"):
        asyncapi_document(project)
