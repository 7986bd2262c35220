"""Counts and measures a worker's work: totals for the run's result, CloudWatch metrics (EMF) for the log."""

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
    """A meter of one thread; it writes every few seconds, since a run is long."""

    def __init__(self, dimension: str, name: str, *, totals: Sequence[str]) -> None:
        """`dimension` is the kind of thing that `name` names; Powertools reads the namespace in the environment.

        `totals` are written even while they do not grow, so that an alarm can tell silence from health.
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
        """Record one value of many, such as a latency; `unit` is one of CloudWatch's."""
        with _one_at_a_time:
            self._metrics.add_metric(name=name, unit=unit, value=value)

    def flush_if_due(self, look: Callable[[], None] | None = None) -> None:
        """Write if the last time was some seconds ago; before that, `look` may measure what is expensive to measure."""
        if monotonic() >= self._due:
            if look is not None:
                look()
            self.flush()

    def flush(self) -> None:
        """Write what is new."""
        self._due = monotonic() + FLUSH_SECONDS
        with _one_at_a_time:
            for name, total in self.totals.items():
                self._metrics.add_metric(name=name, unit="Count", value=total - self._written[name])
            self._written = self.totals.copy()
            self._metrics.flush_metrics()
