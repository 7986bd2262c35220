"""The ports of the platform, and the programs that occupy them.

Each component opens its own; the router opens those of the APIs (`infra/aero/run/router/__main__.py`).
"""

from __future__ import annotations

import socket
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from aero.platform.errors import AeroError

LOOPBACK: Final = "127.0.0.1"
HIGHEST: Final = 65535
IANA_DYNAMIC: Final = range(49152, 65536)  # RFC 6335, section 6; the default of macOS


Routes = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Port:
    """A port of the platform, already shifted by the offset.

    `routes` are for a port that leads to the API: each pair maps a path prefix on the port to one of the API. The first
    matching pair counts, and other paths do not exist on that port. An offset does not move a `fixed` port.
    """

    name: str
    title: str
    number: int
    routes: Routes = ()
    fixed: bool = False

    @property
    def http(self) -> str:
        """The port's HTTP address."""
        return f"http://{LOOPBACK}:{self.number}"


def _root(name: str) -> Routes:
    """Return the route of `/` to the service's welcome, since API Gateway's greedy paths do not match a root."""
    return (("/", f"/instances/{name}/welcome"),)


def _instance(name: str) -> Routes:
    """Return the routes of one instance of the campaigns API."""
    return tuple((path, f"/instances/{name}{path}") for path in ("/campaigns", "/health", "/ready")) + _root(name)


def _reports(version: str) -> Routes:
    """Return the routes of one version of the reports API."""
    return tuple(
        (path, f"/instances/reports-{version}{path}") for path in ("/api/reports", "/health", "/ready")
    ) + _root(f"reports-{version}")


# The port numbers of the original system, so that its URLs still work.
_TABLE: Final = (
    Port(name="api", title="API", number=8000, routes=(("/", "/"),)),
    Port(
        name="campaigns",
        title="Campaigns proxy",
        number=8080,
        routes=(
            ("/api/campaigns", "/api/campaigns"),
            ("/campaigns", "/campaigns"),
            ("/status", "/status"),
            ("/health", "/instances/proxy/health"),
            ("/ready", "/instances/proxy/ready"),
            *_root("proxy"),
        ),
    ),
    Port(name="primary", title="Campaigns primary", number=8001, routes=_instance("primary")),
    Port(name="replica", title="Campaigns replica", number=8002, routes=_instance("replica")),
    Port(
        name="event-collector",
        title="Event collector",
        number=8090,
        routes=(
            ("/event-collector", "/event-collector"),
            ("/health", "/instances/event-collector/health"),
            ("/ready", "/instances/event-collector/ready"),
            *_root("event-collector"),
        ),
    ),
    Port(name="reports-v1", title="Reports v1", number=9001, routes=_reports("v1")),
    Port(name="reports-v2", title="Reports v2", number=9002, routes=_reports("v2")),
    Port(name="postgres", title="PostgreSQL", number=5433),
    Port(name="pulsar", title="Pulsar", number=6650),
    Port(name="pulsar-admin", title="Pulsar's admin API", number=8081),
    Port(name="pulsar-store", title="Pulsar's storage", number=3181),
    Port(name="localstack", title="LocalStack", number=4566),
    Port(name="stripe", title="Stripe simulator", number=12111),
)


