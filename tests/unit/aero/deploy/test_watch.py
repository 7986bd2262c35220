"""The template for `--watch`, which runs functions from the working tree."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from aero.deploy.build import build_folder
from aero.deploy.watch import watching_template
from aero.platform.errors import AeroError
from aero.platform.paths import Paths
from aero.platform.settings import External, Settings

BUILT = """
Resources:
  PagosApi:
    Type: AWS::Serverless::Function
    Metadata: {BuildMethod: makefile}
    Properties: {CodeUri: PagosApi, Handler: pagos.api.app}
  Seedwork:
    Type: AWS::Serverless::LayerVersion
    Properties: {ContentUri: ../../layers/seedwork}
  Dependencies:
    Type: AWS::Serverless::LayerVersion
    Metadata: {BuildMethod: makefile}
    Properties: {ContentUri: Dependencies}
  Table:
    Type: AWS::DynamoDB::Table
    Properties: {TableName: {"Fn::Sub": "x-${Stage}"}}
"""


@pytest.fixture
def built(tmp_path: Path) -> Paths:
    """Make a project after `sam build`."""
    paths = Paths(home=tmp_path / "home", cache=tmp_path / "cache", project=tmp_path / "project")
    for context in ("pagos", "reportes"):
        (paths.project / "functions" / context).mkdir(parents=True)
    (build_folder(paths) / "PagosApi" / "pagos").mkdir(parents=True)
    (build_folder(paths) / "PagosApi" / "generated.py").touch()
    (build_folder(paths) / "template.yaml").write_text(BUILT)
    return paths


def watched(paths: Paths) -> dict[str, dict[str, Any]]:
    """Return the properties of each resource in the template for `--watch`."""
    resources = yaml.safe_load(watching_template(paths).read_text())["Resources"]
    return {name: resource["Properties"] for name, resource in resources.items()}


def test_a_function_runs_from_its_own_context_only(built: Paths) -> None:
    """Its folder links to the sources of its package, and to no other context."""
    code = watched(built)["PagosApi"]["CodeUri"]
    assert code == {"Bucket": "hot-reload", "Key": str(built.run / "watch" / "PagosApi")}
    links = {link.name: link.readlink() for link in (built.run / "watch" / "PagosApi").iterdir()}
    assert links == {
        "pagos": built.project / "functions" / "pagos",
        "generated.py": build_folder(built) / "PagosApi" / "generated.py",
    }


def test_layers_without_a_build_run_from_the_working_tree(built: Paths) -> None:
    """Other layers are deployed as built, and other resources stay as they are."""
    template = watched(built)
    assert template["Seedwork"]["ContentUri"] == {
        "Bucket": "hot-reload", "Key": str(built.project / "layers" / "seedwork")
    }  # fmt: skip
    assert template["Dependencies"]["ContentUri"] == str(build_folder(built) / "Dependencies")
    assert template["Table"] == {"TableName": {"Fn::Sub": "x-${Stage}"}}
    assert (build_folder(built) / "template.yaml").read_text() == BUILT


def test_another_deploy_leaves_correct_links_and_fixes_the_others(built: Paths) -> None:
    """Running functions may use the correct links."""
    watching_template(built)
    folder = built.run / "watch" / "PagosApi"
    before = (folder / "pagos").lstat().st_ino
    (folder / "reportes").symlink_to(built.project / "functions" / "reportes")
    (folder / "generated.py").unlink()
    watching_template(built)
    assert {link.name for link in folder.iterdir()} == {"pagos", "generated.py"}
    assert (folder / "pagos").lstat().st_ino == before


@pytest.mark.parametrize("asked", [{"watch": True}, {"debug": {"relay": 5679}}])
def test_watch_and_debug_need_our_own_localstack(asked: dict[str, Any]) -> None:
    """Another LocalStack may not see our folders, and has no support for debuggers."""
    with pytest.raises(AeroError, match="need the LocalStack that aero runs"):
        Settings(external=External(aws_endpoint_url="http://127.0.0.1:9"), **asked)
