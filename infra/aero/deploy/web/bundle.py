"""Our own pages' files, bundled by esbuild: a browser loads one script and one style for each page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from aero.platform.environment import child_environment
from aero.process import supervisor
from aero.process.supervisor import Command
from portal.asset_folder import AssetFolder

if TYPE_CHECKING:
    from pathlib import Path

    from aero.platform.paths import Paths

BUNDLER: Final = "esbuild"
_ENTRY: Final = re.compile(r'"%OWN%/([^"]+)"')
# Third-party modules that become a part of the bundle. Redoc, the large one, stays a file of its own.
_MODULES: Final = {"htm": "htm.mjs", "preact": "preact.mjs"}
OPTIONS: Final = (
    *("--bundle", "--minify", "--format=esm", "--target=es2022", "--charset=utf8", "--log-level=warning"),
    *("--loader:.svg=copy", "--legal-comments=eof", "--external:redoc"),
)


def own_folder(paths: Paths) -> Path:
    """Return the folder of our own pages and their files."""
    return paths.project / "functions" / "portal" / "web"


def bundle_name(paths: Paths) -> str:
    """Return the name of the bundle's folder: the portal takes a bundle only if it is made of the files that it has."""
    return AssetFolder.read(own_folder(paths)).fingerprint


async def write_bundle(paths: Paths, assets: Path, folder: Path) -> None:
    """Bundle what the pages name as their own into the folder. Raises ProgramFailedError for a broken script."""
    own = own_folder(paths)
    pages = (page.read_text(encoding="utf-8") for page in own.glob("*.html"))
    entries = sorted({name for page in pages for name in _ENTRY.findall(page)})
    aliases = (f"--alias:{name}={assets / file}" for name, file in _MODULES.items())
    command = Command(
        name="The bundler of the web pages",
        argv=(
            str(assets / BUNDLER),
            *entries,
            *OPTIONS,
            *aliases,
            "--outbase=.",
            f"--outdir={folder / bundle_name(paths)}",
        ),
        cwd=own,
        log=paths.log("web-bundle"),
        env=child_environment(),
    )
    await supervisor.run(command)
