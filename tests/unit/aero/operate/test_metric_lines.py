"""Metrics in a function's log are shortened for the operator."""

from __future__ import annotations

import pytest

from aero.operate.metric_lines import readable
from pulsar_connector.run.meter import Meter


def test_measurements_are_shown_and_zeros_are_not(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The metrics are written by the connector's own meter."""
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "test")
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "bridge")
    meter = Meter("mapping", "m", totals=("Delivered", "Failed"))
    meter.flush()
    meter.count("Delivered", 3)
    meter.measure("Latency", "Milliseconds", 9.5)
    meter.measure("Latency", "Milliseconds", 12)
    meter.flush()
    idle, busy = capsys.readouterr().out.splitlines()
    assert readable(idle) == ""
    assert readable(busy) == "metrics mapping=m Latency=9.5…12 Delivered=3"


@pytest.mark.parametrize("line", ["START RequestId: x", '{"level":"INFO"}', '{"_aws"', '{"_aws":{}}', ""])
def test_every_other_line_stays_as_it_is(line: str) -> None:
    """A line that only resembles metrics is unchanged too."""
    assert readable(line) == line
