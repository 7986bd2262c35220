"""The CI's tools of npm (`devDependencies`), installed into the cache together with Node."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Final

from aero.deploy.web.npm import PACKAGE_FILES, install, node_folder
from aero.platform.digests import digest
from aero.process.file_lock import in_turn

if TYPE_CHECKING:
    from aero.platform.paths import Paths
    from aero.platform.progress.events import Step

_DIGEST: Final = "digest"


async def install_tools(paths: Paths, step: Step) -> None:
    """Install Node and all locked packages, unless they are there. Raises PackagesUnavailableError."""
    async with in_turn(paths.cache / "web-tools.lock"):
        folder = tools_folder(paths)
        web = paths.project / "infra" / "web"
        wanted = digest([web / name for name in (*PACKAGE_FILES, "node.lock")], str(folder))
        marker = folder / _DIGEST
        if not marker.exists() or marker.read_text(encoding="utf-8") != wanted:
            _make_empty(folder)
            await install(paths, folder, step, keep=True)
            marker.write_text(wanted, encoding="utf-8")


def _make_empty(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)


def tools_folder(paths: Paths) -> Path:
    """Return the folder with `node_modules`."""
    return paths.cache / "web" / "tools"


def search_path(paths: Paths) -> str:
    """Return what PATH needs in front, for the tools and for `node` itself."""
    folder = tools_folder(paths)
    return f"{folder / 'node_modules' / '.bin'}:{node_folder(folder) / 'bin'}"
