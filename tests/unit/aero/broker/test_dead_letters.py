"""Showing and discarding dead letters."""

from __future__ import annotations

import base64
import io
import json
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest
from rich.console import Console
from typer.testing import CliRunner

from aero.broker.dead_letters import DeadLetterOffice, Letter
from aero.broker.letter_content import beginning, body, whole
from aero.cli import dlq
from aero.cli.dlq import _table
from aero.platform.errors import AeroError
from support.pulsar_connector.fake_pulsar import FakeConsumer, FakeMessage, FakeMessageId

if TYPE_CHECKING:
    import pulsar


def a_letter(content: bytes = b"", **story: str) -> Letter:
    """Make the letter of entry 3 in ledger 7 of payments.DLQ."""
    properties = {f"dlq-{name.replace('_', '-')}": value for name, value in story.items()}
    return Letter.of(FakeMessage(content, 0, "payments.DLQ", properties, FakeMessageId(3)))


def test_a_reason_is_shown_without_markup_and_control_characters() -> None:
    """It comes from a function or a message, so neither rich nor the terminal may interpret it."""
    out = io.StringIO()
    letter = a_letter(reason="[/red] no \x1b[bold]such[/] thing", mapping="m", time="2026-01-15T10:30:00.1+00:00")
    Console(file=out, width=200).print(_table([letter]))
    assert "payments.DLQ:7:3  2026-01-15 10:30:00  m" in out.getvalue()
    assert "[/red] no \\x1b[bold]such[/] thing" in out.getvalue()


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
    assert body(a_letter(content)) == shown


def test_a_terminal_sees_the_beginning_of_a_long_letter() -> None:
    """It shows the first 2,000 characters and the size in bytes; a short letter is shown completely."""
    shown, note = beginning(a_letter(b"ab" * 50_000)).split("\n\n")
    assert shown == "ab" * 1_000
    assert "2,000 characters" in note
    assert "100,000 bytes" in note
    assert beginning(a_letter(b"a" * 2_000)) == "a" * 2_000


def test_a_letter_is_complete_for_scripts() -> None:
    """As in CloudEvents' JSON format, text is in `data` and other bytes are in `data_base64`."""
    text, no_text = '{"a":1,"a":"ñ\x1b"}', b"\xff\x00"
    assert whole(a_letter(text.encode()))["data"] == text
    assert base64.b64decode(whole(a_letter(no_text))["data_base64"]) == no_text
    assert "data" not in whole(a_letter(no_text))


class Post:
    """A fake client and subscription with three letters, which stay until they are acknowledged."""

    def __init__(self) -> None:
        """Two of the letters belong to the mapping a."""
        self.waiting = [
            FakeMessage(content, 0, "payments.DLQ", {"dlq-mapping": mapping}, FakeMessageId(entry))
            for entry, (mapping, content) in enumerate([("a", b"one"), ("b", b"two"), ("a", b"\xff")])
        ]

    def subscribe(self, topic: str, *_: Any, **_options: Any) -> Post:
        """Start to read the waiting letters from the beginning."""
        assert topic.endswith("/payments.DLQ")
        self._consumer = FakeConsumer(deque(self.waiting))
        return self

    def receive(self, timeout: int) -> FakeMessage:
        """Return the next letter."""
        return self._consumer.receive(timeout)

    def acknowledge(self, message: FakeMessage) -> None:
        """Remove the letter."""
        self.waiting.remove(message)

    def close(self) -> None:
        """Do nothing: there is nothing to close."""


