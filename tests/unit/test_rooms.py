"""The product has no circle of imports, layers in every package, and no long file or full folder."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any, Final

import grimp
import pytest

PROJECT: Final = Path(__file__).parents[2]
PLUGIN: Final = PROJECT / "infra/localstack-process-executor"
ROOTS: Final = tuple(
    PROJECT / root for root in ("functions", "infra", "layers/seedwork/python", "infra/localstack-process-executor/src")
)
LONGEST_FILE: Final = 250  # lines
LARGEST_FOLDER: Final = 14  # files of its own
NOT_ROOMS: Final = {PROJECT / "infra/migrations"}  # migrations are only ever added


def packages() -> Iterator[Path]:
    """Yield the folders of the product's packages."""
    for root in ROOTS:
        yield from (path.parent for path in root.glob("*/__init__.py"))


def code() -> Iterator[Path]:
    """Yield all Python files of the product's packages."""
    for package in packages():
        yield from package.rglob("*.py")


def contracts(project: Path) -> list[dict[str, Any]]:
    """Read the import-linter contracts in a project's `pyproject.toml`."""
    settings = tomllib.loads((project / "pyproject.toml").read_text())
    found: list[dict[str, Any]] = settings["tool"]["importlinter"]["contracts"]
    return found


def test_nothing_imports_in_a_circle(monkeypatch: pytest.MonkeyPatch) -> None:
    """No module is imported, however indirectly or for types alone, by what it imports."""
    for root in ROOTS:
        monkeypatch.syspath_prepend(str(root))
    graph = grimp.build_graph(*(package.name for package in packages()), cache_dir=None)
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        pytest.fail(" <- ".join(error.args[1]))


def files_of_tests() -> Iterator[Path]:
    """All Python files of the tests, those of the plugin included."""
    for root in (PROJECT / "tests", PLUGIN / "tests"):
        yield from root.rglob("*.py")


def test_every_package_has_layers() -> None:
    """A contract of import-linter puts every module of a package on a layer."""
    layered = {
        container
        for project in (PROJECT, PLUGIN)
        for contract in contracts(project)
        if contract["type"] == "layers" and contract.get("exhaustive")
        for container in contract["containers"]
    }
    assert {package.name for package in packages()} <= layered
    adapters = {f"{package.name}.infraestructura" for package in packages() if (package / "infraestructura").is_dir()}
    assert adapters <= layered, "add the context to the contract of the rooms of adapters"


def test_a_file_can_be_read_at_once() -> None:
    """No file is longer than 250 lines."""
    lengths = {path.relative_to(PROJECT): len(path.read_text().splitlines()) for path in (*code(), *files_of_tests())}
    assert {path: lines for path, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_a_folder_can_be_read_at_once() -> None:
    """No folder of code has more than 14 files of its own."""
    folders = {path.parent for path in (*code(), *files_of_tests())} - NOT_ROOMS
    own = {folder: [entry for entry in folder.iterdir() if entry.is_file()] for folder in folders}
    sizes = {folder.relative_to(PROJECT): len(files) for folder, files in own.items()}
    assert {folder: files for folder, files in sizes.items() if files > LARGEST_FOLDER} == {}
