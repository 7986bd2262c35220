"""The functions that the bridge invokes in tests."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from support.pulsar_connector.fake_aws import ThrottledError

if TYPE_CHECKING:
    from support.pulsar_connector.fake_aws import Function


class ConsumerFunction:
    """A function that remembers its events; `behave` may fail, or answer for a batch."""

    def __init__(self, behave: Function = lambda _event: None) -> None:
        self.batches: list[list[str]] = []
        self.receipts: dict[str, list[int]] = {}
        self.times: dict[str, list[float]] = {}
        self._behave = behave
        self._lock = threading.Lock()

    def __call__(self, event: dict[str, Any]) -> Any:
        """Handle an event, as Lambda calls a function."""
        with self._lock:
            self.batches.append([record["messageId"] for record in event["Records"]])
            for record in event["Records"]:
                event_id = json.loads(record["body"])["id"]
                self.receipts.setdefault(event_id, []).append(int(record["attributes"]["ApproximateReceiveCount"]))
                self.times.setdefault(event_id, []).append(time.monotonic())
        return self._behave(event)

    def has(self, *event_ids: str) -> bool:
        """Return whether the function got all of these events."""
        return set(event_ids) <= self.receipts.keys()


def failing(*which: str) -> Function:
    """Make a function that reports the messages of these events as failed."""

    def behave(event: dict[str, Any]) -> dict[str, Any]:
        failed = [record["messageId"] for record in event["Records"] if json.loads(record["body"])["id"] in which]
        return {"batchItemFailures": [{"itemIdentifier": identifier} for identifier in failed]}

    return behave


def broken(event: dict[str, Any]) -> None:
    """Fail, always."""
    raise ValueError(f"no batch of {len(event['Records'])}")


def throttled(_event: dict[str, Any]) -> None:
    """Answer as a function without capacity."""
    raise ThrottledError


# Types of fixtures: the first declares a mapping and returns its function, the second sends events and returns their
# ids.
DeclareMapping = Callable[..., ConsumerFunction]
SendEvents = Callable[..., list[str]]