class PortTable:
    """The ports of one platform, by name."""

    def __init__(self, offset: int = 0) -> None:
        """Raises AeroError for a negative offset and for one that leads out of the range of ports."""
        self.offset = offset
        highest = HIGHEST - max(port.number for port in _TABLE)
        if not 0 <= offset <= highest:
            raise AeroError(
                f"--port-offset {offset} is out of range: ports end at {HIGHEST}.",
                cure=f"Choose an offset between 0 and {highest}.",
            )
        self._ports = {port.name: replace(port, number=port.number + offset) for port in _TABLE}

    def __getitem__(self, name: str) -> Port:
        return self._ports[name]

    def __iter__(self) -> Iterator[Port]:
        return iter(self._ports.values())

    @property
    def risk(self) -> str:
        """A warning that an outgoing connection may take a port before we listen on it; empty if none can."""
        clients = client_ports()
        shared = [port.number for port in self if port.number in clients]
        if not shared or self.offset <= 0:
            return ""
        highest = highest_safe_offset()
        cure = f" Offsets up to {highest} avoid that." if highest > 0 else ""
        return (
            f"Ports from {min(shared)} on are among those that this system assigns to outgoing connections "
            f"({clients.start} to {clients.stop - 1}): one of them may be taken at the start.{cure}"
        )

    @property
    def local(self) -> tuple[Port, ...]:
        """The ports that lead to the API."""
        return tuple(port for port in self if port.routes)

    def url(self, name: str) -> str:
        """Return `http://127.0.0.1:<port>` for a named port."""
        return self._ports[name].http


def client_ports() -> range:
    """Return the ports that the system assigns to outgoing connections."""
    try:
        first, last = Path("/proc/sys/net/ipv4/ip_local_port_range").read_text(encoding="ascii").split()
    except FileNotFoundError:
        return IANA_DYNAMIC
    return range(int(first), int(last) + 1)


def highest_safe_offset() -> int:
    """Return the highest offset with all ports below `client_ports()`; negative if there is none."""
    return client_ports().start - 1 - max(port.number for port in _TABLE)


def busy(ports: Iterable[Port]) -> list[Port]:
    """Return the ports that another program occupies."""
    return [port for port in ports if _is_busy(port.number)]


def require_free(ports: Iterable[Port]) -> None:
    """Raise AeroError if ports are busy. The error names each port, the program that has it, and the cure."""
    taken = busy(ports)
    if taken:
        owners = _owners()
        lines = [
            f"Port {port.number} ({port.title}) is taken by {owners.get(port.number, 'another program')}."
            + " No --port-offset moves it." * port.fixed
            for port in taken
        ]
        raise AeroError("\n".join(lines), cure="Stop that program" + _or_move(taken))


def _or_move(taken: Iterable[Port]) -> str:
    """Return the end of the cure, with an offset for the whole platform if moving it helps."""
    if not any(port.fixed for port in taken):
        with suppress(AeroError):
            return f", or move the whole platform: aero up --port-offset {free_offset()}"
    return "."


def free_offset(*, start: int = 10000, step: int = 100) -> int:
    """Return an offset with which all ports are free now.

    It avoids the ports of outgoing connections if it can. Raises AeroError if there is no free offset.
    """
    highest = HIGHEST - max(port.number for port in _TABLE)
    safe = highest_safe_offset()
    for offset in range(start, (safe if safe >= start else highest) + 1, step):
        if not busy(PortTable(offset)):
            return offset
    raise AeroError("No free range of ports was found.")


def _is_busy(number: int) -> bool:
    with closing(socket.socket()) as probe:
        probe.settimeout(1)
        if probe.connect_ex((LOOPBACK, number)) == 0:
            return True  # macOS lets us bind loopback although a program listens on all interfaces
    with closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # closed connections linger, but do not listen
        try:
            probe.bind((LOOPBACK, number))
        except OSError:
            return True
    return False


def _owners() -> dict[int, str]:
    import psutil  # noqa: PLC0415 - needed for the message only

    found: dict[int, str] = {}
    with suppress(psutil.AccessDenied):  # macOS: only root sees other users' sockets
        for connection in psutil.net_connections(kind="tcp"):
            if connection.pid and connection.laddr:
                with suppress(psutil.Error):
                    owner = f"{psutil.Process(connection.pid).name()} (pid {connection.pid})"
                    if connection.status == psutil.CONN_LISTEN:
                        found[connection.laddr.port] = owner
                    else:
                        found.setdefault(connection.laddr.port, f"an outgoing connection of {owner}")
    return found
