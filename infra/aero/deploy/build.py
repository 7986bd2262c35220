"""`sam build`, skipped while its inputs are unchanged.

It builds into a new folder, which replaces the previous build atomically once every handler can be loaded. The previous
build is kept until the new one is deployed. So after a mistake, a restarted LocalStack still gets the last good build.
"""

from __future__ import annotations

import asyncio
import os
import platform
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from aero.deploy.handlers import require_loadable
from aero.deploy.sam import run_sam, sam_environment
from aero.deploy.template.soundness import require_sound
from aero.platform.digests import digest
from aero.platform.environment import child_environment
from aero.platform.errors import AeroError
from aero.process.file_lock import in_turn
from aero.process.supervisor import Command

if TYPE_CHECKING:
    from aero.platform.paths import Paths
    from aero.platform.progress.events import Step

TARGET: Final = ("PYTHON_VERSION", "PLATFORM")  # the layers' target; empty means this Python and machine
INPUTS: Final = ("infra/template.yaml", "samconfig.toml", "functions", "layers")


def build_folder(paths: Paths) -> Path:
    """Return SAM's default folder, which `sam local invoke` reads."""
    return paths.project / ".aws-sam" / "build"


async def build(paths: Paths, step: Step) -> None:
    """Build functions and layers for this machine. Raises AeroError with the mistakes found in them."""
    async with in_turn(paths.cache / "sam-build.lock"):
        settle(paths)
        inputs = await asyncio.to_thread(
            digest,
            [paths.project / name for name in INPUTS],
            *(sys.version, platform.machine(), str(paths.project)),
            *(os.environ.get(name, "") for name in TARGET),
        )
        built, new = build_folder(paths), build_folder(paths).with_name("build.new")
        marker = built / ".inputs.sha256"
        if marker.exists() and marker.read_text() == inputs:
            step.result = "unchanged"
            return
        command = Command(
            name="sam build",
            argv=("sam", "build", "--config-env", "local", "--build-dir", str(new)),
            cwd=paths.project,
            log=paths.log("sam-build"),
            env=child_environment(**sam_environment(paths, "sam-build"), AWS_DEFAULT_REGION="us-east-1"),
        )
        await _built_and_sound(paths, command)
        step.note("loading every handler")
        await require_loadable(new)
        (new / marker.name).write_text(inputs)
        if built.exists():
            built.rename(_old(paths))
        new.rename(built)


async def _built_and_sound(paths: Paths, command: Command) -> None:
    """Build and check the template in parallel. If both fail, raise the check's error, which is more exact."""
    sound, built = asyncio.create_task(require_sound(paths)), asyncio.create_task(run_sam(command))
    try:
        await asyncio.wait((sound, built), return_when=asyncio.FIRST_EXCEPTION)
        await sound
        await built
    finally:
        sound.cancel()
        built.cancel()
        await asyncio.gather(sound, built, return_exceptions=True)


@contextmanager
def nothing_deployed(before: str = "") -> Iterator[None]:
    """Add to a failure's cure that nothing was deployed; `before` says what that means for the deployed stack."""
    try:
        yield
    except AeroError as failure:
        failure.cure = f"Nothing was deployed{before}. {failure.cure}".rstrip()
        raise


def settle(paths: Paths) -> None:
    """Accept the new build after its deploy, and delete the previous one."""
    shutil.rmtree(_old(paths), ignore_errors=True)


def take_back(paths: Paths) -> None:
    """Restore the previous build after a failed deploy, so that a restarted LocalStack gets it."""
    if _old(paths).exists():
        shutil.rmtree(build_folder(paths), ignore_errors=True)
        _old(paths).rename(build_folder(paths))


def _old(paths: Paths) -> Path:
    return build_folder(paths).with_name("build.old")
