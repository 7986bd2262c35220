"""Sends the lines of functions to CloudWatch Logs, in batches, within a fraction of a second."""

import contextlib
import logging
import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from localstack.aws.connect import connect_to
from localstack.utils.bootstrap import is_api_enabled

from localstack_process_executor.runtime.logs import LogEvent

LOG = logging.getLogger(__name__)

GATHER = 0.2  # seconds for which lines are gathered before they are sent
BACKLOG = 16 * 1024 * 1024  # bytes that may wait; a function that writes faster than they are sent is held up
PATIENCE = 10.0  # seconds for which a function is held up before lines are lost, with a warning
BATCH_EVENTS = 10_000
BATCH_BYTES = 1_048_576
EVENT_OVERHEAD = 26


_sending = threading.Lock()
_closed = threading.Event()


@dataclass(frozen=True, slots=True, kw_only=True)
class LogTarget:
    """The place in CloudWatch Logs for the lines of an execution environment."""

    account: str
    region: str
    group: str
    stream: str

    def publish(self, events: Iterable[LogEvent]) -> None:
        """Queue the lines, which are sent soon and in order."""
        if is_api_enabled("logs") and not _closed.is_set():
            _shipper().publish(self, list(events))


class _Shipper:
    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: dict[LogTarget, list[LogEvent]] = defaultdict(list)
        self._backlog = 0
        threading.Thread(target=self._run, name="function-logs-shipper", daemon=True).start()

    def is_behind(self) -> bool:
        return self._backlog > BACKLOG // 2

    def publish(self, target: LogTarget, events: list[LogEvent]) -> None:
        with self._changed:
            if not self._changed.wait_for(lambda: self._backlog < BACKLOG, timeout=PATIENCE):
                LOG.warning("%d log lines of %s are lost: CloudWatch Logs is too slow", len(events), target.group)
                return
            self._waiting[target] += events
            self._backlog += sum(map(_size, events))
            self._changed.notify_all()

    def _run(self) -> None:
        nothing = threading.Event()
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting)
            nothing.wait(GATHER)
            with self._changed:
                waiting, self._waiting = self._waiting, defaultdict(list)
                self._backlog = 0
                self._changed.notify_all()
            for target, events in waiting.items():
                for batch in _batches(events):
                    with _sending:
                        if _closed.is_set():
                            return
                        _try_to_put(target, batch)


def is_behind() -> bool:
    """Return whether `publish` may have to wait soon."""
    return _shipper().is_behind()


def close() -> None:
    """Send nothing any more: a call after LocalStack has stopped its services would start a service again."""
    with _sending:
        _closed.set()


@cache
def _shipper() -> _Shipper:
    return _Shipper()


@cache
def _client(account: str, region: str) -> Any:
    return connect_to(aws_access_key_id=account, region_name=region).logs


def _try_to_put(target: LogTarget, events: list[LogEvent]) -> None:
    try:
        _put(target, events)
    except Exception as error:  # noqa: BLE001 - the sender must outlive any answer of the service
        LOG.warning("%d log lines of %s are lost: %s", len(events), target.group, error)


def _put(target: LogTarget, events: list[LogEvent]) -> None:
    client = _client(target.account, target.region)
    place = {"logGroupName": target.group, "logStreamName": target.stream}
    log_events = [{"timestamp": event.timestamp, "message": event.message} for event in events]
    try:
        client.put_log_events(**place, logEvents=log_events)
    except client.exceptions.ResourceNotFoundException:
        with contextlib.suppress(client.exceptions.ResourceAlreadyExistsException):
            client.create_log_group(logGroupName=target.group)
        with contextlib.suppress(client.exceptions.ResourceAlreadyExistsException):
            client.create_log_stream(**place)
        client.put_log_events(**place, logEvents=log_events)


def _batches(events: list[LogEvent]) -> Iterator[list[LogEvent]]:
    batch: list[LogEvent] = []
    size = 0
    for event in events:
        if batch and (size + _size(event) > BATCH_BYTES or len(batch) == BATCH_EVENTS):
            yield batch
            batch, size = [], 0
        batch.append(event)
        size += _size(event)
    if batch:
        yield batch


def _size(event: LogEvent) -> int:
    return len(event.message.encode()) + EVENT_OVERHEAD
