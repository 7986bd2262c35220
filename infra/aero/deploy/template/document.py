"""Reads the SAM template as data: CloudFormation's short forms (`!Sub x`) become long ones (`{"Fn::Sub": "x"}`)."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import yaml

from aero.platform.errors import AeroError

# CloudFormation's intrinsic functions, of which `Ref` and `Condition` have no long form with `Fn::`.
_PLAIN: Final = ("Ref", "Condition")
_INTRINSICS: Final = frozenset({
    *_PLAIN, "And", "Base64", "Cidr", "Equals", "FindInMap", "GetAZs", "GetAtt", "If", "ImportValue", "Join", "Length",
    "Not", "Or", "Select", "Split", "Sub", "ToJsonString", "Transform",
})  # fmt: skip
LONG_FORMS: Final = frozenset(name if name in _PLAIN else f"Fn::{name}" for name in _INTRINSICS)


class _Loader(yaml.SafeLoader):
    """Our own loader class, since constructors belong to a class, and samcli adds its own to the shared SafeLoader."""


class _MisreadError(yaml.MarkedYAMLError):
    """The document has a mistake that YAML or its other readers accept."""


def _intrinsic(loader: _Loader, tag: str, node: yaml.Node) -> dict[str, Any]:
    if tag not in _INTRINSICS:
        raise _MisreadError(problem=f"!{tag} is not an intrinsic function", problem_mark=node.start_mark)
    name = tag if tag in _PLAIN else f"Fn::{tag}"
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
    """Return the whole document. Raises AeroError for an invalid one, with the line."""
    try:
        document = _document(file.read_text(encoding="utf-8"))
    except yaml.MarkedYAMLError as error:
        raise _unreadable(file, _place(error.problem_mark), error.problem or "it is not YAML") from None
    except yaml.YAMLError as error:
        raise _unreadable(file, "", f"it is not YAML: {' '.join(str(error).split())}") from None
    except UnicodeDecodeError:
        raise _unreadable(file, "", "it is not UTF-8") from None
    except OSError as error:
        raise _unreadable(file, "", f"it cannot be read: {error.strerror}") from None
    resources = document.get("Resources") if isinstance(document, dict) else None
    if not isinstance(resources, dict):
        raise AeroError(f"{file.name} has no Resources.", cure=f"Fix {file}.")
    for name, resource in resources.items():
        if not isinstance(resource, dict) or not isinstance(resource.get("Type"), str):
            raise AeroError(f"{file.name}: {name} has no Type.", cure=f"Fix {file}.")
        if not isinstance(resource.get("Properties", {}), dict):
            raise AeroError(f"{file.name}: {name}: its Properties are not a mapping.", cure=f"Fix {file}.")
    return dict(document)


def line_of(text: str, path: Iterable[str | int]) -> int:
    """Return the line of the element at a path, or of the last existing part of the path; 0 if there is none."""
    node, line = yaml.compose(text, _Loader), 0
    for part in path:
        found = None
        if isinstance(node, yaml.MappingNode):
            found = next(((key, value) for key, value in node.value if key.value == part), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            found = (node.value[part], node.value[part])
        if found is None:
            break
        node, line = found[1], found[0].start_mark.line + 1
    return line


def _document(text: str) -> Any:
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        if node is None:
            return None
        _require_unique_keys(node, set())
        return loader.construct_document(node)
    finally:
        loader.dispose()


def _require_unique_keys(node: yaml.Node, seen: set[int]) -> None:
    """Raise an error for duplicate keys. YAML forbids them (1.2.2, 3.2.1.1), but its readers use the last one."""
    if id(node) in seen or not isinstance(node, yaml.CollectionNode):
        return
    seen.add(id(node))
    keys: set[str] = set()
    for child in node.value:
        if isinstance(node, yaml.MappingNode):
            key, child = child  # noqa: PLW2901 - a mapping's children are pairs
            if isinstance(key, yaml.ScalarNode):
                if key.value in keys:
                    raise _MisreadError(problem=f"{key.value} appears twice", problem_mark=key.start_mark)
                keys.add(key.value)
        _require_unique_keys(child, seen)


def _place(mark: yaml.Mark | None) -> str:
    return f", line {mark.line + 1}, column {mark.column + 1}" if mark else ""


def _unreadable(file: Path, place: str, problem: str) -> AeroError:
    return AeroError(f"{file.name}{place}: {problem}.", cure=f"Fix {file}.")
