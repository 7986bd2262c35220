"""The process: a listening socket, uvicorn, and a stop that does not wait for connections held open on purpose."""

from __future__ import annotations

import errno
import resource
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Final

import uvicorn

from stripe_simulator.http.application import create_application
from stripe_simulator.http.connections import ExposedConnection, HeldConnections

if TYPE_CHECKING:
    from stripe_simulator.faults import FaultSource
    from stripe_simulator.ledger.ledger import Ledger

OPEN_FILES: Final = 8192
KEEP_ALIVE_SECONDS: Final = 75
GRACE_SECONDS: Final = 5


class PortBusyError(Exception):
    """Another process listens on the port."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(
            f"Port {port} on {host} is in use: stop what listens there, or choose another with --port (0: any free)."
        )


def listen(host: str, port: int) -> socket.socket:
    """Bind a socket; raises `PortBusyError`, or OSError for an address of another machine."""
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    listener = socket.socket(family, kind, protocol)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise PortBusyError(host, port) from None
        raise
    return listener


def serve(listener: socket.socket, ledger: Ledger, faults: FaultSource, *, started: Callable[[], None]) -> None:
    """Serve until SIGTERM or SIGINT, then finish the requests in progress; `started` is called once it listens."""
    _allow_many_connections()
    held = HeldConnections()
    config = uvicorn.Config(
        create_application(ledger, faults, held),
        http=ExposedConnection,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    # After its stop, uvicorn raises the signal again: the process would end as if it had been killed.
    signal.signal(signal.SIGTERM, lambda *_: None)
    with suppress(KeyboardInterrupt):
        _Server(config, held, started).run(sockets=[listener])


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, held: HeldConnections, started: Callable[[], None]) -> None:
        super().__init__(config)
        self._held = held
        self._on_started = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._on_started()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._held.release()
        await super().shutdown(sockets)


def _allow_many_connections() -> None:
    """Raise the soft limit of open files, since each connection is one: macOS has 256."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
