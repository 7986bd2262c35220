"""The composition root: its objects are made on first use and kept for the life of the execution environment."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import boto3

from campanas_proxy.forwarding import Forwarder, Guarded
from campanas_proxy.instances.breaker import PRIMARY_CIRCUIT, REPLICA_CIRCUIT, Breaker, CircuitStore, counted_by
from campanas_proxy.instances.health import Health
from campanas_proxy.instances.instance import Instance
from campanas_proxy.instances.invoker import LambdaInvoker
from campanas_proxy.instances.tally import Tally
from campanas_proxy.settings import Settings
from seedwork.infraestructura.aws.shared_table import SharedTable

if TYPE_CHECKING:
    from campanas_proxy.instances.invoker import Invoker


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxy:
    """The dependencies of the handler."""

    forwarder: Forwarder
    circuits: CircuitStore
    tally: Tally
    health: Health


@cache
def proxy() -> Proxy:
    """Return the proxy on Lambda and DynamoDB."""
    session = boto3.session.Session()
    return make_proxy(Settings.from_env(), session, LambdaInvoker(session))


def make_proxy(settings: Settings, session: boto3.session.Session, invoker: Invoker) -> Proxy:
    """Make a proxy whose two instances share one pool of connections."""
    table = SharedTable(
        settings.breakers_table,
        session,
        warning="breaker table unavailable: this proxy decides alone",
        metric="BreakerDegraded",
    )
    tally, circuits = Tally(table), CircuitStore(table)
    primary = Instance("primary", function=settings.primary, invoker=invoker, tally=tally)
    replica = Instance("replica", function=settings.replica, invoker=invoker, tally=tally)
    of_primary = Breaker(circuits, PRIMARY_CIRCUIT, on_change=counted_by(tally, primary=primary.name))
    of_replica = Breaker(circuits, REPLICA_CIRCUIT)
    return Proxy(
        circuits=circuits,
        tally=tally,
        forwarder=Forwarder(
            primary=Guarded(instance=primary, breaker=of_primary, seconds=settings.primary_seconds),
            replica=Guarded(instance=replica, breaker=of_replica, seconds=settings.replica_seconds),
            request_seconds=settings.request_seconds,
        ),
        health=Health(primary=primary, replica=replica, breaker=of_primary, tally=tally),
    )
