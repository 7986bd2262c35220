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
    """Remembers what it was given; `behave` may fail, or answer for a batch."""

    def __init__(self, behave: Function = lambda _event: None) -> None:
        self.batches: list[list[str]] = []
        self.receipts: dict[str, list[int]] = {}
        self.times: dict[str, list[float]] = {}
        self._behave = behave
        self._lock = threading.Lock()

    def __call__(self, event: dict[str, Any]) -> Any:
        """As Lambda calls it."""
        with self._lock:
            self.batches.append([record["messageId"] for record in event["Records"]])
            for record in event["Records"]:
                event_id = json.loads(record["body"])["id"]
                self.receipts.setdefault(event_id, []).append(int(record["attributes"]["ApproximateReceiveCount"]))
                self.times.setdefault(event_id, []).append(time.monotonic())
        return self._behave(event)

    def has(self, *event_ids: str) -> bool:
        """Whether it was given all of these."""
        return set(event_ids) <= self.receipts.keys()


def failing(*which: str) -> Function:
    """A function that reports the messages of these events as failed."""

    def behave(event: dict[str, Any]) -> dict[str, Any]:
        failed = [record["messageId"] for record in event["Records"] if json.loads(record["body"])["id"] in which]
        return {"batchItemFailures": [{"itemIdentifier": identifier} for identifier in failed]}

    return behave


def broken(event: dict[str, Any]) -> None:
    """A function that always fails."""
    raise ValueError(f"no batch of {len(event['Records'])}")


def throttled(_event: dict[str, Any]) -> None:
    """A function without capacity."""
    raise ThrottledError


# Fixtures: declares a mapping and gives its function; puts events on a topic and gives their ids.
DeclareMapping = Callable[..., ConsumerFunction]
SendEvents = Callable[..., list[str]]
