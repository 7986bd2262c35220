"""`aero up --debug NAME=PORT`: functions that wait for a debugger."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from aero.platform.errors import AeroError
from aero.platform.naming import function_name, short_name
from aero.platform.ports import HIGHEST, Port

if TYPE_CHECKING:
    from aero.platform.ports import PortTable

SWITCH: Final = "LAMBDA_PROCESS_DEBUG"  # of our LocalStack plugin
PATIENCE_SECONDS: Final = 24 * 3600  # how long a request may be under way while someone looks around
_FORM: Final = re.compile(r"([\w-]+)=(\d{1,5})", re.ASCII)
_NAME_IN_TEMPLATE: Final = re.compile(r"^ +FunctionName: !Sub aeropartners-\$\{Stage\}-([\w-]+)$", re.MULTILINE)


def debug_ports(entries: Iterable[str], *, template: Path, table: PortTable) -> dict[str, int]:
    """The port of each function from `NAME=PORT` entries; raises AeroError for one that makes no sense."""
    owners = {port.number: port.title for port in table}
    known = _NAME_IN_TEMPLATE.findall(template.read_text(encoding="utf-8"))
    found: dict[str, int] = {}
    for entry in entries:
        match = _FORM.fullmatch(entry)
        if not match or not 1 <= int(match[2]) <= HIGHEST:
            raise AeroError(
                f"--debug {entry} is not understood.",
                cure=f"Give a function and a port from 1 to {HIGHEST}, e.g. --debug pagos-api=5678.",
            )
        name, port = short_name(match[1]), int(match[2])
        if name not in known:
            raise AeroError(
                f"--debug {entry}: there is no function {name!r}.", cure=f"Functions: {', '.join(sorted(known))}."
            )
        if name in found:
            raise AeroError(f"--debug {entry}: {name} has port {found[name]} already.")
        if port in owners:
            raise AeroError(f"--debug {entry}: {owners[port]} has port {port} already.")
        found[name] = port
        owners[port] = name
    return found


def listeners(ports: Mapping[str, int]) -> list[Port]:
    """What must be free for the debuggers."""
    return [Port(name=name, title=f"debugger of {name}", number=number, fixed=True) for name, number in ports.items()]


def switch(ports: Mapping[str, int]) -> dict[str, str]:
    """The plugin's variable; none without functions to debug."""
    return {SWITCH: ",".join(f"{function_name(name)}={port}" for name, port in ports.items())} if ports else {}
