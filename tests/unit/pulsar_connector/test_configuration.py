"""The connector's configuration in SSM: an invalid entry is named in the log, and stops no other."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from aws_lambda_powertools.utilities import parameters
from moto import mock_aws
from pydantic import ValidationError

from pulsar_connector.mapping.event_source_mapping import EventSourceMapping
from pulsar_connector.outbox.outbox import Outbox
from pulsar_connector.run.parameter_store import InvalidConfigurationError, read_configuration

if TYPE_CHECKING:
    from mypy_boto3_ssm import SSMClient

MAPPINGS = "/aeropartners/test/connector/mappings"
MAPPING: dict[str, Any] = {
    "topics": ["payments.evt.pending"],
    "subscription": "procesar-pagos",
    "function": "aeropartners-test-procesar-pagos",
    "batch_size": 100,
    "batching_window_ms": 50,
    "max_receive_count": 5,
    "retry_delay_ms": 1000,
    "dlq_topic": "payments.DLQ",
    "concurrency": 2,
}


@pytest.fixture
def ssm(monkeypatch: pytest.MonkeyPatch) -> Iterator[SSMClient]:
    """SSM on moto."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    with mock_aws():
        parameters.clear_caches()  # type: ignore[no-untyped-call] # Powertools does not type it
        monkeypatch.setattr(parameters.base, "DEFAULT_PROVIDERS", {})
        yield boto3.client("ssm")
        parameters.clear_caches()  # type: ignore[no-untyped-call] # Powertools does not type it


def put(ssm: SSMClient, name: str, value: Any) -> None:
    """Put a parameter, as the template declares it."""
    text = value if isinstance(value, str) else json.dumps(value)
    ssm.put_parameter(Name=name, Value=text, Type="String", Overwrite=True)


def test_each_parameter_is_an_entry(ssm: SSMClient) -> None:
    """Each entry has the last part of its parameter's name, even if SSM answers in several pages."""
    for number in range(12):
        put(ssm, f"{MAPPINGS}/m{number}", MAPPING)
    assert set(read_configuration(MAPPINGS, EventSourceMapping)) == {f"m{number}" for number in range(12)}


def test_a_new_run_sees_a_new_value(ssm: SSMClient) -> None:
    """No run uses values remembered from another."""
    put(ssm, f"{MAPPINGS}/m", MAPPING)
    assert read_configuration(MAPPINGS, EventSourceMapping)["m"].batch_size == 100
    put(ssm, f"{MAPPINGS}/m", MAPPING | {"batch_size": 7})
    assert read_configuration(MAPPINGS, EventSourceMapping)["m"].batch_size == 7


def test_an_invalid_entry_is_logged_and_does_not_stop_the_others(
    ssm: SSMClient, caplog: pytest.LogCaptureFixture
) -> None:
    """The log names the parameter and the field."""
    put(ssm, f"{MAPPINGS}/good", MAPPING)
    put(ssm, f"{MAPPINGS}/bad", MAPPING | {"batch_size": 0, "tipycs": []})
    put(ssm, f"{MAPPINGS}/no-json", "{")
    assert set(read_configuration(MAPPINGS, EventSourceMapping)) == {"good"}
    problems = {record.__dict__["parameter"]: record.__dict__["problems"] for record in caplog.records}
    assert problems.keys() == {f"{MAPPINGS}/bad", f"{MAPPINGS}/no-json"}
    assert set(problems[f"{MAPPINGS}/bad"]) == {
        "batch_size: Input should be greater than or equal to 1",
        "tipycs: Extra inputs are not permitted",
    }


@pytest.mark.usefixtures("ssm")
def test_nothing_to_do_is_an_error() -> None:
    """A wrong path must not look like an idle connector."""
    with pytest.raises(InvalidConfigurationError, match=MAPPINGS):
        read_configuration(MAPPINGS, EventSourceMapping)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("topics", []),
        ("topics", ["persistent://other/tenant/x"]),
        ("subscription", ""),
        ("function", None),
        ("batch_size", "100"),
        ("batch_size", 10_001),
        ("batching_window_ms", -1),
        ("heartbeat_seconds", 0),
        ("max_receive_count", 0),
        ("retry_delay_ms", 99),
        ("concurrency", 0),
        ("function_timeout_seconds", 901),
        ("dlq_topic", "a b"),
    ],
)
def test_a_wrong_field_of_a_mapping_is_named(field: str, value: Any) -> None:
    """Types, patterns and limits of the fields are checked."""
    with pytest.raises(ValidationError) as refusal:
        EventSourceMapping.model_validate_json(json.dumps(MAPPING | {field: value}))
    assert {error["loc"][0] for error in refusal.value.errors()} == {field}


def test_a_mapping_cannot_read_its_own_dead_letters() -> None:
    """A mapping cannot consume its own dead letter topic."""
    with pytest.raises(ValidationError, match="dlq_topic is one of topics"):
        EventSourceMapping.model_validate_json(json.dumps(MAPPING | {"topics": ["payments.DLQ"]}))


def test_a_message_rests_longer_each_time() -> None:
    """The delay doubles after each receipt, up to a limit."""
    mapping = EventSourceMapping.model_validate_json(json.dumps(MAPPING | {"max_retry_delay_ms": 6_000}))
    assert [mapping.retry_delay_seconds(count) for count in (1, 2, 3, 4, 500)] == [1, 2, 4, 6, 6]


def test_an_outbox_names_a_schema_and_routes() -> None:
    """Null keeps an event type inside of the context."""
    outbox = Outbox.model_validate_json('{"schema": "pagos", "routes": {"A": "payments.evt.pending", "B": null}}')
    assert (outbox.schema_name, outbox.routes) == ("pagos", {"A": "payments.evt.pending", "B": None})


@pytest.mark.parametrize(
    ("field", "value"),
    [("schema", "pagos; drop table x"), ("schema", "Pagos"), ("routes", {}), ("routes", {"A": "a/b"})],
)
def test_a_wrong_field_of_an_outbox_is_named(field: str, value: Any) -> None:
    """The schema becomes part of SQL, so it must be a plain name."""
    document = {"schema": "pagos", "routes": {"A": None}} | {field: value}
    with pytest.raises(ValidationError) as refusal:
        Outbox.model_validate_json(json.dumps(document))
    assert {error["loc"][0] for error in refusal.value.errors()} == {field}
