"""What the router is told, in a file that it reads again when it changes."""

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
    """A port and where its paths lead."""

    port: int
    routes: Routes


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """`target` is the base address of the API; empty until it is deployed."""

    listeners: tuple[Listener, ...]
    target: str
    hosts: frozenset[str]
    origins: frozenset[str]

    @classmethod
    def read(cls, file: Path) -> Self:
        """From the file."""
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
    """Tell the router; a running one sees all but the ports at its next request."""
    listeners = [{"port": port.number, "routes": port.routes} for port in ports]
    values = {"listeners": listeners, "target": target, "hosts": list(hosts), "origins": list(origins)}
    new = file.with_suffix(".new")
    new.write_text(json.dumps(values, indent=2), encoding="utf-8")
    new.replace(file)


class CurrentConfiguration:
    """What the file says now."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._read_at = -1
        self._known: Configuration | None = None

    def get(self) -> Configuration:
        """Looks at the file's time of change only, so it may be asked at each request."""
        changed_at = self._file.stat().st_mtime_ns
        if self._known is None or changed_at != self._read_at:
            self._known = Configuration.read(self._file)
            self._read_at = changed_at
        return self._known


def rewrite(raw_path: str, routes: Routes) -> str | None:
    """The path at the API, encoded and with its query as it came; None when no route fits.

    `/` is the root alone, unless it leads to the root: then it stands for everything.
    """
    path, mark, query = raw_path.partition("?")
    for prefix, replacement in routes:
        if path == prefix:
            return replacement + mark + query
        base = prefix.rstrip("/")
        if path.startswith(base + "/") and (base or replacement == prefix):
            return (replacement.rstrip("/") + path[len(base) :] or "/") + mark + query
    return None
