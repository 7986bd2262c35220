"""The template for `aero up --watch`: functions and layers run from the working tree, so saved files are live at once.

If a template names the bucket `hot-reload`, LocalStack uses a folder of this machine as the package. Our plugin checks
the files in it before each invocation.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

import yaml

from aero.deploy.build import build_folder

if TYPE_CHECKING:
    from aero.platform.paths import Paths

BUCKET: Final = "hot-reload"
FUNCTION: Final = "AWS::Serverless::Function"
LAYER: Final = "AWS::Serverless::LayerVersion"


def watching_template(paths: Paths) -> Path:
    """Write a copy of the built template that runs functions, and layers without a build, from the working tree."""
    built = build_folder(paths)
    template = yaml.safe_load((built / "template.yaml").read_text(encoding="utf-8"))
    for name, resource in template["Resources"].items():
        properties = resource["Properties"]
        if resource["Type"] == FUNCTION:
            folder = paths.run / "watch" / name
            _link(folder, _sources(built / properties["CodeUri"], paths.project / "functions"))
            properties["CodeUri"] = {"Bucket": BUCKET, "Key": str(folder)}
        elif resource["Type"] == LAYER:
            content = (built / properties["ContentUri"]).resolve()
            is_built = "BuildMethod" in resource.get("Metadata", {})
            properties["ContentUri"] = str(content) if is_built else {"Bucket": BUCKET, "Key": str(content)}
    file = paths.run / "watch" / "template.yaml"
    file.write_text(yaml.safe_dump(template, sort_keys=False), encoding="utf-8")
    return file


def _sources(package: Path, functions: Path) -> dict[str, Path]:
    """Return the source of each part of a package. As when deployed, a function sees its own context only."""
    parts = {entry.name: entry for entry in package.iterdir()}
    return {name: functions / name if (functions / name).exists() else part for name, part in parts.items()}


def _link(folder: Path, sources: Mapping[str, Path]) -> None:
    """Make a folder of links. Correct links stay untouched, since running functions may use them."""
    folder.mkdir(parents=True, exist_ok=True)
    for link in list(folder.iterdir()):
        if link.readlink() != sources.get(link.name):
            link.unlink()
    for name, source in sources.items():
        link = folder / name
        if not link.is_symlink():
            link.symlink_to(source)
