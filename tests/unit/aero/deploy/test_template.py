"""A template that is none is refused with the place of the mistake."""

from __future__ import annotations

from pathlib import Path

import pytest

from aero.deploy.template.document import load_template
from aero.platform.errors import AeroError


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Resources:\n  A: {Type: [x}\n", r"template.yaml, line 2, column 15: expected .,. or .]., but got .}.\.$"),
        ("Resources:\n  A: {Typ: AWS::Any}\n", "template.yaml: A has no Type."),
        ("Resources:\n  A: AWS::Any\n", "template.yaml: A has no Type."),
        ("Resources:\n\tA: {Type: x}\n", r"template.yaml, line 2, column 1: found character '\\t' that cannot start"),
        ("Resources:\n  A: {Type: x}\n  A: {Type: y}\n", "template.yaml, line 3, column 3: A is there twice."),
        ("Resources:\n  A: {Type: !Reff x}\n", "template.yaml, line 2, column 13: !Reff is no intrinsic function."),
        ("Resources:\n  A: {Type: x, Properties: [y]}\n", "template.yaml: A: its Properties are no mapping of names."),
        ("Resources: *b\n", "template.yaml, line 1, column 12: found undefined alias 'b'."),
        ("Resources: []\n", "template.yaml has no Resources."),
        ("", "template.yaml has no Resources."),
    ],
)
def test_its_mistake_is_named(tmp_path: Path, text: str, said: str) -> None:
    """Before SAM looks at it."""
    file = tmp_path / "template.yaml"
    file.write_text(text)
    with pytest.raises(AeroError, match=said):
        load_template(file)


def test_one_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    """A folder, nothing, another encoding."""
    latin = tmp_path / "latin.yaml"
    latin.write_bytes("Resources: ñ".encode("latin-1"))
    for file, said in ((tmp_path, "cannot be read"), (tmp_path / "none", "cannot be read"), (latin, "is not UTF-8")):
        with pytest.raises(AeroError, match=said):
            load_template(file)


def test_merged_keys_are_no_duplicates(tmp_path: Path) -> None:
    """What `<<` brings is overridden by what is there (YAML's merge key)."""
    file = tmp_path / "template.yaml"
    file.write_text("a: &a {Type: x}\nb: &b {<<: *a, Type: y}\nResources:\n  A: {<<: *b, Type: z}\n")
    assert load_template(file)["Resources"] == {"A": {"Type": "z"}}
