"""How both instances are just now, and what the proxy tells about it."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from aws_lambda_powertools.metrics import MetricUnit, single_metric
from aws_lambda_powertools.utilities.circuit_breaker import CircuitState

from campanas_proxy.instances.breaker import CircuitBreakerOpenError
from campanas_proxy.instances.instance import Condition, InstanceError
from seedwork.infraestructura.aws.telemetry import logger

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.circuit_breaker import CircuitInfo

    from campanas_proxy.instances.breaker import Breaker
    from campanas_proxy.instances.instance import Instance
    from campanas_proxy.instances.tally import Counts, Tally

SECONDS: Final = 1.0
ABLE_SECONDS: Final = 2.0  # an instance waits a second for a database that is silent, then says so


def _get(path: str) -> bytes:
    """`GET path` as API Gateway would send it."""
    event = {
        "resource": path,
        "path": path,
        "httpMethod": "GET",
        "headers": {},
        "multiValueHeaders": {},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "pathParameters": None,
        "stageVariables": None,
        "requestContext": {"resourcePath": path, "path": path, "httpMethod": "GET", "requestId": "probe"},
        "body": None,
        "isBase64Encoded": False,
    }
    return json.dumps(event).encode()


# Alive, and able to serve: a database that is down makes no instance dead, and none of them able.
_ALIVE: Final = _get("/health")
_ABLE: Final = _get("/ready")


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """`conditions` are by instance."""

    active: str
    conditions: dict[str, Condition]
    circuit: CircuitInfo
    counts: Counts

    @property
    def is_healthy(self) -> bool:
        """Whether one of them is."""
        return Condition.HEALTHY in self.conditions.values()


class Health:
    """Asks both at the same time, so that a dead one holds nobody up for longer than a second or two."""

    def __init__(self, *, primary: Instance, replica: Instance, breaker: Breaker, tally: Tally) -> None:
        self._primary = primary
        self._replica = replica
        self._breaker = breaker
        self._tally = tally

    def look(self) -> Picture:
        """Whether they are alive; without changing anything."""
        return self._look(_ALIVE, SECONDS)

    def look_closely(self) -> Picture:
        """Whether they can serve; without changing anything."""
        return self._look(_ABLE, ABLE_SECONDS)

    def _look(self, probe: bytes, seconds: float) -> Picture:
        instances = (self._primary, self._replica)
        with ThreadPoolExecutor(len(instances)) as threads:
            answers = threads.map(lambda instance: instance.look(probe, seconds=seconds), instances)
            counts = self._tally.read(*(instance.name for instance in instances))
            circuit = self._breaker.state()
            active = self._primary if circuit.state is CircuitState.CLOSED else self._replica
            conditions = {instance.name: answer for instance, answer in zip(instances, answers, strict=True)}
        return Picture(active=active.name, conditions=conditions, circuit=circuit, counts=counts)

    def tick(self) -> dict[str, bool]:
        """Every minute: keeps both warm, tells of one that is dead, and lets the primary return without traffic."""
        picture = self.look()
        alive = {name: condition is Condition.HEALTHY for name, condition in picture.conditions.items()}
        for name, is_healthy in alive.items():
            with single_metric(name="InstanceHealthy", unit=MetricUnit.Count, value=int(is_healthy)) as metric:
                metric.add_dimension(name="instance", value=name)
            if not is_healthy:
                logger.error("instance is dead", extra={"instance": name})
            elif picture.counts.instances[name].consecutive_failures:
                self._tally.recovered(name)
        if picture.circuit.state is not CircuitState.CLOSED:
            self._probe_primary()
        return alive

    def _probe_primary(self) -> None:
        try:
            self._breaker.call(lambda: self._primary.ask(_ALIVE, seconds=SECONDS))
        except (CircuitBreakerOpenError, InstanceError) as error:
            logger.info("primary stays out", extra={"cause": str(error)})
