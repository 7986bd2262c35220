"""Whether what was built can be loaded: a mistake in any function is found before it takes the place of what works."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from aero.environment import DUMMY_AWS, child_environment
from aero.errors import AeroError
from aero.template import load_template

if TYPE_CHECKING:
    from collections.abc import Iterator

PROGRAM: Final = Path(__file__).with_name("load_handlers.py")
LOAD_SECONDS: Final = 180.0  # it takes two, alone on a machine
FUNCTION: Final = "AWS::Serverless::Function"


class BrokenHandlersError(AeroError):
    """Functions whose handlers cannot be loaded."""

    def __init__(self, reasons: dict[str, str]) -> None:
        super().__init__(
            "\n".join(f"{name} cannot be loaded: {reason}" for name, reason in reasons.items()),
            cure="Mend it and try again.",
        )


async def require_loadable(build: Path) -> None:
    """Load every handler in `build` as Lambda would; raises BrokenHandlersError."""
    functions = list(_functions(build))
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", "-S", "-B", str(PROGRAM), sysconfig.get_path("purelib")),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=child_environment(**DUMMY_AWS),
        start_new_session=True,
    )
    try:
        async with asyncio.timeout(LOAD_SECONDS):
            answer, said = await process.communicate(json.dumps(functions).encode() + b"\n")
    except TimeoutError:
        raise AeroError(
            f"Loading the handlers takes longer than {LOAD_SECONDS:.0f} s: one waits while it is imported."
        ) from None
    finally:
        if process.returncode is None:
            os.killpg(process.pid, signal.SIGKILL)  # it and the child that waits
            await process.wait()
    if process.returncode:
        raise AeroError("The handlers cannot be loaded.", detail=said.decode(errors="replace"))
    if reasons := json.loads(answer):
        raise BrokenHandlersError(reasons)


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
