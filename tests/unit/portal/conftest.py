"""Fixtures of the portal's unit tests: a site with a layer of small files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from portal import api, composition_root
from portal.asset_folder import AssetFolder
from portal.site import Site
from support.lambda_events import FakeContext, proxy_event
from support.portal.answer import Answer

Get = Callable[..., Answer]


@pytest.fixture
def layer(tmp_path: Path) -> Path:
    """The folder of the layer, with one file of each kind."""
    folder = tmp_path / "portal_assets"
    (folder / "licenses").mkdir(parents=True)
    (folder / "htm.mjs").write_text("export default 1", encoding="utf-8")
    (folder / "licenses" / "htm.txt").write_text("Licencia", encoding="utf-8")
    (folder / "secrets.json").write_text("{}", encoding="utf-8")
    return folder


@pytest.fixture
def site(layer: Path) -> Site:
    """Our own pages, with that layer."""
    own = AssetFolder.read(composition_root.WEB)
    return Site(pages=composition_root.WEB, own=own, third_party=AssetFolder.read(layer), documents=layer)


@pytest.fixture
def get(site: Site, monkeypatch: pytest.MonkeyPatch) -> Get:
    """Send a GET as API Gateway does; `resource` is the route, where it has parameters."""
    monkeypatch.setattr(api, "site", lambda: site)

    def send(path: str, *, resource: str = "", stage: str = "", **headers: str) -> Answer:
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        event = proxy_event("GET", path, resource=resource or path, headers=names)
        event["requestContext"]["path"] = f"{stage}{path}"
        return Answer.of(api.app(event, FakeContext()))

    return send