@pytest.fixture
def post(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Post:
    """Let the command line read these letters, with a platform folder of its own."""
    made = Post()

    @contextmanager
    def office(_: str = "") -> Iterator[DeadLetterOffice]:
        yield DeadLetterOffice(cast("pulsar.Client", made), ["payments.DLQ"], {})

    monkeypatch.setattr(dlq, "_office", office)
    monkeypatch.setenv("AERO_HOME", str(tmp_path))
    return made


def kept(folder: Path) -> list[dict[str, Any]]:
    """Return the letters in the files of discarded letters."""
    return [json.loads(line) for file in folder.glob("logs/discarded-*") for line in file.read_text().splitlines()]


@pytest.mark.parametrize(
    ("selection", "discarded"),
    [
        (["payments.DLQ:7:1"], [1]),
        (["payments.DLQ:7:2", "payments.DLQ:7:0"], [0, 2]),
        (["--all"], [0, 1, 2]),
        (["--all", "--mapping", "a"], [0, 2]),
        (["--all", "--mapping", "c"], []),
    ],
)
def test_discarded_letters_are_removed_and_kept_in_a_file(
    post: Post, tmp_path: Path, selection: list[str], discarded: list[int]
) -> None:
    """The file has their complete content, and its name is printed. Other letters stay."""
    all_of_them = post.waiting.copy()
    done = CliRunner().invoke(dlq.app, ["discard", *selection, "--yes"])
    assert done.exit_code == 0
    assert post.waiting == [message for entry, message in enumerate(all_of_them) if entry not in discarded]
    assert kept(tmp_path) == [whole(Letter.of(cast("pulsar.Message", all_of_them[entry]))) for entry in discarded]
    if discarded:
        [file] = tmp_path.glob("logs/*")
        assert str(file) in done.output
        letters = "1 letter" if len(discarded) == 1 else f"{len(discarded)} letters"
        assert f"{letters} of payments.DLQ discarded." in done.output
    else:
        assert done.output == "There are no such dead letters.\n"


def test_an_unknown_letter_is_named(post: Post, tmp_path: Path) -> None:
    """The known letters are discarded first."""
    done = CliRunner().invoke(dlq.app, ["discard", "payments.DLQ:7:1", "payments.DLQ:9:9", "--yes"])
    assert isinstance(done.exception, AeroError)
    assert done.exception.message == "There is no dead letter 'payments.DLQ:9:9'."
    assert len(post.waiting) == 2
    assert [letter["id"] for letter in kept(tmp_path)] == ["payments.DLQ:7:1"]


@pytest.mark.parametrize("selection", [[], ["--all", "x"], ["x", "--topic", "payments.DLQ"], ["--mapping", "a"]])
def test_an_ambiguous_selection_is_a_usage_error(post: Post, selection: list[str]) -> None:
    """The same selections are refused for a redrive."""
    assert CliRunner().invoke(dlq.app, ["discard", *selection, "--yes"]).exit_code == 2
    assert len(post.waiting) == 3


def test_without_a_terminal_a_discard_needs_its_option(post: Post) -> None:
    """An answer on standard input does not count."""
    done = CliRunner().invoke(dlq.app, ["discard", "--all"], input="y\n")
    assert done.exit_code == 2
    assert "--yes" in done.output
    assert len(post.waiting) == 3


@pytest.mark.parametrize(("answer", "exit_code", "left"), [("y", 0, 0), ("n", 1, 3), ("", 1, 3)])
def test_on_a_terminal_a_discard_is_confirmed(
    post: Post, monkeypatch: pytest.MonkeyPatch, answer: str, exit_code: int, left: int
) -> None:
    """The question has the number of letters, and an empty answer means no."""
    monkeypatch.setattr(dlq, "_is_interactive", lambda: True)
    done = CliRunner().invoke(dlq.app, ["discard", "--all"], input=f"{answer}\n")
    assert "3 dead letters" in done.output
    assert (done.exit_code, len(post.waiting)) == (exit_code, left)


def test_a_letter_that_cannot_be_stored_is_not_discarded(post: Post, tmp_path: Path) -> None:
    """A full disk is an example."""
    (tmp_path / "logs").write_text("no folder")
    done = CliRunner().invoke(dlq.app, ["discard", "--all", "--yes"])
    assert isinstance(done.exception, AeroError)
    assert "payments.DLQ:7:0 cannot be kept" in done.exception.message
    assert len(post.waiting) == 3
