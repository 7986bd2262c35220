"""The SAM template as data: CloudFormation's short forms (`!Sub x`) become its long ones (`{"Fn::Sub": "x"}`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

from aero.errors import AeroError

if TYPE_CHECKING:
    from pathlib import Path


class _Loader(yaml.SafeLoader):
    """Of its own, since constructors are added to a class: samcli's reader adds its own to everybody's SafeLoader."""


def _intrinsic(loader: _Loader, tag: str, node: yaml.Node) -> dict[str, Any]:
    name = tag if tag in ("Ref", "Condition") else f"Fn::{tag}"
    match node:
        case yaml.ScalarNode():
            value = loader.construct_scalar(node)
            return {name: str(value).split(".", 1) if tag == "GetAtt" else value}
        case yaml.SequenceNode():
            return {name: loader.construct_sequence(node, deep=True)}
        case yaml.MappingNode():
            return {name: loader.construct_mapping(node, deep=True)}
    raise TypeError(node)


_Loader.add_multi_constructor("!", _intrinsic)


def load_template(file: Path) -> dict[str, Any]:
    """The whole document; raises AeroError where it is none."""
    try:
        document = yaml.load(file.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 - a safe loader
    except yaml.YAMLError as error:
        raise AeroError(f"{file.name} is no YAML: {error}", cure=f"Mend {file}.") from None
    resources = document.get("Resources") if isinstance(document, dict) else None
    if not isinstance(resources, dict):
        raise AeroError(f"{file.name} has no Resources.", cure=f"Mend {file}.")
    for name, resource in resources.items():
        if not isinstance(resource, dict) or not isinstance(resource.get("Type"), str):
            raise AeroError(f"{file.name}: {name} has no Type.", cure=f"Mend {file}.")
    return dict(document)
