"""The health of both instances: on request, and at every tick."""

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
ABLE_SECONDS: Final = 2.0  # an instance waits a second for a silent database, then answers 503


def _get(path: str) -> bytes:
    """Return the event that API Gateway would send for `GET path`."""
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


# Without the database an instance is still alive, but not able to serve.
_ALIVE: Final = _get("/health")
_ABLE: Final = _get("/ready")


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """The serving instance, and the conditions and counts of both; `conditions` are by instance."""

    active: str
    conditions: dict[str, Condition]
    circuit: CircuitInfo
    counts: Counts

    @property
    def is_healthy(self) -> bool:
        """Whether at least one instance is healthy."""
        return Condition.HEALTHY in self.conditions.values()


class Health:
    """Asks both instances at the same time, so that a dead one delays the caller by at most a second or two."""

    def __init__(self, *, primary: Instance, replica: Instance, breaker: Breaker, tally: Tally) -> None:
        self._primary = primary
        self._replica = replica
        self._breaker = breaker
        self._tally = tally

    def look(self) -> Picture:
        """Check whether the instances are alive, without counting anything."""
        return self._look(_ALIVE, SECONDS)

    def look_closely(self) -> Picture:
        """Check whether the instances can serve, without counting anything."""
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
        """Check both instances every minute.

        The call keeps both warm, reports a dead one, and lets the primary return even without traffic.
        """
        picture = self.look()
        alive = {name: condition is Condition.HEALTHY for name, condition in picture.conditions.items()}
        for name, is_healthy in alive.items():
            with single_metric(name="InstanceHealthy", unit=MetricUnit.Count, value=int(is_healthy)) as metric:
                metric.add_dimension(name="instance", value=name)
            if not is_healthy:
                logger.error("instance failed its health check", extra={"instance": name})
            elif picture.counts.instances[name].consecutive_failures:
                self._tally.recovered(name)
        if picture.circuit.state is not CircuitState.CLOSED:
            self._probe_primary()
        return alive

    def _probe_primary(self) -> None:
        try:
            self._breaker.call(lambda: self._primary.ask(_ALIVE, seconds=SECONDS))
        except (CircuitBreakerOpenError, InstanceError) as error:
            logger.info("primary stays out: the replica serves", extra={"cause": str(error)})
