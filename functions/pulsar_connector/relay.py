"""The relay (`pulsar_connector.relay.handler`) publishes outboxes and keeps dead letters until its time is used up."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from pulsar_connector.broker.pulsar_client import pulsar_client
from pulsar_connector.broker.refusal import broker_refusal
from pulsar_connector.broker.secret import BrokerSecret
from pulsar_connector.letters.letter_keeper import LetterKeeper
from pulsar_connector.mapping.event_source_mapping import EventSourceMapping
from pulsar_connector.outbox.outbox import Outbox
from pulsar_connector.outbox.outbox_relay import OutboxRelay
from pulsar_connector.run.deadline import Deadline
from pulsar_connector.run.parameter_store import read_configuration, read_valid
from pulsar_connector.run.workers import run_all
from pulsar_connector.settings import RelaySettings
from seedwork.infraestructura.aws.telemetry import logger
from seedwork.infraestructura.postgres.database_secret import DatabaseSecret

if TYPE_CHECKING:
    from pulsar_connector.run.deadline import LambdaContext


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:  # noqa: ARG001 - a tick carries no data
    """Publish every outbox and keep the dead letters; return how many of each were published, parked, stored, …."""
    settings = RelaySettings.from_env()
    outboxes = read_configuration(settings.outboxes_path, Outbox)
    deadline = Deadline(context)
    secret = partial(DatabaseSecret.read, settings.database_secret)
    secret()  # one thread must make boto3's first client, before the others start
    broker = BrokerSecret.read(settings.pulsar_secret)
    with pulsar_client(settings.pulsar_url, broker) as client:
        relays = [OutboxRelay(n, o, client=client, secret=secret, deadline=deadline) for n, o in outboxes.items()]
        mappings = partial(read_valid, settings.mappings_path, EventSourceMapping)
        keeper = LetterKeeper(mappings, client=client, secret=secret, deadline=deadline)
        run_all([*relays, keeper], diagnose=partial(broker_refusal, settings.pulsar_url, broker))
    totals = {relay.name: relay.meter.totals for relay in relays}
    return {"outboxes": totals, "dead_letters": keeper.meter.totals}
