"""The folder of the layer `PortalAssetsLayer`, made in the cache: `sam build` and `sam deploy` take it as it is."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from aero.deploy.web.bundle import BUNDLER, OPTIONS, bundle_name, write_bundle
from aero.deploy.web.documents import sources, write_documents
from aero.deploy.web.npm import packages
from aero.platform.digests import digest
from aero.platform.errors import AeroError
from aero.process.file_lock import in_turn

if TYPE_CHECKING:
    from aero.platform.paths import Paths
    from aero.platform.progress.events import Step

PACKAGE: Final = "portal_assets"
BUNDLE: Final = "portal_bundle"
EMPTY_IMAGE: Final = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'/%3E"
_DIGEST: Final = "digest"


def layer_folder(paths: Paths) -> Path:
    """Return the layer's folder, which the template names by its path from the template."""
    return paths.project / ".aero" / "cache" / "web" / "layer"


async def make_layer(paths: Paths, step: Step) -> None:
    """Bring the layer up to date. Nothing is fetched while the lock and the list of files stay the same.

    Raises PackagesUnavailableError, or AeroError for a broken document or script.
    """
    async with in_turn(paths.cache / "web.lock"):
        assets = await _assets(paths, step)
        documents = sources(paths)
        wanted = await asyncio.to_thread(digest, [*documents, assets], bundle_name(paths), *OPTIONS)
        layer = layer_folder(paths)
        if _remembered(layer) == wanted:
            step.result = step.result or "unchanged"
            return
        new = layer.with_name("layer.new")
        shutil.rmtree(new, ignore_errors=True)
        package = new / "python" / PACKAGE
        shutil.copytree(assets, package, ignore=shutil.ignore_patterns(_DIGEST, BUNDLER), copy_function=_link)
        write_documents(documents, package)
        await write_bundle(paths, assets, new / "python" / BUNDLE)
        _replace(layer, new, wanted)
        step.result = step.result or "packed"


async def _assets(paths: Paths, step: Step) -> Path:
    """Return the folder of the third-party files; they are fetched if it is missing or of another lock."""
    web = paths.project / "infra" / "web"
    listed = tomllib.loads((web / "assets.toml").read_text(encoding="utf-8"))
    wanted = digest([], json.dumps(listed), json.dumps(loaded_packages(web / "package-lock.json")))
    folder = paths.cache / "web" / "assets"
    if _remembered(folder) != wanted:
        async with packages(paths, step) as modules:
            new = folder.with_name("assets.new")
            shutil.rmtree(new, ignore_errors=True)
            _pick(listed, modules, new)
        _replace(folder, new, wanted)
        step.result = f"{len(listed['files'])} files from npm"
    return folder


def loaded_packages(lock: Path) -> dict[str, Any]:
    """Return the integrity of each locked package that pages load. A change of the CI's tools leaves it the same."""
    locked = json.loads(lock.read_text(encoding="utf-8"))["packages"]
    return {name: entry["integrity"] for name, entry in locked.items() if name and not entry.get("dev")}


def _pick(listed: dict[str, Any], modules: Path, folder: Path) -> None:
    """Copy the listed files and notices, and the licence of each package they are from."""
    (folder / "licenses").mkdir(parents=True)
    for name, source in listed["files"].items():
        text = (modules / source).read_text(encoding="utf-8")
        for address in listed["images"].get(name, ()):
            if address not in text:
                raise AeroError(f"{source} does not name {address}.", cure="Correct infra/web/assets.toml.")
            text = text.replace(address, EMPTY_IMAGE)
        (folder / name).write_text(text, encoding="utf-8")
        package = source.partition("/")[0]
        shutil.copy(modules / package / "LICENSE", folder / "licenses" / f"{package}.txt")
    [bundler] = (modules / "@esbuild").glob(f"*/bin/{BUNDLER}")  # npm installs the one for this machine
    shutil.copy(bundler, folder / BUNDLER)
    for name, source in listed["notices"].items():
        shutil.copy(modules / source, folder / "licenses" / name)


def _link(source: str, target: str) -> None:
    """Share the bytes of a file that is never written to; another file system gets a copy."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def _remembered(folder: Path) -> str:
    file = folder / _DIGEST
    return file.read_text(encoding="utf-8") if file.exists() else ""


def _replace(folder: Path, new: Path, wanted: str) -> None:
    """Put the new folder in the place of the old one; an interrupted replacement is repeated."""
    (new / _DIGEST).write_text(wanted, encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    new.rename(folder)
