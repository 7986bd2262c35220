"""A request on its way to the instances: the event of API Gateway, and the key under which a write is repeated."""

from __future__ import annotations

import json
from dataclasses import dataclass
from time import monotonic
from typing import Any, Final, Self

KEY_HEADER: Final = "Idempotency-Key"
_WRITES: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_LEAST_SECONDS: Final = 0.2


@dataclass(slots=True, kw_only=True)
class Request:
    """The same bytes for every attempt; in each round of them instances are given more time than in the one before."""

    event: bytes
    until: float
    rounds: int = 0

    @classmethod
    def of(cls, event: dict[str, Any], *, seconds: float) -> Self:
        """A write without a key of its own gets one that no other request has."""
        if event["httpMethod"] in _WRITES and not _has_key(event):
            key = event["requestContext"]["requestId"]
            event["headers"] = {**(event.get("headers") or {}), KEY_HEADER: key}
            event["multiValueHeaders"] = {**(event.get("multiValueHeaders") or {}), KEY_HEADER: [key]}
        return cls(event=json.dumps(event, ensure_ascii=False).encode(), until=monotonic() + seconds)

    def begin_round(self) -> None:
        """Both are about to be asked, once more."""
        self.rounds += 1

    def seconds(self, at_first: float) -> float:
        """How long an instance may take."""
        return max(_LEAST_SECONDS, min(at_first * self.rounds, self.until - monotonic()))


def _has_key(event: dict[str, Any]) -> bool:
    return any(name.lower() == KEY_HEADER.lower() for name in event.get("headers") or {})
