"""Listing, showing, redriving and discarding dead letters over the operations API."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from typer.testing import CliRunner, Result

from aero.cli import dlq
from aero.cli.dlq import _table
from aero.operate.letters.letter import Letter
from aero.operate.letters.letter_content import beginning, body, whole
from support.aero.fake_office import FakeOffice, a_letter, fake_office


def letter_of(content: bytes = b"", **fields: Any) -> Letter:
    """Make a letter with its content."""
    encoded = {"contenido_base64": base64.b64encode(content).decode()}
    return Letter.of(a_letter(content=content, **fields)).with_more(encoded)


def test_a_reason_is_shown_without_markup_and_control_characters() -> None:
    """It comes from a function or a message, so neither rich nor the terminal may interpret it."""
    out = io.StringIO()
    letter = letter_of(motivo="[/red] no \x1b[bold]such[/] thing")
    Console(file=out, width=200).print(_table([letter]))
    assert "3   2026-01-15 10:30:00  m        50        [/red] no \\x1b[bold]such[/] thing" in out.getvalue()


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        (b'{"a":"\xc3\xb1"}', '{\n  "a": "ñ"\n}'),
        ("ñ {".encode(), "ñ {"),
        (b"a\x1b[2Jb\nc", "a\\x1b[2Jb\nc"),
        (b"\xff\x00", "b'\\xff\\x00'"),
    ],
)
def test_content_is_shown_in_readable_form(content: bytes, shown: str) -> None:
    """JSON is indented, text has its control characters escaped, and other bytes are in Python's notation."""
    assert body(letter_of(content)) == shown


def test_a_terminal_sees_the_beginning_of_a_long_letter() -> None:
    """It shows the first 2,000 characters and the size in bytes; a short letter is shown completely."""
    shown, note = beginning(letter_of(b"ab" * 50_000)).split("\n\n")
    assert shown == "ab" * 1_000
    assert "2,000 characters" in note
    assert "100,000 bytes" in note
    assert beginning(letter_of(b"a" * 2_000)) == "a" * 2_000


def test_a_letter_is_complete_for_scripts() -> None:
    """As in CloudEvents' JSON format, text is in `data` and other bytes are in `data_base64`."""
    text, no_text = '{"a":1,"a":"ñ\x1b"}', b"\xff\x00"
    assert whole(letter_of(text.encode()))["data"] == text
    assert base64.b64decode(whole(letter_of(no_text))["data_base64"]) == no_text
    assert "data" not in whole(letter_of(no_text))


