"""The web pages that may use a platform on this machine, and the names that it answers to."""

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
    """An origin as browsers write it (https://html.spec.whatwg.org/#ascii-serialisation-of-an-origin).

    Raises AeroError for anything else, also for `*`: any page could then write to this platform.
    """
    parts = _ORIGIN.fullmatch(text.strip().lower().rstrip("/"))
    if parts is None:
        raise AeroError(
            f"--cors {text!r} is no origin.",
            cure="An origin is a scheme, a host and perhaps a port, of one web site: --cors http://localhost:3000",
        )
    scheme, host, port = parts["scheme"], parts["host"], parts["port"]
    return f"{scheme}://{host}" + (f":{port}" if port and port != _DEFAULT_PORTS.get(scheme) else "")


def host(text: str) -> str:
    """A name in the way that hosts are compared; raises AeroError for what is none."""
    name = text.strip().lower()
    if not _HOST.fullmatch(name):
        raise AeroError(f"--host {text!r} is no name of a machine.", cure="Give a name without a port: --host api.test")
    return name


def hosts(named: Iterable[str]) -> list[str]:
    """What may stand in `Host`: the loopback's names, and those that the caller has given."""
    return list(dict.fromkeys((*LOOPBACK_NAMES, *named)))


def allowed_origins(table: PortTable, *, cors: Sequence[str], named: Iterable[str]) -> list[str]:
    """The platform's own pages, by each of its names, and those of `--cors`."""
    own = (f"http://{name}:{port.number}" for name in hosts(named) for port in table.local)
    return list(dict.fromkeys((*own, *cors)))
