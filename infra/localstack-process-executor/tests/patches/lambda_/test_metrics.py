"""Lambda's CloudWatch metrics count invocations and errors."""

import time

from support.emulator import Emulator
from support.lambda_metrics import points, total
from support.waiting import eventually


def test_invocations_and_errors_are_counted(localstack: Emulator, name: str) -> None:
    """Within seconds, every invocation is a sample of `Invocations`, and every failed one also of `Errors`."""
    # Given
    function = localstack.deploy(name, "def handler(event, context): 1 / event")
    # When
    began = time.monotonic()
    for number in (1, 0, 1, 1, 0, 1, 1):
        function.invoke(number)
    # Then
    eventually(lambda: total(localstack, name, "Invocations") == 7)
    eventually(lambda: total(localstack, name, "Errors") == 2)
    assert time.monotonic() - began < 8
    found = points(localstack, name, "Invocations", ["SampleCount", "Average"])
    assert sum(point["SampleCount"] for point in found) == 7
    assert {point["Average"] for point in found} == {1.0}