@pytest.fixture
def office(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[FakeOffice]:
    """Three letters, two of them of the mapping a, for the command line with a platform folder of its own."""
    contents = [("a", b"one"), ("b", b"two, which comes in parts"), ("a", b"\xff")]
    letters = [a_letter(str(n), content, mapeo=mapping) for n, (mapping, content) in enumerate(contents, start=1)]
    with fake_office(letters) as office:
        monkeypatch.setenv("AERO_API_URL", office.url)
        monkeypatch.setenv("AERO_HOME", str(tmp_path))
        yield office


def run(*arguments: str, answer: str | None = None) -> Result:
    """Run `aero dlq`."""
    return CliRunner().invoke(dlq.app, list(arguments), input=answer)


def kept(folder: Path) -> list[dict[str, Any]]:
    """Return the letters in the files of discarded letters."""
    return [json.loads(line) for file in folder.glob("logs/discarded-*") for line in file.read_text().splitlines()]


@pytest.mark.usefixtures("office")
def test_letters_are_listed_in_pages() -> None:
    """A longer list than the limit says so; the JSON has a line for each letter, with stable names."""
    documents = [json.loads(line) for line in run("list", "--json", "--mapping", "a").stdout.splitlines()]
    assert [document["id"] for document in documents] == ["1", "3"]
    assert documents[0] == {
        "id": "1", "time": "2026-01-15T10:30:00.100000+00:00", "mapping": "a", "function": "f",
        "topic": "payments.evt.pending", "subscription": "s", "message_id": "(7,3,-1,-1)", "receive_count": "50",
        "reason": "no", "key": "", "properties": {}, "size": 3,
    }  # fmt: skip
    limited = run("list", "--limit", "1")
    assert "Only the first 1 are listed" in limited.stderr
    assert "There are no dead letters.\n" in run("list", "--mapping", "c").stdout
    assert "payments.DLQ" in run("list", "--topic", "x.DLQ").stderr


@pytest.mark.parametrize("command", [["list"], ["list", "--json"], ["redrive", "--all"], ["discard", "--all", "--yes"]])
def test_a_misspelled_mapping_is_named(office: FakeOffice, command: list[str]) -> None:
    """The deployed ones are listed; a mapping that is no longer deployed is known while it has letters."""
    done = run(*command, "--mapping", "A")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "There is no mapping 'A'. They are a, c." in " ".join(done.stderr.split())
    assert len(office.waiting) == 3
    assert run(*command, "--mapping", "b").exit_code == 0


def test_a_property_is_shown_by_its_own_name(office: FakeOffice) -> None:
    """Only the names of our own fields are written with spaces."""
    office.waiting["1"]["propiedades"] = {"__proto__": "x"}
    shown = run("show", "1").stdout
    assert "property __proto__" in shown
    assert "receive count" in shown


@pytest.mark.usefixtures("office")
def test_a_content_in_parts_is_shown_as_a_whole() -> None:
    """The raw form has the bytes alone."""
    assert run("show", "2", "--raw").stdout == "two, which comes in parts"
    assert json.loads(run("show", "3", "--json").stdout)["data_base64"] == base64.b64encode(b"\xff").decode()
    missing = run("show", "payments.DLQ:7:9")
    assert missing.exit_code == 1
    assert "There is no dead letter 'payments.DLQ:7:9'." in missing.stderr


def test_redriven_letters_are_counted_by_topic(office: FakeOffice) -> None:
    """The known ids are redriven before an unknown one is named; a letter is redriven once."""
    done = run("redrive", "1", "99", "1", "x")
    assert (done.exit_code, office.sent) == (1, ["1"])
    assert done.stdout == "1 letter sent back to payments.evt.pending.\n"
    assert "There is no dead letter '99', 'x'." in done.stderr
    again = run("redrive", "1")
    assert (again.exit_code, office.sent) == (1, ["1"])
    assert "La carta ya no espera." in again.stderr


def test_a_redrive_of_all_sends_what_can_be_sent(office: FakeOffice) -> None:
    """A letter that cannot be redriven stays, and its reason is printed."""
    office.waiting["1"]["impedimento"] = "Es demasiado antigua."
    done = run("redrive", "--all", "--mapping", "a")
    assert (done.exit_code, office.sent) == (1, ["3"])
    assert done.stdout == "1 letter sent back to payments.evt.pending.\n"
    assert "1: Es demasiado antigua." in done.stderr
    assert list(office.waiting) == ["1", "2"]
    assert run("redrive", "--all", "--mapping", "c").stdout == "There are no such dead letters.\n"


@pytest.mark.parametrize(
    ("selection", "discarded"),
    [
        (["2"], ["2"]),
        (["3", "1"], ["3", "1"]),
        (["--all"], ["1", "2", "3"]),
        (["--all", "--mapping", "a"], ["1", "3"]),
        (["--all", "--mapping", "c"], []),
    ],
)
def test_discarded_letters_are_removed_and_kept_in_a_file(
    office: FakeOffice, tmp_path: Path, selection: list[str], discarded: list[str]
) -> None:
    """The file has their complete content, and its name is printed. Other letters stay."""
    contents = {letter_id: letter["bytes"] for letter_id, letter in office.waiting.items()}
    done = run("discard", *selection, "--yes")
    assert done.exit_code == 0
    assert office.discarded == discarded
    assert [letter["id"] for letter in kept(tmp_path)] == discarded
    for letter in kept(tmp_path):
        data = letter.get("data", "").encode() or base64.b64decode(letter["data_base64"])
        assert data == contents[letter["id"]]
    if discarded:
        [file] = tmp_path.glob("logs/*")
        assert str(file) in done.output
        letters = "1 letter" if len(discarded) == 1 else f"{len(discarded)} letters"
        assert f"{letters} of payments.DLQ discarded." in done.output
    else:
        assert done.output == "There are no such dead letters.\n"


def test_an_unknown_letter_is_named(office: FakeOffice, tmp_path: Path) -> None:
    """The known letters are discarded first."""
    done = run("discard", "2", "99", "--yes")
    assert done.exit_code == 1
    assert "There is no dead letter '99'." in done.stderr
    assert list(office.waiting) == ["1", "3"]
    assert [letter["id"] for letter in kept(tmp_path)] == ["2"]


@pytest.mark.parametrize("selection", [[], ["--all", "x"], ["x", "--topic", "payments.DLQ"], ["--mapping", "a"]])
@pytest.mark.parametrize("command", [["discard", "--yes"], ["redrive"]])
def test_an_ambiguous_selection_is_a_usage_error(office: FakeOffice, command: list[str], selection: list[str]) -> None:
    """Nothing is chosen by mistake."""
    assert run(*command, *selection).exit_code == 2
    assert len(office.waiting) == 3


def test_without_a_terminal_a_discard_needs_its_option(office: FakeOffice) -> None:
    """An answer on standard input does not count."""
    done = run("discard", "--all", answer="y\n")
    assert done.exit_code == 2
    assert "--yes" in done.output
    assert len(office.waiting) == 3


@pytest.mark.parametrize(("answer", "exit_code", "left"), [("y", 0, 0), ("n", 1, 3), ("", 1, 3)])
def test_on_a_terminal_a_discard_is_confirmed(
    office: FakeOffice, monkeypatch: pytest.MonkeyPatch, answer: str, exit_code: int, left: int
) -> None:
    """The question has the number of letters, and an empty answer means no."""
    monkeypatch.setattr(dlq, "_is_interactive", lambda: True)
    done = run("discard", "--all", answer=f"{answer}\n")
    assert "3 dead letters" in done.output
    assert (done.exit_code, len(office.waiting)) == (exit_code, left)


def test_a_letter_that_cannot_be_stored_is_not_discarded(office: FakeOffice, tmp_path: Path) -> None:
    """A full disk is an example."""
    (tmp_path / "logs").write_text("no folder")
    done = run("discard", "--all", "--yes")
    assert done.exit_code == 1
    assert "1 cannot be kept" in done.stderr
    assert len(office.waiting) == 3
