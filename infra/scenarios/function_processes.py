"""The running processes of the platform's functions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Final

import psutil

from aero.platform.naming import short_name
from aero.process.running import running

if TYPE_CHECKING:
    from aero.platform.paths import Paths

_NAME: Final = "AWS_LAMBDA_FUNCTION_NAME"


def function_processes(paths: Paths) -> Mapping[str, list[psutil.Process]]:
    """Return processes by the function's short name; there are none without LocalStack or without recent calls."""
    localstack = running(paths).component("localstack")
    process = localstack.program.process() if localstack and localstack.program else None
    found: dict[str, list[psutil.Process]] = defaultdict(list)
    with suppress(psutil.NoSuchProcess):
        for child in process.children(recursive=True) if process else ():
            with suppress(psutil.Error):
                if name := child.environ().get(_NAME):
                    found[short_name(name)].append(child)
    return found
