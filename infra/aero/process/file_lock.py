"""A lock between processes. The kernel releases it when its holder dies."""

from __future__ import annotations

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Final

RETRY_SECONDS: Final = 0.2


class LockedError(Exception):
    """Another process holds the lock."""


@contextmanager
def exclusive(file: Path) -> Iterator[None]:
    """Hold a lock during the block. Raises LockedError at once if another process holds it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LockedError from None
        yield
    finally:
        os.close(descriptor)


@asynccontextmanager
async def in_turn(file: Path) -> AsyncIterator[None]:
    """Wait for a lock and hold it during the block. The kernel frees the lock of a dead process, so the wait ends."""
    with ExitStack() as held:
        while True:
            try:
                held.enter_context(exclusive(file))
            except LockedError:
                await asyncio.sleep(RETRY_SECONDS)
            else:
                break
        yield
