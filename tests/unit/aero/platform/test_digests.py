"""The digest that decides whether something must be built again."""

from __future__ import annotations

from pathlib import Path

from aero.platform.digests import digest


def a_tree(folder: Path) -> Path:
    """Make a package of two files, one of them in a subfolder."""
    (folder / "package" / "sub").mkdir(parents=True)
    (folder / "package" / "a.py").write_text("a = 1")
    (folder / "package" / "sub" / "b.py").write_text("b = 1")
    return folder / "package"


def test_a_digest_depends_on_contents_names_and_extras(tmp_path: Path) -> None:
    """Each change of an input changes the digest."""
    tree = a_tree(tmp_path)
    seen = [digest([tree]), digest([tree], "3.11")]
    (tree / "sub" / "b.py").write_text("b = 2")
    seen.append(digest([tree]))
    (tree / "sub" / "b.py").rename(tree / "sub" / "c.py")
    seen.append(digest([tree]))
    (tree / "empty.py").touch()
    seen.append(digest([tree]))
    assert len(set(seen)) == len(seen)


def test_a_digest_ignores_times_and_generated_files(tmp_path: Path) -> None:
    """Running the code and checking its types leave the digest as it is."""
    tree = a_tree(tmp_path)
    before = digest([tree, tree / "a.py"])
    (tree / "a.py").write_text("a = 1")
    for made in ("__pycache__/a.pyc", ".mypy_cache/x", "project.egg-info/PKG-INFO"):
        (tree / made).parent.mkdir()
        (tree / made).write_text("made")
    assert digest([tree, tree / "a.py"]) == before
