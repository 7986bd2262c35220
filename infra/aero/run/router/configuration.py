"""The router's configuration, in a file that the router rereads after a change."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from aero.platform.ports import Port, Routes


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """A port and the routes of its paths."""

    port: int
    routes: Routes


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """The configuration. `target` is the base URL of the API, empty until the API is deployed."""

    listeners: tuple[Listener, ...]
    target: str
    hosts: frozenset[str]
    origins: frozenset[str]

    @classmethod
    def read(cls, file: Path) -> Self:
        """Read the configuration from its file."""
        values = json.loads(file.read_text(encoding="utf-8"))
        listeners = (
            Listener(port=item["port"], routes=tuple((source, to) for source, to in item["routes"]))
            for item in values["listeners"]
        )
        return cls(
            listeners=tuple(listeners),
            target=values["target"],
            hosts=frozenset(values["hosts"]),
            origins=frozenset(values["origins"]),
        )


def write_configuration(
    file: Path, *, ports: Iterable[Port], target: str, hosts: Iterable[str], origins: Iterable[str]
) -> None:
    """Write the file. A running router applies all values except the ports from its next request on."""
    listeners = [{"port": port.number, "routes": port.routes} for port in ports]
    values = {"listeners": listeners, "target": target, "hosts": list(hosts), "origins": list(origins)}
    new = file.with_suffix(".new")
    new.write_text(json.dumps(values, indent=2), encoding="utf-8")
    new.replace(file)


class CurrentConfiguration:
    """The current content of the file."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._read_at = -1
        self._known: Configuration | None = None

    def get(self) -> Configuration:
        """Return the configuration. It only checks the file's mtime, so it is cheap enough for each request."""
        changed_at = self._file.stat().st_mtime_ns
        if self._known is None or changed_at != self._read_at:
            self._known = Configuration.read(self._file)
            self._read_at = changed_at
        return self._known


def rewrite(raw_path: str, routes: Routes) -> str | None:
    """Return the path at the API, with encoding and query unchanged; None without a matching route.

    A route of `/` matches the root only, unless its replacement is `/` too: then it matches every path.
    """
    path, mark, query = raw_path.partition("?")
    for prefix, replacement in routes:
        if path == prefix:
            return replacement + mark + query
        base = prefix.rstrip("/")
        if path.startswith(base + "/") and (base or replacement == prefix):
            return (replacement.rstrip("/") + path[len(base) :] or "/") + mark + query
    return None
