"""Files are served below a folder named by their content, and kept for ever."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from portal.asset_folder import AssetFolder
from portal.composition_root import own_files

if TYPE_CHECKING:
    from pathlib import Path

    from portal.site import Site
    from unit.portal.conftest import Get

FILE, NESTED = "/assets/{huella}/{nombre}", "/assets/{huella}/{nombre}/{archivo}"


def test_a_file_is_kept_for_ever(get: Get, site: Site) -> None:
    """Another content has another address."""
    answer = get(f"/assets/{site.third_party.fingerprint}/htm.mjs", resource="/assets/x")
    assert (answer.status, answer.text) == (200, "export default 1")
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_file_in_a_folder_is_served(get: Get, site: Site) -> None:
    """So are the licences of what is packed."""
    answer = get(f"/assets/{site.third_party.fingerprint}/licenses/htm.txt", resource="/assets/x")
    assert (answer.status, answer.text) == (200, "Licencia")


@pytest.mark.parametrize("name", ["index.html", "secrets.json", "nada.js", "..%2Fapi.py", "licenses/nada.txt"])
def test_nothing_else_is_served(get: Get, site: Site, name: str) -> None:
    """Neither files of other types nor files outside of the folders."""
    for folder in (site.own, site.third_party):
        answer = get(f"/assets/{folder.fingerprint}/{name}", resource="/assets/x")
        assert (answer.status, answer.headers["Content-Type"]) == (404, "application/problem+json")
        assert answer.document["codigo"] == "archivo-no-encontrado"


def test_an_old_fingerprint_is_not_answered_with_new_content(get: Get, site: Site) -> None:
    """A cache would keep it for ever."""
    assert get("/assets/0123456789abcdef/htm.mjs", resource="/assets/x").status == 404
    assert site.own.fingerprint != site.third_party.fingerprint


def test_the_fingerprint_follows_names_and_contents(tmp_path: Path) -> None:
    """Every change leads browsers to another address."""

    def fingerprint() -> str:
        return AssetFolder.read(tmp_path).fingerprint

    seen = [fingerprint()]
    (tmp_path / "a.js").write_text("1")
    seen.append(fingerprint())
    (tmp_path / "a.js").write_text("2")
    seen.append(fingerprint())
    (tmp_path / "a.js").rename(tmp_path / "b.js")
    seen.append(fingerprint())
    assert len(set(seen)) == 4
    assert fingerprint() == seen[-1]


def test_a_bundle_is_served_only_if_it_is_of_the_same_sources(tmp_path: Path) -> None:
    """So a script saved under `aero up --watch` is live at once, and a missing bundle breaks no page."""
    sources, bundles = tmp_path / "web", tmp_path / "portal_bundle"
    sources.mkdir()
    (sources / "index.js").write_text("as written")
    assert own_files(sources, bundles) == AssetFolder.read(sources)
    bundle = bundles / AssetFolder.read(sources).fingerprint
    bundle.mkdir(parents=True)
    (bundle / "index.js").write_text("bundled")
    assert own_files(sources, bundles) == AssetFolder.read(bundle)
    (sources / "index.js").write_text("as written later")
    assert own_files(sources, bundles) == AssetFolder.read(sources)
