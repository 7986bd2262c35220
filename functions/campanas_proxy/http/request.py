"""A forwarded request: the event of API Gateway, with the idempotency key under which a write is repeated."""

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
    """One request and its attempts: each sends the same bytes, and each round gives the instances more time."""

    event: bytes
    until: float
    rounds: int = 0

    @classmethod
    def of(cls, event: dict[str, Any], *, seconds: float) -> Self:
        """Serialize an event; a write without an idempotency key gets the id of its request as one."""
        if event["httpMethod"] in _WRITES and not _has_key(event):
            key = event["requestContext"]["requestId"]
            event["headers"] = {**(event.get("headers") or {}), KEY_HEADER: key}
            event["multiValueHeaders"] = {**(event.get("multiValueHeaders") or {}), KEY_HEADER: [key]}
        return cls(event=json.dumps(event, ensure_ascii=False).encode(), until=monotonic() + seconds)

    def begin_round(self) -> None:
        """Begin another round of asking both instances."""
        self.rounds += 1

    def seconds(self, at_first: float) -> float:
        """Return the seconds that an instance may take in this round."""
        return max(_LEAST_SECONDS, min(at_first * self.rounds, self.until - monotonic()))


def _has_key(event: dict[str, Any]) -> bool:
    return any(name.lower() == KEY_HEADER.lower() for name in event.get("headers") or {})
