"""The option `aero up --debug NAME=PORT`, which makes functions wait for a debugger."""

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

SWITCH: Final = "LAMBDA_PROCESS_DEBUG"  # a variable of our LocalStack plugin
PATIENCE_SECONDS: Final = 24 * 3600  # the time limit of a request during a debugging session
_FORM: Final = re.compile(r"([\w-]+)=(\d{1,5})", re.ASCII)
_NAME_IN_TEMPLATE: Final = re.compile(r"^ +FunctionName: !Sub aeropartners-\$\{Stage\}-([\w-]+)$", re.MULTILINE)


def debug_ports(entries: Iterable[str], *, template: Path, table: PortTable) -> dict[str, int]:
    """Return the port of each function from `NAME=PORT` entries. Raises AeroError for an invalid one."""
    owners = {port.number: port.title for port in table}
    known = _NAME_IN_TEMPLATE.findall(template.read_text(encoding="utf-8"))
    found: dict[str, int] = {}
    for entry in entries:
        match = _FORM.fullmatch(entry)
        if not match or not 1 <= int(match[2]) <= HIGHEST:
            raise AeroError(
                f"--debug {entry} is not valid.",
                cure=f"Give a function and a port from 1 to {HIGHEST}, e.g. --debug pagos-api=5678.",
            )
        name, port = short_name(match[1]), int(match[2])
        if name not in known:
            raise AeroError(
                f"--debug {entry}: there is no function {name!r}.", cure=f"Functions: {', '.join(sorted(known))}."
            )
        if name in found:
            raise AeroError(f"--debug {entry}: {name} already has port {found[name]}.")
        if port in owners:
            raise AeroError(f"--debug {entry}: {owners[port]} already has port {port}.")
        found[name] = port
        owners[port] = name
    return found


def listeners(ports: Mapping[str, int]) -> list[Port]:
    """Return the ports of the debuggers, which must be free."""
    return [Port(name=name, title=f"debugger of {name}", number=number, fixed=True) for name, number in ports.items()]


def switch(ports: Mapping[str, int]) -> dict[str, str]:
    """Return the plugin's variable; empty without functions to debug."""
    return {SWITCH: ",".join(f"{function_name(name)}={port}" for name, port in ports.items())} if ports else {}
