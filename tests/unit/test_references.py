"""What Markdown, comments and docstrings name, exists: files, folders, make targets, commands, options and links."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from support.references.names import false_names
from support.references.passages import anchors
from support.references.project import Project

PROJECT: Final = Project(Path(__file__).parents[2])
HERE: Final = Path(__file__).relative_to(PROJECT.root).as_posix()
README_BYTES: Final = 7_000
HISTORY: Final = {"CHANGELOG.md"}  # names what was there once
FALSE: Final = (
    ("a.md", "See functions/pagos/dominio/pago_viejo.py.", "there is no functions/pagos/dominio/pago_viejo.py"),
    ("a.md", "The rooms `infra/{aero,nowhere}/`.", "there is no infra/nowhere/"),
    ("a.md", "One page for each: `docs/recipes/*.md`.", "there is no docs/recipes/*.md"),
    ("a.md", "The rule is in `no_such_rule.py`.", "there is no file no_such_rule.py"),
    ("a.md", "| `nowhere/` | A room |", "there is no folder nowhere/"),
    ("a.md", "`make deploy-aws` does it.", "there is no make deploy-aws"),
    ("a.md", "```\nmake everything\n```", "there is no make everything"),
    ("a.md", '`make up ARGS="--detatch"`', "aero up has no option --detatch"),
    ("a.md", "Then `aero undo`.", "there is no aero undo"),
    ("a.md", "Then `aero dlq retry ID`.", "there is no aero dlq retry"),
    ("a.md", "`aero dlq list --topics x`", "aero dlq list has no option --topics"),
    ("a.md", "| `--no-such-option` | Nothing |", "no command has --no-such-option"),
    ("a.md", "Set AERO_FOLDER.", "aero reads no AERO_FOLDER"),
    ("a.md", "As DESIGN has it.", "there is no document DESIGN"),
    ("a.md", "[a page](docs/none.md)", "the link docs/none.md leads nowhere"),
    ("docs/a.md", "[the README](README.md#nothing)", "docs/README.md has no heading #nothing"),
    ("docs/a.md", "# One\n\n[two](#two)", "docs/a.md has no heading #two"),
    ("a.py", '"""The fields are those of DESIGN\'s contract."""', "there is no document DESIGN"),
    ("a.py", "def f():\n    '''Run by `make nothing`.'''", "there is no make nothing"),
    ("a.py", "x = 1  # one LICENSE for all", "there is no document LICENSE"),
    ("a.py", "x = 1  # as infra/none.py does", "there is no infra/none.py"),
    ("infra/aero/a.py", "raise Error('Call `aero nothing`.')", "there is no aero nothing"),
    ("infra/aero/a.py", "raise Error(cure='See aero status, and aero nothing.')", "there is no aero nothing"),
    ("a.toml", 'x = 1 # "`aero nothing`" shows it', "there is no aero nothing"),
    ("Makefile", "# `make nothing` calls this", "there is no make nothing"),
)
TRUE: Final = (
    ("a.md", "We make sure, make do and make up for it; aero is a word, and so are `make` and `aero`."),
    ("a.md", "100 events/s, and/or tests/functions of events."),
    (
        "a.md",
        "`aero`, `make up ARGS=--watch`, `aero dlq redrive ID…`, `--all`, `aero scenario 3`, `aero COMMAND --help`",
    ),
    ("a.md", "`infra/aero/{cli,run}/`, `layers/*/Makefile`, `functions/<context>/README.md`, `tests/benchmarks/…`"),
    ("a.md", "`guard.py`, `event_store.py`, topics.toml, `mapping/` and https://example.com/docs/nothing.py"),
    (
        "docs/a.md",
        "# Two Words, `and` more\n\n[here](#two-words-and-more), [there](../README.md#what-happened), [out](https://x.example#y)",
    ),
    (
        "a.py",
        "x = functions / 2  # of functions that infra/aero runs\nFACTS = LICENSE = 1\ny = 'make nothing, aero nothing'",
    ),
)


@pytest.mark.parametrize("room", sorted({Path(file).parts[0] for file in PROJECT.files}))
def test_what_a_text_names_exists(room: str) -> None:
    """In each file and folder of the project."""
    problems: list[str] = []
    for name in sorted(PROJECT.files - HISTORY - {HERE}):
        if Path(name).parts[0] == room:
            text = (PROJECT.root / name).read_text(encoding="utf-8", errors="replace")
            problems += false_names(name, text, PROJECT.with_what_it_creates(name, text))
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize(("name", "text", "problem"), FALSE)
def test_a_name_of_nothing_is_found(name: str, text: str, problem: str) -> None:
    """Each kind of name, in each kind of text."""
    assert [found.partition(": ")[2] for found in false_names(name, text, PROJECT)] == [problem]


@pytest.mark.parametrize(("name", "text"), TRUE)
def test_names_of_something_and_ordinary_words_pass(name: str, text: str) -> None:
    """Also names with wildcards, placeholders and options."""
    assert not [*false_names(name, text, PROJECT)]


def test_anchors_are_those_of_github() -> None:
    """In lower case, without punctuation, numbered where a heading is there twice."""
    assert anchors("# What `a` is, and isn't\n## Two\n## Two\n") == {"what-a-is-and-isnt", "two", "two-1"}


def test_the_readme_is_read_in_three_minutes() -> None:
    """A manual belongs in docs/."""
    assert len((PROJECT.root / "README.md").read_bytes()) <= README_BYTES


def test_a_how_to_may_name_what_its_reader_creates() -> None:
    """And nothing else that is not there."""
    text = "Create `functions/nuevo/uno.py`. It stands beside `functions/nuevo/dos.py`."
    for name, missing in (("docs/how-to/a.md", ["dos"]), ("docs/a.md", ["uno", "dos"])):
        found = [
            problem.partition(": ")[2] for problem in false_names(name, text, PROJECT.with_what_it_creates(name, text))
        ]
        assert found == [f"there is no functions/nuevo/{file}.py" for file in missing]
