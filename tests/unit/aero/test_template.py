"""A template that is none is refused with the place of the mistake."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from aero.errors import AeroError
from aero.template import load_template

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Resources:\n  A: {Type: [x}\n", r"(?s)template.yaml is no YAML: .*line 2"),
        ("Resources:\n  A: {Typ: AWS::Any}\n", "template.yaml: A has no Type."),
        ("Resources:\n  A: AWS::Any\n", "template.yaml: A has no Type."),
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
