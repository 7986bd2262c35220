"""The composition root: the site is read on first use and kept for the life of the execution environment."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from portal.asset_folder import AssetFolder
from portal.settings import Settings
from portal.site import Site

WEB: Final = Path(__file__).parent / "web"
LAYER: Final = "portal_assets"
BUNDLE: Final = "portal_bundle"


@cache
def site() -> Site:
    """Return the pages in `web`, with the third-party files and documents of the layer."""
    layer = layer_folder()
    return Site(
        pages=WEB,
        own=own_files(WEB, layer.with_name(BUNDLE)),
        third_party=AssetFolder.read(layer),
        documents=layer,
        simulator=Settings.from_env().simulator,
    )


def layer_folder() -> Path:
    """Return the layer's folder. Without the layer it is a folder that does not exist."""
    spec = find_spec(LAYER)
    folders = list(spec.submodule_search_locations or ()) if spec else []
    return Path(folders[0]) if folders else WEB / LAYER


def own_files(sources: Path, bundles: Path) -> AssetFolder:
    """Return our own files, bundled if the layer has a bundle of exactly these sources, else as they are written."""
    own = AssetFolder.read(sources)
    return AssetFolder.read(bundles / own.fingerprint) if (bundles / own.fingerprint).is_dir() else own
