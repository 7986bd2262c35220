"""The bridge (`pulsar_connector.bridge.handler`) is an event source mapping for Pulsar."""

from __future__ import annotations

from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING, Any

from pulsar_connector.broker.pulsar_client import pulsar_client
from pulsar_connector.broker.refusal import broker_refusal
from pulsar_connector.broker.secret import BrokerSecret
from pulsar_connector.mapping.event_source_mapping import EventSourceMapping
from pulsar_connector.mapping.function_invoker import lambda_client
from pulsar_connector.mapping.mapping_worker import MappingWorker
from pulsar_connector.mapping.sqs_event import EventSource
from pulsar_connector.run.deadline import RESERVE_SECONDS, Deadline
from pulsar_connector.run.parameter_store import read_configuration
from pulsar_connector.run.workers import run_all
from pulsar_connector.settings import BridgeSettings
from seedwork.infraestructura.aws.telemetry import logger

if TYPE_CHECKING:
    import pulsar
    from mypy_boto3_lambda import LambdaClient

    from pulsar_connector.run.deadline import LambdaContext


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:  # noqa: ARG001 - a tick carries no data
    """Serve every mapping; return how many messages of each were delivered, failed, dead-lettered and filtered."""
    settings = BridgeSettings.from_env()
    mappings = read_configuration(settings.mappings_path, EventSourceMapping)
    broker = BrokerSecret.read(settings.pulsar_secret)
    with pulsar_client(settings.pulsar_url, broker) as client, closing(_functions(mappings)) as functions:
        workers = {
            name: _workers(name, mapping, client=client, functions=functions, context=context)
            for name, mapping in mappings.items()
        }
        run_all(
            [worker for of_mapping in workers.values() for worker in of_mapping],
            diagnose=partial(broker_refusal, settings.pulsar_url, broker),
        )
    return {"mappings": {name: _totals(of_mapping) for name, of_mapping in workers.items()}}


def _totals(workers: list[MappingWorker]) -> dict[str, int]:
    return {name: sum(worker.meter.totals[name] for worker in workers) for name in workers[0].meter.totals}


def _functions(mappings: dict[str, EventSourceMapping]) -> LambdaClient:
    return lambda_client(
        connections=sum(mapping.concurrency for mapping in mappings.values()),
        read_timeout_seconds=max(mapping.invoke_timeout_seconds for mapping in mappings.values()),
    )


def _workers(
    name: str, mapping: EventSourceMapping, *, client: pulsar.Client, functions: LambdaClient, context: LambdaContext
) -> list[MappingWorker]:
    deadline = Deadline(context, RESERVE_SECONDS + mapping.longest_delivery_seconds)
    if deadline.passed:
        logger.error("the bridge's own timeout is too short for the mapping's function", extra={"mapping": name})
    source = EventSource.of_function(context.invoked_function_arn)
    return [
        MappingWorker(name, mapping, client=client, functions=functions, source=source, deadline=deadline)
        for _ in range(mapping.concurrency)
    ]
