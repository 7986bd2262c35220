"""An invalid template is refused with the place of the mistake."""

from __future__ import annotations

from pathlib import Path

import pytest

from aero.deploy.template.document import load_template
from aero.platform.errors import AeroError


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Resources:\n  A: {Type: [x}\n", r"template.yaml, line 2, column 15: expected .,. or .]., but got .}.\.$"),
        ("Resources:\n  A: {Typ: AWS::Any}\n", "template.yaml: A has no Type."),
        ("Resources:\n  A: AWS::Any\n", "template.yaml: A has no Type."),
        ("Resources:\n\tA: {Type: x}\n", r"template.yaml, line 2, column 1: found character '\\t' that cannot start"),
        ("Resources:\n  A: {Type: x}\n  A: {Type: y}\n", "template.yaml, line 3, column 3: A appears twice."),
        ("Resources:\n  A: {Type: !Reff x}\n", "template.yaml, line 2, column 13: !Reff is not an intrinsic function."),
        ("Resources:\n  A: {Type: x, Properties: [y]}\n", "template.yaml: A: its Properties are not a mapping."),
        ("Resources: *b\n", "template.yaml, line 1, column 12: found undefined alias 'b'."),
        ("Resources: []\n", "template.yaml has no Resources."),
        ("", "template.yaml has no Resources."),
    ],
)
def test_a_mistake_is_named_with_its_place(tmp_path: Path, text: str, expected: str) -> None:
    """The error is raised before SAM reads the template."""
    file = tmp_path / "template.yaml"
    file.write_text(text)
    with pytest.raises(AeroError, match=expected):
        load_template(file)


def test_an_unreadable_template_is_reported(tmp_path: Path) -> None:
    """Examples are a folder, a missing file and another encoding."""
    latin = tmp_path / "latin.yaml"
    latin.write_bytes("Resources: ñ".encode("latin-1"))
    for file, expected in (
        (tmp_path, "cannot be read"),
        (tmp_path / "none", "cannot be read"),
        (latin, "is not UTF-8"),
    ):
        with pytest.raises(AeroError, match=expected):
            load_template(file)


def test_merged_keys_are_no_duplicates(tmp_path: Path) -> None:
    """A key merged by `<<` is overridden by an explicit one (YAML's merge key)."""
    file = tmp_path / "template.yaml"
    file.write_text("a: &a {Type: x}\nb: &b {<<: *a, Type: y}\nResources:\n  A: {<<: *b, Type: z}\n")
    assert load_template(file)["Resources"] == {"A": {"Type": "z"}}
