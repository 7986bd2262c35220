"""The web origins that may call a platform on this machine, and the host names that it answers to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from aero.platform.errors import AeroError

if TYPE_CHECKING:
    from aero.platform.ports import PortTable

LOOPBACK_NAMES: Final = ("localhost", "127.0.0.1", "[::1]")
_ORIGIN: Final = re.compile(
    r"(?P<scheme>[a-z][a-z0-9+.-]*)://(?P<host>[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::(?P<port>\d{1,5}))?"
)
_HOST: Final = re.compile(r"[a-z0-9._-]+|\[[0-9a-f:.]+\]")
_DEFAULT_PORTS: Final = {"http": "80", "https": "443"}


def origin(text: str) -> str:
    """Return an origin as browsers write it (https://html.spec.whatwg.org/#ascii-serialisation-of-an-origin).

    Raises AeroError for anything else, and for `*`, which would let any page write to this platform.
    """
    parts = _ORIGIN.fullmatch(text.strip().lower().rstrip("/"))
    if parts is None:
        raise AeroError(
            f"--cors {text!r} is not an origin.",
            cure="An origin is the scheme, host and optional port of one web site: --cors http://localhost:3000",
        )
    scheme, host, port = parts["scheme"], parts["host"], parts["port"]
    return f"{scheme}://{host}" + (f":{port}" if port and port != _DEFAULT_PORTS.get(scheme) else "")


def host(text: str) -> str:
    """Return a host name in the form in which hosts are compared. Raises AeroError for an invalid name."""
    name = text.strip().lower()
    if not _HOST.fullmatch(name):
        raise AeroError(f"--host {text!r} is not a host name.", cure="Give a name without a port: --host api.test")
    return name


def hosts(named: Iterable[str]) -> list[str]:
    """Return the allowed values of the `Host` header: the loopback's names and the given ones."""
    return list(dict.fromkeys((*LOOPBACK_NAMES, *named)))


def allowed_origins(table: PortTable, *, cors: Sequence[str], named: Iterable[str]) -> list[str]:
    """Return the origins of the platform's own pages, under each of its names, and those of `--cors`."""
    own = (f"http://{name}:{port.number}" for name in hosts(named) for port in table.local)
    return list(dict.fromkeys((*own, *cors)))
