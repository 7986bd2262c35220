"""The connector's configuration in the template, checked before a deploy."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pydantic import ValidationError

from aero.broker.topics import DeclaredTopics
from aero.deploy.template.document import load_template
from aero.platform.errors import AeroError
from pulsar_connector.mapping.event_source_mapping import EventSourceMapping
from pulsar_connector.outbox.outbox import Outbox
from pulsar_connector.run.configuration import problems
from pulsar_connector.run.deadline import RESERVE_SECONDS

if TYPE_CHECKING:
    from aero.platform.paths import Paths

BRIDGE: Final = "Bridge"
TICK_SECONDS: Final = 60
FUNCTION: Final = "AWS::Serverless::Function"
DEFAULT_TIMEOUT: Final = 3  # Lambda's default
_PARAMETER: Final = re.compile(r"/aeropartners/\$\{Stage\}/connector/(outboxes|mappings)/(.+)")
_MODELS: Final[dict[str, type[Outbox | EventSourceMapping]]] = {"outboxes": Outbox, "mappings": EventSourceMapping}


@dataclass(slots=True)
class ConnectorConfiguration:
    """The outboxes and mappings of a template, and its `problems`, each with its entry and field."""

    outboxes: dict[str, Outbox] = field(default_factory=dict)
    mappings: dict[str, EventSourceMapping] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def require_valid(self) -> None:
        """Raise AeroError with all problems, if there are any."""
        if self.problems:
            listed = "\n".join(f"  {problem}" for problem in self.problems)
            raise AeroError(
                f"The connector's configuration is not valid:\n{listed}",
                cure="It is in infra/template.yaml. docs/connector.md describes its fields.",
            )

    def require_shared(self) -> None:
        """Raise AeroError if a mapping needs a subscription type that pulsar-lite does not support."""
        refused = [name for name, mapping in self.mappings.items() if mapping.subscription_type != "Shared"]
        if refused:
            raise AeroError(
                "Key_Shared is refused on pulsar-lite, which delivers it a thousand times slower than Shared. "
                f"Mappings with Key_Shared: {', '.join(refused)}.",
                cure="Use Apache Pulsar (--pulsar apache), or Shared in infra/template.yaml.",
            )


def require_deployable(paths: Paths, *, lite: bool) -> None:
    """Raise AeroError for a configuration that the connector, or pulsar-lite, does not support."""
    found = read_configuration(paths.template, paths.topics)
    found.require_valid()
    if lite:
        found.require_shared()


def read_configuration(template_file: Path, topics_file: Path) -> ConnectorConfiguration:
    """Read a template's configuration, with all problems known before a deploy. Raises AeroError for a broken file."""
    template = load_template(template_file)
    declared = DeclaredTopics.read(topics_file).topics
    found = ConnectorConfiguration()
    for kind, name, text in _parameters(template):
        try:
            getattr(found, kind)[name] = _MODELS[kind].model_validate_json(text)
        except ValidationError as error:
            found.problems += [f"{kind}/{name}: {problem}" for problem in problems(error)]
    if not found.problems:  # else the mapping may be one of those that could not be read
        found.problems += _functions_without_mapping(found.mappings, template)
    found.problems += _functions_that_cannot_be_served(found.mappings, template)
    found.problems += _undeclared_topics(found, declared)
    found.problems += _clashes(found)
    return found


