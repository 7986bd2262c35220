"""Reads which functions wait for a debugger, and where."""

import logging
import os
import re
from functools import cache
from importlib.util import find_spec

LOG = logging.getLogger(__name__)

SWITCH = "LAMBDA_PROCESS_DEBUG"  # e.g. `orders=5678,billing=5679`
TIMEOUT = 7 * 24 * 3600.0  # seconds that a function under a debugger may take

_ENTRY = re.compile(r"(?P<name>[\w-]+)=(?P<port>\d{1,5})", re.ASCII)


def port(function_name: str) -> int | None:
    """Return the loopback port on which the function waits for a debugger, or None."""
    return _ports(os.environ.get(SWITCH, "")).get(function_name)


def is_installed() -> bool:
    """Return whether LocalStack's environment has debugpy."""
    return find_spec("debugpy") is not None


@cache
def _ports(value: str) -> dict[str, int]:
    entries = [_ENTRY.fullmatch(entry.strip()) for entry in value.split(",") if entry.strip()]
    found = {entry["name"]: int(entry["port"]) for entry in entries if entry}
    if len(found) < len(entries) or len(set(found.values())) < len(found):
        LOG.error(
            "%s=%s: expected NAME=PORT[,NAME=PORT...] with each name and port once; no function is debugged",
            SWITCH,
            value,
        )
        return {}
    return found
