"""The SAM template as data: CloudFormation's short forms (`!Sub x`) become its long ones (`{"Fn::Sub": "x"}`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

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
    """The whole document."""
    return dict(yaml.load(file.read_text(encoding="utf-8"), Loader=_Loader))  # noqa: S506 - a safe loader
