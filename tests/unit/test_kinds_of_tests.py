"""A kind of test stands by itself: what several kinds need is in tests/support."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.lambda_events import PROJECT

TESTS = PROJECT / "tests"
KINDS = sorted(folder.name for folder in TESTS.iterdir() if folder.is_dir() and folder.name != "__pycache__")
# `scenarios` is also a package of infra/, which tests import.
HELPERS_OF_ONE_KIND = {*KINDS} - {"scenarios", "support"}


def imported(path: Path) -> Iterator[str]:
    """The first names of the modules that a file imports."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.partition(".")[0]
        elif isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)


@pytest.mark.parametrize("kind", KINDS)
def test_no_kind_of_test_imports_from_another(kind: str) -> None:
    """Helpers in `support` import from no kind either."""
    others = HELPERS_OF_ONE_KIND - {kind}
    found = {
        str(path.relative_to(PROJECT)): names
        for path in (TESTS / kind).rglob("*.py")
        if (names := others.intersection(imported(path)))
    }
    assert not found
