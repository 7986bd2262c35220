"""Waits for conditions, and finds free ports."""

import secrets
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

T = TypeVar("T")

PORTS = range(20_000, 32_768)  # below the ports that systems give to clients, and to servers that ask for any


def eventually(look: Callable[[], T], *, within: float = 10.0) -> T:
    """Return the first true value of `look`; fails if there is none in time."""
    deadline = time.monotonic() + within
    while not (value := look()):
        assert time.monotonic() < deadline, f"nothing within {within} s, last seen: {value!r}"
        time.sleep(0.02)
    return value


def free_port() -> int:
    """Return a free port, which no other process is likely to take before it is used."""
    while True:
        port = secrets.choice(PORTS)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


def answers(url: str) -> bool:
    """Return whether a server on this machine answers there."""
    try:
        with urllib.request.urlopen(url, timeout=1):  # noqa: S310 - our own server
            return True
    except (urllib.error.URLError, OSError):
        return False
