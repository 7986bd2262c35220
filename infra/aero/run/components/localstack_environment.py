"""LocalStack's own virtual environment, with its locked packages and our plugin."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from aero.platform.digests import digest
from aero.platform.environment import child_environment
from aero.process import supervisor
from aero.process.file_lock import in_turn
from aero.process.supervisor import Command

if TYPE_CHECKING:
    from aero.platform.paths import Paths
    from aero.platform.progress.events import Step


NO_VARIABLES: Final[Mapping[str, str]] = MappingProxyType({})


def own_files(folder: Path) -> dict[str, str]:
    """Return the variables that keep LocalStack's files in a folder, inside or outside of a container."""
    return {"FILESYSTEM_ROOT": str(folder), "OVERRIDE_IN_DOCKER": "0"}


class LocalStackEnvironment:
    """The environment, in the cache. A new lock recreates it, and a changed plugin is reinstalled."""

    def __init__(self, paths: Paths) -> None:
        self._paths = paths
        self._lock = paths.project / "infra" / "localstack" / "requirements.lock"
        self._plugin = paths.project / "infra" / "localstack-process-executor"
        self._folder = paths.cache / "localstack"

    @property
    def python(self) -> Path:
        """The interpreter of the environment."""
        return self._folder / "bin" / "python"

    @property
    def catalog(self) -> Path:
        """The folder with LocalStack's index of all AWS services, which takes seconds to build.

        LocalStack reads it from its folder of static libraries.
        """
        return self._filesystem / "usr" / "lib" / "localstack"

    @property
    def _filesystem(self) -> Path:
        return self._folder / "filesystem"

    async def install(self, step: Step) -> None:
        """Install missing or stale parts. An installation by another aero is awaited first."""
        async with in_turn(self._paths.cache / "localstack.lock"):
            wanted = digest([self._lock], sys.version, str(self._folder))
            if self._installed("packages") != wanted:
                step.note("installing its locked packages")
                shutil.rmtree(self._folder, ignore_errors=True)
                await self._run("uv", "venv", "--quiet", "--python", sys.executable, str(self._folder))
                await self._pip("--require-hashes", "--compile-bytecode", "-r", str(self._lock))
                self.catalog.mkdir(parents=True)
                await self._run(str(self.python), "-m", "localstack.aws.spec", variables=own_files(self._filesystem))
                self._remember("packages", wanted)
            wanted = digest([self._plugin / "pyproject.toml", self._plugin / "src"])
            if self._installed("plugin") != wanted:
                step.note("installing our plugin")
                wheels = self._folder / "wheels"
                shutil.rmtree(wheels, ignore_errors=True)
                await self._run(
                    *(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(wheels)), cwd=self._plugin
                )
                await self._pip("--no-deps", "--compile-bytecode", "--reinstall", *map(str, wheels.glob("*.whl")))
                self._remember("plugin", wanted)

    def _installed(self, what: str) -> str:
        marker = self._folder / f"{what}.digest"
        return marker.read_text() if marker.exists() else ""

    def _remember(self, what: str, value: str) -> None:
        (self._folder / f"{what}.digest").write_text(value)

    async def _pip(self, *arguments: str) -> None:
        await self._run("uv", "pip", "install", "--quiet", "--python", str(self.python), *arguments)

    async def _run(self, *argv: str, cwd: Path | None = None, variables: Mapping[str, str] = NO_VARIABLES) -> None:
        await supervisor.run(
            Command(
                name="The installation of LocalStack",
                argv=argv,
                cwd=cwd or self._paths.project,
                log=self._paths.log("localstack-install"),
                env=child_environment(TMPDIR=str(self._paths.temporary("localstack-install")), **variables),
            )
        )
