"""Asks the same questions of subjects of different sizes, in turns and random order, and prints a line for each."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable, Mapping
from typing import TypeVar

S = TypeVar("S")


def median_ms(question: Callable[[S], object], subject: S, *, calls: int) -> float:
    """Return the median time of `calls` calls in milliseconds."""
    took = []
    for _ in range(calls):
        began = time.perf_counter()
        question(subject)
        took.append(time.perf_counter() - began)
    return statistics.median(took) * 1e3


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
