"""Mistakes in the connector's configuration are reported before a deploy, by entry and field."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from aero.deploy.connector_configuration import read_configuration
from aero.platform.errors import AeroError
from support.lambda_events import PROJECT

TOPICS = PROJECT / "infra" / "pulsar" / "topics.toml"
TEMPLATE = (PROJECT / "infra" / "template.yaml").read_text()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return the path for a changed template."""
    return tmp_path / "template.yaml"


def test_the_projects_own_template_is_valid(file: Path) -> None:
    """All its outboxes and mappings are read."""
    file.write_text(TEMPLATE)
    found = read_configuration(file, TOPICS)
    assert found.problems == []
    assert "pagos" in found.outboxes
    assert "procesar-pagos" in found.mappings
    found.require_valid()
    found.require_shared()


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('"batch_size": 100', '"batch_size": 0', "batch_size: Input should be greater than or equal to 1"),
        ('"batch_size": 100', '"batchsize": 100', "batchsize: Extra inputs are not permitted"),
        ('"dlq_topic": "payments.DLQ",', "", "dlq_topic: Field required"),
        ('"function": "${ProcesarPagos}"', '"function": "${Procesar}"', "the template has no function Procesar"),
        ("!GetAtt ProcesarPagos.Arn", "!GetAtt PagosApi.Arn", "no permission to invoke ProcesarPagos"),
        ('"function_timeout_seconds": 60', '"function_timeout_seconds": 59', "ProcesarPagos has a Timeout of 60"),
        ('["payments.evt.pending"]', '["payments.evt.pendign"]', "topics.toml does not declare payments.evt.pendign"),
        ("Timeout: 180", "Timeout: 120", "Bridge needs a Timeout of 131"),
    ],
)
def test_a_wrong_mapping_is_named_with_its_field(file: Path, old: str, new: str, problem: str) -> None:
    """All problems are reported at once, with the field to change."""
    assert old in TEMPLATE
    file.write_text(TEMPLATE.replace(old, new))
    with pytest.raises(AeroError, match="not valid") as refusal:
        read_configuration(file, TOPICS).require_valid()
    assert "mappings/procesar-pagos: " in refusal.value.message
    assert problem in refusal.value.message


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("Timeout: 180", "Timeout: {a: b}", "its Timeout is {'a': 'b'}, not a number."),
        ("Timeout: 180", "Timeout: long", "its Timeout is 'long', not a number."),
        ("  Bridge:\n", "  Bridges:\n", "the template has no function Bridge"),
    ],
)
def test_other_mistakes_in_the_template_are_named_too(file: Path, old: str, new: str, expected: str) -> None:
    """The error is a sentence, not a traceback."""
    assert old in TEMPLATE
    file.write_text(TEMPLATE.replace(old, new))
    with pytest.raises(AeroError) as refusal:
        read_configuration(file, TOPICS).require_valid()
    assert expected in refusal.value.message


def test_a_parameter_without_a_value_is_left_to_cloudformation(file: Path) -> None:
    """CloudFormation names such a property. A time-out may be a parameter of the template."""
    text = TEMPLATE.replace("Timeout: 180", "Timeout: !Ref Long")
    file.write_text(text.replace("\nParameters:\n", "\nParameters:\n  Long: {Type: Number, Default: 180}\n"))
    assert read_configuration(file, TOPICS).problems == []
    file.write_text(TEMPLATE.replace("\nResources:\n", "\nResources:\n  Empty: {Type: 'AWS::SSM::Parameter'}\n"))
    assert read_configuration(file, TOPICS).problems == []


def test_invalid_json_and_a_wrong_outbox_are_named(file: Path) -> None:
    """One mistake does not hide another."""
    text = TEMPLATE.replace('{"topics": ["payments.evt.pending"],', '{"topics": [payments],')
    file.write_text(text.replace('{"schema": "pagos",', '{"schema": "Pagos!",'))
    problems = read_configuration(file, TOPICS).problems
    assert [problem.split(":")[0] for problem in problems] == ["outboxes/pagos", "mappings/procesar-pagos"]
    assert "schema" in problems[0]


@pytest.mark.parametrize(
    "statement",
    [
        "Action: [lambda:InvokeFunction]\n              Resource: [{}]",
        "Action: lambda:InvokeFunction\n              Resource: [x, {}]",
    ],
)
def test_a_permission_may_be_written_in_several_ways(file: Path, statement: str) -> None:
    """CloudFormation accepts these forms, and other policies beside them."""
    [own] = re.findall(r"Action: lambda:InvokeFunction\n +Resource:\n(?: +- !GetAtt \w+\.Arn\n)+", TEMPLATE)
    targets = re.findall(r"!GetAtt \w+\.Arn", own)
    assert len(targets) > 1
    file.write_text(
        TEMPLATE.replace(own, statement.format(", ".join(targets)) + "\n").replace(
            "      Policies:\n", "      Policies:\n        - AWSXrayWriteOnly\n"
        )
    )
    assert read_configuration(file, TOPICS).problems == []


def test_conflicting_mappings_and_outboxes_are_refused(file: Path) -> None:
    """Mappings must not share a subscription, and outboxes must not share a schema."""
    found = re.findall(r"^  (?:PagosOutbox|ProcesarPagosMapping):\n(?: {4}.*\n)+", TEMPLATE, re.MULTILINE)
    assert len(found) == 2
    again = "".join(found).replace("PagosOutbox", "SecondOutbox").replace("PagosMapping", "SecondMapping")
    again = again.replace("outboxes/pagos", "outboxes/second").replace("mappings/procesar-pagos", "mappings/second")
    file.write_text(TEMPLATE.replace("  PagosOutbox:", f"{again}  PagosOutbox:"))
    assert read_configuration(file, TOPICS).problems == [
        "mappings: 2 share the messages of one subscription: payments.evt.pending, subscription procesar-pagos",
        "outboxes: 2 have the same schema, and only one would work: schema pagos",
    ]


def test_key_shared_is_refused_on_pulsar_lite(file: Path) -> None:
    """pulsar-lite is too slow with it."""
    file.write_text(
        TEMPLATE.replace(
            '"subscription": "procesar-pagos"', '"subscription": "procesar-pagos", "subscription_type": "Key_Shared"'
        )
    )
    found = read_configuration(file, TOPICS)
    found.require_valid()
    with pytest.raises(AeroError, match=r"Key_Shared is refused on pulsar-lite.*: procesar-pagos\."):
        found.require_shared()


def test_a_function_that_the_bridge_may_invoke_needs_a_mapping(file: Path) -> None:
    """A new consumer whose mapping was forgotten would get no event."""
    file.write_text(TEMPLATE.replace("connector/mappings/seguir-comisiones", "connector/forgotten/seguir-comisiones"))
    assert read_configuration(file, TOPICS).problems == [
        "Bridge may invoke SeguirComisiones (its Policies), but no mapping has it as its function"
    ]
