"""The check that every built handler can be loaded, so that a mistake is found before it replaces working code."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import sysconfig
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, Final

import psutil

from aero.deploy.load_handlers import COMMON
from aero.deploy.template.document import load_template
from aero.platform.environment import DUMMY_AWS, child_environment
from aero.platform.errors import AeroError

PROGRAM: Final = Path(__file__).with_name("load_handlers.py")
LOAD_SECONDS: Final = 60.0  # per handler; Lambda allows ten, but this machine may be busy
LAMBDA_SECONDS: Final = 10  # AWS: Lambda's execution environment lifecycle, init phase
FUNCTION: Final = "AWS::Serverless::Function"


class BrokenHandlersError(AeroError):
    """The handlers of some functions cannot be loaded."""

    def __init__(self, reasons: dict[str, str]) -> None:
        super().__init__(
            "\n".join(f"{name} cannot be loaded: {reason}" for name, reason in reasons.items()),
            cure="Fix the code and try again.",
        )


async def require_loadable(build: Path) -> None:
    """Load every handler in `build` as Lambda would. Raises BrokenHandlersError with all broken ones."""
    functions = list(_functions(build))
    with TemporaryFile() as errors:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", "-S", "-B", str(PROGRAM), sysconfig.get_path("purelib")),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=errors,
            env=child_environment(**DUMMY_AWS),
            start_new_session=True,
        )
        try:
            reasons = await _reasons(process, functions)
            await process.wait()
        finally:
            if process.returncode is None:
                _kill(process.pid)
                await process.wait()
        if process.returncode:
            errors.seek(0)
            raise AeroError("The handlers cannot be loaded.", detail=errors.read().decode(errors="replace"))
    if reasons:
        raise BrokenHandlersError(reasons)


async def _reasons(process: asyncio.subprocess.Process, functions: Sequence[dict[str, Any]]) -> dict[str, str]:
    assert process.stdin  # noqa: S101 - the pipe was requested
    assert process.stdout  # noqa: S101 - as above
    process.stdin.write(json.dumps(functions).encode() + b"\n")
    process.stdin.close()
    reasons = {}
    for name in (COMMON, *(function["name"] for function in functions)):
        try:
            async with asyncio.timeout(LOAD_SECONDS):
                answer = await process.stdout.readline()
        except TimeoutError:
            reasons[name] = f"its import does not end within {LOAD_SECONDS:.0f} s; Lambda allows {LAMBDA_SECONDS} s"
            raise BrokenHandlersError(reasons) from None
        if not answer:
            break  # the loader itself has failed
        if reason := json.loads(answer):
            reasons[name] = reason
    return reasons


def _kill(pid: int) -> None:
    """Kill a process and its descendants, including those in other sessions."""
    started: list[psutil.Process] = []
    with suppress(psutil.NoSuchProcess, ProcessLookupError):
        started = psutil.Process(pid).children(recursive=True)
        os.killpg(pid, signal.SIGKILL)
    for process in started:
        with suppress(psutil.NoSuchProcess):
            process.kill()


def _functions(build: Path) -> Iterator[dict[str, Any]]:
    template = load_template(build / "template.yaml")
    resources = template["Resources"]
    common = template.get("Globals", {}).get("Function", {})
    for name, resource in resources.items():
        if resource["Type"] == FUNCTION:
            properties = common | resource["Properties"]
            layers = [*common.get("Layers", ()), *resource["Properties"].get("Layers", ())]
            contents = [resources[layer["Ref"]]["Properties"]["ContentUri"] for layer in layers if "Ref" in layer]
            folders = [build / properties["CodeUri"], *((build / content).resolve() / "python" for content in contents)]
            yield {"name": name, "handler": properties["Handler"], "folders": [str(folder) for folder in folders]}
