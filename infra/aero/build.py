"""`sam build`, skipped while nothing that it depends on has changed."""

from __future__ import annotations

import asyncio
import os
import platform
import sys
from typing import TYPE_CHECKING, Final

from aero import supervisor
from aero.digests import digest
from aero.environment import child_environment
from aero.file_lock import in_turn
from aero.supervisor import Command

if TYPE_CHECKING:
    from pathlib import Path

    from aero.paths import Paths
    from aero.progress.events import Step

TARGET: Final = ("PYTHON_VERSION", "PLATFORM")  # what layers are built for; empty for this Python on this machine
INPUTS: Final = ("infra/template.yaml", "samconfig.toml", "functions", "layers")


def build_folder(paths: Paths) -> Path:
    """SAM's own default, so that `sam local invoke` finds it."""
    return paths.project / ".aws-sam" / "build"


async def build(paths: Paths, step: Step) -> None:
    """Build functions and layers for this machine; raises ProgramFailedError."""
    async with in_turn(paths.cache / "sam-build.lock"):
        inputs = await asyncio.to_thread(
            digest,
            [paths.project / name for name in INPUTS],
            *(sys.version, platform.machine(), str(paths.project)),
            *(os.environ.get(name, "") for name in TARGET),
        )
        marker = build_folder(paths) / ".inputs.sha256"  # in the folder that every `sam build` begins by deleting
        if marker.exists() and marker.read_text() == inputs:
            step.result = "unchanged"
            return
        await supervisor.run(
            Command(
                name="sam build",
                argv=("sam", "build", "--config-env", "local"),
                cwd=paths.project,
                log=paths.log("sam-build"),
                env=child_environment(SAM_CLI_TELEMETRY="0", AWS_DEFAULT_REGION="us-east-1"),
            )
        )
        marker.write_text(inputs)
