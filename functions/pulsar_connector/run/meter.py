"""What a worker counts and measures: totals for the run's result, and CloudWatch metrics by lines of the log (EMF)."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from time import monotonic
from typing import Final

from aws_lambda_powertools.metrics import EphemeralMetrics

FLUSH_SECONDS: Final = 15.0

# Powertools prints a line in two pieces, and workers are threads.
_one_at_a_time = threading.Lock()


class Meter:
    """For one thread. A run is long, so what was measured is written every few seconds and not at its end."""

    def __init__(self, dimension: str, name: str, *, totals: Sequence[str]) -> None:
        """`dimension` says what `name` is the name of; namespace and service are in the environment, for Powertools.

        `totals` are written also while they do not grow: an alarm must not take silence for health.
        """
        self.totals = Counter(dict.fromkeys(totals, 0))
        self._written: Counter[str] = Counter()
        self._metrics = EphemeralMetrics()
        self._metrics.set_default_dimensions(**{dimension: name})
        self._due = monotonic() + FLUSH_SECONDS

    def count(self, name: str, number: int = 1) -> None:
        """Add to a total."""
        self.totals[name] += number

    def measure(self, name: str, unit: str, value: float) -> None:
        """One value of many, such as a latency; `unit` is one of CloudWatch's."""
        with _one_at_a_time:
            self._metrics.add_metric(name=name, unit=unit, value=value)

    def flush_if_due(self, look: Callable[[], None] | None = None) -> None:
        """Write every few seconds; `look` may measure before it what is costly to know."""
        if monotonic() >= self._due:
            if look is not None:
                look()
            self.flush()

    def flush(self) -> None:
        """Write now what is new."""
        self._due = monotonic() + FLUSH_SECONDS
        with _one_at_a_time:
            for name, total in self.totals.items():
                self._metrics.add_metric(name=name, unit="Count", value=total - self._written[name])
            self._written = self.totals.copy()
            self._metrics.flush_metrics()
