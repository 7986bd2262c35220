"""Progress as lines of JSON, from a detached platform to the command that starts it."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator
from typing import IO

from aero.platform.progress.events import Event


class WireProgress:
    """Writes events to a descriptor. The reader may be gone: then they are dropped."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def __call__(self, event: Event) -> None:
        """Send an event."""
        with contextlib.suppress(BrokenPipeError):
            os.write(self._descriptor, json.dumps(event.to_dict()).encode() + b"\n")

    def close(self) -> None:
        """Do nothing: the descriptor stays open until the process ends."""


def received(stream: IO[bytes]) -> Iterator[Event]:
    """Yield the events as they arrive, until the other side ends."""
    for line in stream:
        yield Event.from_dict(json.loads(line))
