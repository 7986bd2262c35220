"""Lambda's CloudWatch metrics."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

from emulator import Emulator, eventually


def test_invocations_and_errors_are_counted(localstack: Emulator, name: str) -> None:
    """Every invocation is a sample of `Invocations`, every failed one of `Errors` too, within seconds."""
    # Given
    function = localstack.deploy(name, "def handler(event, context): 1 / event")
    cloudwatch = localstack.client("cloudwatch")
    now = datetime.now(UTC)

    def points(metric: str) -> list[Any]:
        answer = cloudwatch.get_metric_statistics(
            Namespace="AWS/Lambda",
            MetricName=metric,
            Dimensions=[{"Name": "FunctionName", "Value": name}],
            StartTime=now - timedelta(minutes=5),
            EndTime=now + timedelta(minutes=5),
            Period=600,
            Statistics=["Sum", "SampleCount", "Average"],
        )
        return list(answer["Datapoints"])

    def total(metric: str) -> float:
        return float(sum(point["Sum"] for point in points(metric)))

    # When
    began = time.monotonic()
    for number in (1, 0, 1, 1, 0, 1, 1):
        function.invoke(number)
    # Then
    eventually(lambda: total("Invocations") == 7)
    assert total("Errors") == 2
    assert time.monotonic() - began < 8
    assert sum(point["SampleCount"] for point in points("Invocations")) == 7
    assert {point["Average"] for point in points("Invocations")} == {1.0}
