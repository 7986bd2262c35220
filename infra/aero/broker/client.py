"""A client of the running platform's broker, for the commands that read topics or write to them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from aero.broker.deployed_secret import deployed_secret
from aero.process.running import running, running_emulator
from pulsar_connector.broker.pulsar_client import pulsar_client
from pulsar_connector.broker.secret import BrokerSecret

if TYPE_CHECKING:
    import pulsar

    from aero.platform.paths import Paths


@contextmanager
def running_broker(paths: Paths) -> Iterator[pulsar.Client]:
    """Connect to the broker during the block. Raises AeroError, also while the broker or LocalStack is held."""
    record = running(paths)
    record.require_serving("pulsar")
    broker = record.component("pulsar")
    secret = BrokerSecret.from_json(deployed_secret(running_emulator(paths)))
    log_file = str(paths.log("pulsar-client"))
    with pulsar_client(broker.address if broker else "", secret, log_file=log_file) as client:
        yield client
