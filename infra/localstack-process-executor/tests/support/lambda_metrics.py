"""Reads a function's metrics from CloudWatch."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from support.emulator import Emulator


def points(localstack: Emulator, function: str, metric: str, statistics: Sequence[str]) -> list[dict[str, Any]]:
    """Return the data points of the last minutes; LocalStack looks up one statistic after the other."""
    now = datetime.now(UTC)
    answer = localstack.client("cloudwatch").get_metric_statistics(
        Namespace="AWS/Lambda",
        MetricName=metric,
        Dimensions=[{"Name": "FunctionName", "Value": function}],
        StartTime=now - timedelta(minutes=5),
        EndTime=now + timedelta(minutes=5),
        Period=600,
        Statistics=statistics,
    )
    return list(answer["Datapoints"])


def total(localstack: Emulator, function: str, metric: str) -> float:
    """Return their sum."""
    return float(sum(point["Sum"] for point in points(localstack, function, metric, ["Sum"])))
