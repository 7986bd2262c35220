"""Adds up Lambda's CloudWatch metrics and sends them every few seconds."""

import logging
import threading
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any, NamedTuple

from localstack.aws.connect import connect_to
from localstack.utils.bootstrap import is_api_enabled

LOG = logging.getLogger(__name__)

INTERVAL = 2.0  # seconds between two calls while functions are invoked
PER_CALL = 1000  # metrics in one PutMetricData


_sending = threading.Lock()
_closed = threading.Event()


class Metric(NamedTuple):
    """One figure of one function."""

    account: str
    region: str
    function_name: str
    name: str


class _Totals:
    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._counts: Counter[Metric] = Counter()
        self._since = datetime.now(UTC)
        threading.Thread(target=self._run, name="function-metrics", daemon=True).start()

    def add(self, *metrics: Metric) -> None:
        with self._changed:
            if not self._counts:
                self._since = datetime.now(UTC)
                self._changed.notify()
            self._counts.update(metrics)

    def _run(self) -> None:
        nothing = threading.Event()
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._counts)
            nothing.wait(INTERVAL)
            with self._changed:
                counts, self._counts = self._counts, Counter()
            with _sending:
                if _closed.is_set():
                    return
                try:
                    _send(counts, self._since)
                except Exception as error:  # noqa: BLE001 - this thread must outlive any answer of the service
                    LOG.warning("Lambda metrics are lost: %s", error)


@cache
def _totals() -> _Totals:
    return _Totals()


def count_invocation(*, function_name: str, account_id: str, region_name: str) -> None:
    """Count a successful invocation."""
    _totals().add(Metric(account_id, region_name, function_name, "Invocations"))


def count_error(*, function_name: str, account_id: str, region_name: str) -> None:
    """Count a failed invocation."""
    _totals().add(
        Metric(account_id, region_name, function_name, "Invocations"),
        Metric(account_id, region_name, function_name, "Errors"),
    )


def close() -> None:
    """Send nothing any more: a call after LocalStack has stopped its services would start a service again."""
    with _sending:
        _closed.set()


@cache
def _client(account: str, region: str) -> Any:
    return connect_to(aws_access_key_id=account, region_name=region).cloudwatch


def _send(counts: Mapping[Metric, int], moment: datetime) -> None:
    if not is_api_enabled("cloudwatch"):
        return
    by_place: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for metric, count in counts.items():
        # Each invocation is a sample of 1, as if it had been sent separately.
        samples = {"SampleCount": count, "Sum": count, "Minimum": 1, "Maximum": 1}
        by_place.setdefault((metric.account, metric.region), []).append(
            {
                "MetricName": metric.name,
                "Dimensions": [{"Name": "FunctionName", "Value": metric.function_name}],
                "Timestamp": moment,
                "StatisticValues": samples,
            }
        )
    for (account, region), data in by_place.items():
        client = _client(account, region)
        for start in range(0, len(data), PER_CALL):
            client.put_metric_data(Namespace="AWS/Lambda", MetricData=data[start : start + PER_CALL])
