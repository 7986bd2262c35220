"""How both instances are just now, and what the proxy tells about it."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from aws_lambda_powertools.metrics import MetricUnit, single_metric
from aws_lambda_powertools.utilities.circuit_breaker import CircuitState

from campanas_proxy.breaker import CircuitBreakerOpenError
from campanas_proxy.instances import InstanceError
from seedwork.infraestructura.telemetry import logger

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.circuit_breaker import CircuitInfo

    from campanas_proxy.breaker import Breaker
    from campanas_proxy.instances import Instance
    from campanas_proxy.tally import Counts, Tally

SECONDS: Final = 1.0

# `GET /health` as API Gateway would send it.
_PROBE: Final = json.dumps(
    {
        "resource": "/health",
        "path": "/health",
        "httpMethod": "GET",
        "headers": {},
        "multiValueHeaders": {},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "pathParameters": None,
        "stageVariables": None,
        "requestContext": {"resourcePath": "/health", "path": "/health", "httpMethod": "GET", "requestId": "probe"},
        "body": None,
        "isBase64Encoded": False,
    }
).encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """`healthy` is by instance."""

    active: str
    healthy: dict[str, bool]
    circuit: CircuitInfo
    counts: Counts


class Health:
    """Asks both at the same time, so that a dead one holds nobody up for longer than a second."""

    def __init__(self, *, primary: Instance, replica: Instance, breaker: Breaker, tally: Tally) -> None:
        self._primary = primary
        self._replica = replica
        self._breaker = breaker
        self._tally = tally

    def look(self) -> Picture:
        """Without changing anything."""
        instances = (self._primary, self._replica)
        with ThreadPoolExecutor(len(instances)) as threads:
            answers = threads.map(lambda instance: instance.is_healthy(_PROBE, seconds=SECONDS), instances)
            counts = self._tally.read(*(instance.name for instance in instances))
            circuit = self._breaker.state()
            active = self._primary if circuit.state is CircuitState.CLOSED else self._replica
            healthy = {instance.name: answer for instance, answer in zip(instances, answers, strict=True)}
        return Picture(active=active.name, healthy=healthy, circuit=circuit, counts=counts)

    def tick(self) -> dict[str, bool]:
        """Every minute: keeps both warm, tells of one that is dead, and lets the primary return without traffic."""
        picture = self.look()
        for name, is_healthy in picture.healthy.items():
            with single_metric(name="InstanceHealthy", unit=MetricUnit.Count, value=int(is_healthy)) as metric:
                metric.add_dimension(name="instance", value=name)
            if not is_healthy:
                logger.error("instance is dead", extra={"instance": name})
            elif picture.counts.instances[name].consecutive_failures:
                self._tally.recovered(name)
        if picture.circuit.state is not CircuitState.CLOSED:
            self._probe_primary()
        return picture.healthy

    def _probe_primary(self) -> None:
        try:
            self._breaker.call(lambda: self._primary.ask(_PROBE, seconds=SECONDS))
        except (CircuitBreakerOpenError, InstanceError) as error:
            logger.info("primary stays out", extra={"cause": str(error)})
