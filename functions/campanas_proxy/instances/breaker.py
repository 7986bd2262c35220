"""The circuit breakers of the instances, by Powertools; all proxies share their state in DynamoDB."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from aws_lambda_powertools.metrics import MetricUnit, single_metric
from aws_lambda_powertools.utilities.circuit_breaker import (
    CircuitBreakerConfig,
    CircuitBreakerOpenError,
    CircuitState,
    circuit_breaker,
)
from aws_lambda_powertools.utilities.circuit_breaker.persistence import CircuitBreakerDynamoDBPersistence

from campanas_proxy.instances.instance import InstanceError
from seedwork.infraestructura.aws.telemetry import logger

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.circuit_breaker import CircuitInfo, CircuitTransition
    from aws_lambda_powertools.utilities.circuit_breaker.persistence.record import CircuitStateRecord

    from campanas_proxy.instances.instance import ProxyResponse
    from campanas_proxy.instances.tally import Tally
    from seedwork.infraestructura.aws.shared_table import SharedTable

__all__ = ["PRIMARY_CIRCUIT", "REPLICA_CIRCUIT", "Breaker", "CircuitBreakerOpenError", "CircuitStore", "counted_by"]

PRIMARY_CIRCUIT: Final = "campanas-primaria"  # open: the replica serves
REPLICA_CIRCUIT: Final = "campanas-replica"  # open: the replica is asked last
RECOVERY_SECONDS: Final = 5
_CONFIG: Final = CircuitBreakerConfig(
    failure_threshold=2,
    recovery_timeout=RECOVERY_SECONDS,
    success_threshold=1,
    handled_exceptions=InstanceError,
    local_cache_max_age=1,
)


class Breaker:
    """Opens after two failures in a row; then one request every five seconds tries, and its success closes it."""

    def __init__(
        self, store: CircuitStore, circuit: str, *, on_change: Callable[[CircuitTransition], None] = lambda _: None
    ) -> None:
        self._store = store
        self._circuit = circuit
        self._on_change = on_change
        self._guarded = circuit_breaker(
            name=circuit, persistence_store=store, on_transition=self._changed, config=_CONFIG
        )(lambda ask: ask())

    def call(self, ask: Callable[[], ProxyResponse]) -> ProxyResponse:
        """Call `ask` and return its answer; raises CircuitBreakerOpenError without a call while the circuit is open."""
        answer: ProxyResponse = self._guarded(ask)
        return answer

    def state(self) -> CircuitInfo:
        """Return the state of the circuit, at most a second old."""
        return self._store.get_state(self._circuit).to_circuit_info()

    def _changed(self, transition: CircuitTransition) -> None:
        change = (transition.from_state, transition.to_state)
        logger.warning("circuit %s -> %s", *change, extra={"circuit": transition.circuit_name})
        self._on_change(transition)


def counted_by(tally: Tally, *, primary: str) -> Callable[[CircuitTransition], None]:
    """Return a callback that counts the failovers and the returns of the primary."""

    def count(transition: CircuitTransition) -> None:
        if (transition.from_state, transition.to_state) == (CircuitState.CLOSED, CircuitState.OPEN):
            if tally.failed_over(transition.opened_at or 0, lasting_seconds=RECOVERY_SECONDS):
                _count("CampaignsFailover")
        elif transition.to_state is CircuitState.CLOSED:
            tally.failed_back(primary)
            _count("CampaignsFailback")

    return count


class CircuitStore(CircuitBreakerDynamoDBPersistence):
    """Powertools' store; while the table is unreachable, the proxy uses its own memory and breaks circuits alone."""

    def __init__(self, table: SharedTable) -> None:
        super().__init__(table_name=table.name, boto3_client=table.client)
        self._table = table
        self._known: dict[str, CircuitStateRecord] = {}

    def _get_record(self, name: str) -> CircuitStateRecord | None:
        record = self._table.attempt(partial(super()._get_record, name), otherwise=self._known.get(name))
        if record is not None:
            self._known[name] = record
        return record

    def _put_record(self, record: CircuitStateRecord, *args: Any, **kwargs: Any) -> None:
        self._table.attempt(partial(super()._put_record, record, *args, **kwargs), otherwise=None)
        self._known[record.name] = record

    def _update_record(self, record: CircuitStateRecord) -> None:
        self._table.attempt(partial(super()._update_record, record), otherwise=None)
        self._known[record.name] = record


def _count(name: str) -> None:
    with single_metric(name=name, unit=MetricUnit.Count, value=1):
        pass
