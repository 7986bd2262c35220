"""Passes a function's output on, line by line: to CloudWatch Logs at once, and its end to the caller."""

import contextlib
import os
import queue
import selectors
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

CHUNK = 1 << 16
TAIL = 4096  # bytes in an invocation's LogResult
EVENT_LIMIT = 256 * 1024 - 26  # bytes in one event of CloudWatch Logs


@dataclass(frozen=True, slots=True)
class LogEvent:
    """A line, with the time in milliseconds of the epoch at which it was complete."""

    timestamp: int
    message: str


class LogStream:
    """The log of one execution environment, over all of its processes; safe for use by several threads."""

    def __init__(self, publish: Callable[[Iterable[LogEvent]], None]) -> None:
        self._publish = publish
        self._lock = threading.Lock()
        self._source: int | None = None
        self._unfinished = b""
        self._tail = b""

    def attach(self, source: int) -> None:
        """Read this non-blocking descriptor from now on, and close it at its end."""
        self.detach()
        self._source = source
        _pump().follow(source, self)

    def detach(self) -> None:
        """Read the rest and let go of the descriptor."""
        with self._lock:
            source, self._source = self._source, None
            if source is None:
                return
            self._read(source)
            self._finish_line()
        _pump().forget(source)

    def drain(self) -> bool:
        """Read the output so far; return False at the end of the source."""
        with self._lock:
            return self._source is not None and self._read(self._source)

    def write(self, *lines: str) -> None:
        """Add lines of Lambda's own, after all output of the function so far."""
        with self._lock:
            if self._source is not None:
                self._read(self._source)
            self._finish_line()
            self._add([line.encode() for line in lines])

    def take_tail(self) -> str:
        """Return the last lines since the last call, at most 4 KB."""
        with self._lock:
            tail, self._tail = self._tail, b""
        return tail.decode(errors="replace")

    def _read(self, source: int) -> bool:
        with contextlib.suppress(BlockingIOError):
            # A pipe holds one chunk; a function that never stops writing must not keep us here.
            for _ in range(2):
                data = os.read(source, CHUNK)
                if not data:
                    self._finish_line()
                    return False
                *lines, self._unfinished = (self._unfinished + data).split(b"\n")
                while len(self._unfinished) > EVENT_LIMIT:
                    lines.append(self._unfinished[:EVENT_LIMIT])
                    self._unfinished = self._unfinished[EVENT_LIMIT:]
                self._add(lines)
        return True

    def _finish_line(self) -> None:
        if self._unfinished:
            line, self._unfinished = self._unfinished, b""
            self._add([line])

    def _add(self, lines: Iterable[bytes]) -> None:
        # awslambdaric separates the lines of one message by \r, so that the message stays one event.
        texts = [line.rstrip(b"\r").replace(b"\r", b"\n") + b"\n" for line in lines if line.strip()]
        if not texts:
            return
        self._tail = (self._tail + b"".join(texts))[-TAIL:]
        now = int(time.time() * 1000)
        self._publish([LogEvent(now, piece) for text in texts for piece in _pieces(text)])


def _pieces(text: bytes) -> Iterator[str]:
    for start in range(0, len(text), EVENT_LIMIT):
        yield text[start : start + EVENT_LIMIT].decode(errors="replace")


class _Pump:
    """One thread that reads the output of every function process."""

    def __init__(self) -> None:
        self._changes: queue.SimpleQueue[tuple[int, LogStream | None]] = queue.SimpleQueue()
        self._wake, self._woken = os.pipe()[::-1]
        os.set_blocking(self._woken, False)
        threading.Thread(target=self._run, name="function-logs", daemon=True).start()

    def follow(self, source: int, stream: LogStream) -> None:
        self._change(source, stream)

    def forget(self, source: int) -> None:
        self._change(source, None)

    def _change(self, source: int, stream: LogStream | None) -> None:
        self._changes.put((source, stream))
        os.write(self._wake, b"\0")

    def _run(self) -> None:
        # Only this thread closes a descriptor, so no number is reused while it is still watched.
        with selectors.DefaultSelector() as selector:
            selector.register(self._woken, selectors.EVENT_READ)
            while True:
                for key, _ in selector.select():
                    if key.data is None:
                        os.read(self._woken, CHUNK)
                    elif not key.data.drain():
                        selector.unregister(key.fd)
                while not self._changes.empty():
                    source, stream = self._changes.get()
                    if stream:
                        selector.register(source, selectors.EVENT_READ, stream)
                    else:
                        with contextlib.suppress(KeyError):
                            selector.unregister(source)
                        os.close(source)


_pump_lock = threading.Lock()
_the_pump: _Pump | None = None


def _pump() -> _Pump:
    global _the_pump  # noqa: PLW0603 - one thread for the whole of LocalStack
    with _pump_lock:
        _the_pump = _the_pump or _Pump()
        return _the_pump