def _parameters(template: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    defaults = {name: str(p["Default"]) for name, p in template.get("Parameters", {}).items() if "Default" in p}
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::SSM::Parameter" and (match := _PARAMETER.fullmatch(_text(resource, "Name"))):
            # Before a deploy a function's name is unknown, so its logical id takes its place.
            text = re.sub(r"\$\{(\w+)\}", lambda it: defaults.get(it[1], it[1]), _text(resource, "Value"))
            yield match[1], match[2], text


def _text(resource: dict[str, Any], name: str) -> str:
    """Return the text of a property; empty without one, which SAM or CloudFormation will report."""
    value = _properties(resource).get(name, "")
    return str(value.get("Fn::Sub", "") if isinstance(value, dict) else value)


def _properties(resource: dict[str, Any]) -> dict[str, Any]:
    found = resource.get("Properties")
    return found if isinstance(found, dict) else {}


def _timeouts(template: dict[str, Any]) -> dict[str, int]:
    """Return the time-out of each function by its logical id. Raises AeroError for one that is not a number."""
    default = template.get("Globals", {}).get("Function", {}).get("Timeout", DEFAULT_TIMEOUT)
    parameters = template.get("Parameters", {})
    found = {}
    for name, resource in template["Resources"].items():
        if resource["Type"] == FUNCTION:
            value = _properties(resource).get("Timeout", default)
            if isinstance(value, dict):
                value = parameters.get(value.get("Ref"), {}).get("Default", value)
            try:
                found[name] = int(value)
            except (TypeError, ValueError):
                cure = "Fix infra/template.yaml."
                raise AeroError(f"{name}: its Timeout is {value!r}, not a number.", cure=cure) from None
    return found


def _functions_that_cannot_be_served(
    mappings: dict[str, EventSourceMapping], template: dict[str, Any]
) -> Iterator[str]:
    timeouts = _timeouts(template)
    if BRIDGE not in timeouts:
        yield f"the template has no function {BRIDGE}"
        return
    may_invoke = set(_invokable(_properties(template["Resources"][BRIDGE]).get("Policies", [])))
    for name, mapping in mappings.items():
        if mapping.function not in timeouts:
            yield f"mappings/{name}: function: the template has no function {mapping.function}"
            continue
        if mapping.function not in may_invoke:
            yield f"mappings/{name}: function: {BRIDGE} has no permission to invoke {mapping.function} (its Policies)"
        if mapping.function_timeout_seconds < (own := timeouts[mapping.function]):
            yield f"mappings/{name}: function_timeout_seconds: {mapping.function} has a Timeout of {own}"
        if (needed := TICK_SECONDS + RESERVE_SECONDS + mapping.longest_delivery_seconds) > timeouts[BRIDGE]:
            yield (
                f"mappings/{name}: function_timeout_seconds: {BRIDGE} needs a Timeout of {needed:.0f} for it, "
                "or there are gaps without a bridge"
            )


def _functions_without_mapping(mappings: dict[str, EventSourceMapping], template: dict[str, Any]) -> Iterator[str]:
    bridge = template["Resources"].get(BRIDGE, {})
    may_invoke = {function for function in _invokable(_properties(bridge).get("Policies", [])) if function}
    for function in sorted(may_invoke - {mapping.function for mapping in mappings.values()}):
        yield f"{BRIDGE} may invoke {function} (its Policies), but no mapping has it as its function"


def _invokable(policies: list[Any]) -> Iterator[str]:
    """Yield the logical ids of the functions that these policies allow to invoke."""
    statements = [
        one for policy in policies if isinstance(policy, dict) for one in _listed(policy.get("Statement", []))
    ]
    for statement in statements:
        if "lambda:InvokeFunction" in _listed(statement.get("Action", [])):
            for resource in _listed(statement["Resource"]):
                yield resource["Fn::GetAtt"][0] if isinstance(resource, dict) and "Fn::GetAtt" in resource else ""


def _listed(value: Any) -> list[Any]:
    """Return a value as a list, since CloudFormation accepts a single value in place of a list of one."""
    return value if isinstance(value, list) else [value]


def _undeclared_topics(found: ConnectorConfiguration, declared: Container[str]) -> Iterator[str]:
    """Yield a problem for each undeclared topic, which its first use would create without the declared partitions."""
    named: list[tuple[str, Iterable[str | None]]] = []
    named += [(f"outboxes/{name}: routes", outbox.routes.values()) for name, outbox in found.outboxes.items()]
    for name, mapping in found.mappings.items():
        named += [(f"mappings/{name}: topics", mapping.topics), (f"mappings/{name}: dlq_topic", [mapping.dlq_topic])]
    for field_name, topics in named:
        for topic in topics:
            if topic is not None and topic not in declared:
                yield f"{field_name}: infra/pulsar/topics.toml does not declare {topic}"


def _clashes(found: ConnectorConfiguration) -> Iterator[str]:
    subscribers = Counter(
        (topic, mapping.subscription) for mapping in found.mappings.values() for topic in mapping.topics
    )
    for (topic, subscription), number in subscribers.items():
        if number > 1:
            yield f"mappings: {number} share the messages of one subscription: {topic}, subscription {subscription}"
    for schema, number in Counter(outbox.schema_name for outbox in found.outboxes.values()).items():
        if number > 1:
            yield f"outboxes: {number} have the same schema, and only one would work: schema {schema}"
