"""Finds the route of a path below a greedy route of API Gateway."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class RoutePatterns:
    """The patterns of an API's routes, those with parameters after those without."""

    patterns: tuple[tuple[str, re.Pattern[str]], ...]

    @classmethod
    def of(cls, routes: Iterable[str]) -> Self:
        """Return the patterns of routes written as in Chalice, such as `/campaigns/{id_campana}`."""
        ordered = sorted(routes, key=lambda route: route.count("{"))
        return cls(
            tuple((route, re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(route)))) for route in ordered)
        )

    def match(self, path: str, start: int) -> tuple[str, dict[str, str] | None] | None:
        """Return the first route that matches the path from `start` on, with its parameters; None without one."""
        for route, pattern in self.patterns:
            if match := pattern.fullmatch(path, start):
                return route, match.groupdict() or None
        return None
