"""Asks the same questions of subjects of different sizes, in turns and random order, and prints a line for each."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeVar

S = TypeVar("S")


def median_ms(question: Callable[[S], object], subject: S, *, calls: int) -> float:
    """Return the median time of `calls` calls in milliseconds."""
    took = []
    for _ in range(calls):
        began = time.perf_counter()
        question(subject)
        took.append(time.perf_counter() - began)
    return statistics.median(took) * 1e3


class Paged(Protocol):
    """A list that is read by pages, the newest, from the middle, or of a period."""

    def page(self, *, deep: bool = False, limite: int = 50, **fields: Any) -> None:
        """Read a page, the newest or from the middle."""

    def period(self, **fields: Any) -> None:
        """Read a page of the older half."""


def pages(**fields: Any) -> Mapping[str, Callable[[Paged], object]]:
    """Return the ways to read a page with these filters, by name."""
    named = ", ".join(str(value) for value in fields.values()) or "all"
    return {
        f"{named}: newest": lambda listed: listed.page(**fields),
        f"{named}: from the middle": lambda listed: listed.page(deep=True, **fields),
        f"{named}: until": lambda listed: listed.period(**fields),
    }


def compare_sizes(
    questions: Mapping[str, Callable[[S], object]], subjects: Mapping[int, S], *, what: str, turns: int, calls: int
) -> None:
    """Print the medians of all turns; a ratio to the smallest size is the median of the ratios within turns."""
    cases = {(name, size): (question, subjects[size]) for name, question in questions.items() for size in subjects}
    for question, subject in cases.values():
        median_ms(question, subject, calls=calls)  # warms up
    taken = [
        {case: median_ms(*cases[case], calls=calls) for case in random.sample([*cases], len(cases))}
        for _ in range(turns)
    ]
    smallest = min(subjects)
    print(f"{f'ms (ratio), {what}:':30}" + "".join(f"{size:>18,}" for size in subjects))
    for name in questions:
        line = f"{name:30}"
        for size in subjects:
            median = statistics.median(turn[name, size] for turn in taken)
            ratio = statistics.median(turn[name, size] / turn[name, smallest] for turn in taken)
            line += f"{median:10.2f} ({ratio:5.2f})"
        print(line)
