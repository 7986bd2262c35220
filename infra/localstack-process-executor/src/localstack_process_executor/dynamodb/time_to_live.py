"""Deletes expired items every hour, or on request."""

import logging
import threading
import time
from collections.abc import Iterator
from typing import Any, Final

from localstack.http import Request, route
from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.table import Table

LOG: Final = logging.getLogger(__name__)
PERIOD: Final = 3600.0  # seconds


def delete_expired_items(now: float) -> int:
    """Delete expired items from every table; return how many."""
    expired = [(table, item) for table in _tables() for item in table.all_items() if _has_expired(table, item, now)]
    for table, item in expired:
        table.delete_item(item.hash_key, item.range_key)
    return len(expired)


def _tables() -> Iterator[Table]:
    for regions in list(dynamodb_backends.values()):
        for backend in list(regions.values()):
            yield from list(backend.tables.values())


def _has_expired(table: Table, item: Any, now: float) -> bool:
    expiry = item.attrs.get(table.ttl.get("AttributeName"))
    return expiry is not None and expiry.type == "N" and float(expiry.value) <= now


class TimeToLive:
    """Deletes expired items while no operation runs."""

    def __init__(self, lock: threading.Lock) -> None:
        self._lock = lock
        self._stopped = threading.Event()

    @route("/_aws/dynamodb/expired", methods=["DELETE"])
    def delete_now(self, _request: Request) -> dict[str, int]:
        """Serve LocalStack's own endpoint for developers."""
        return {"ExpiredItems": self.delete()}

    def delete(self) -> int:
        """Delete the items that have expired by now."""
        with self._lock:
            return delete_expired_items(time.time())

    def start(self) -> None:
        """Delete expired items now and every hour from now on."""
        threading.Thread(target=self._run, name="dynamodb-time-to-live", daemon=True).start()

    def stop(self) -> None:
        """Stop the hourly deletion."""
        self._stopped.set()

    def _run(self) -> None:
        while True:
            LOG.debug("%d items have expired", self.delete())
            if self._stopped.wait(PERIOD):
                return
