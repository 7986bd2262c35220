"""How dead letters are shown, and discarded."""

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
    """The third entry of the seventh ledger of payments.DLQ."""
    properties = {f"dlq-{name.replace('_', '-')}": value for name, value in story.items()}
    return Letter.of(FakeMessage(content, 0, "payments.DLQ", properties, FakeMessageId(3)))


def test_a_reason_is_shown_as_it_is() -> None:
    """It comes from a function or a message: what looks like markup is none, and a terminal obeys nothing."""
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
def test_bytes_are_shown_as_well_as_can_be(content: bytes, shown: str) -> None:
    """JSON laid out, text without what a terminal would obey, everything else so that nothing is hidden."""
    assert body(a_letter(content)) == shown


def test_a_terminal_sees_the_beginning_of_a_long_letter() -> None:
    """Its first 2,000 characters, and of how many bytes; a short one is whole."""
    shown, told = beginning(a_letter(b"ab" * 50_000)).split("\n\n")
    assert shown == "ab" * 1_000
    assert "2,000 characters" in told
    assert "100,000 bytes" in told
    assert beginning(a_letter(b"a" * 2_000)) == "a" * 2_000


def test_a_letter_is_whole_for_scripts() -> None:
    """Text as it is, bytes that are none in base64: so CloudEvents' JSON format has `data` and `data_base64`."""
    text, no_text = '{"a":1,"a":"ñ\x1b"}', b"\xff\x00"
    assert whole(a_letter(text.encode()))["data"] == text
    assert base64.b64decode(whole(a_letter(no_text))["data_base64"]) == no_text
    assert "data" not in whole(a_letter(no_text))


class Post:
    """A subscription of three letters, which stay until they are acknowledged; a client, as far as it is needed."""

    def __init__(self) -> None:
        """Two are of the mapping a."""
        self.waiting = [
            FakeMessage(content, 0, "payments.DLQ", {"dlq-mapping": mapping}, FakeMessageId(entry))
            for entry, (mapping, content) in enumerate([("a", b"one"), ("b", b"two"), ("a", b"\xff")])
        ]

    def subscribe(self, topic: str, *_: Any, **_options: Any) -> Post:
        """Another look at what waits."""
        assert topic.endswith("/payments.DLQ")
        self._consumer = FakeConsumer(deque(self.waiting))
        return self

    def receive(self, timeout: int) -> FakeMessage:
        """The next."""
        return self._consumer.receive(timeout)

    def acknowledge(self, message: FakeMessage) -> None:
        """It is gone."""
        self.waiting.remove(message)

    def close(self) -> None:
        """Nothing is held."""


@pytest.fixture
def post(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Post:
    """Which the command line looks after, for a platform of its own."""
    made = Post()

    @contextmanager
    def office(_: str = "") -> Iterator[DeadLetterOffice]:
        yield DeadLetterOffice(cast("pulsar.Client", made), ["payments.DLQ"], {})

    monkeypatch.setattr(dlq, "_office", office)
    monkeypatch.setenv("AERO_HOME", str(tmp_path))
    return made


def kept(folder: Path) -> list[dict[str, Any]]:
    """What the files of discarded letters have."""
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
def test_what_is_discarded_is_gone_and_kept_in_a_file(
    post: Post, tmp_path: Path, selection: list[str], discarded: list[int]
) -> None:
    """The others stay. The file has them as they were, and its name is told."""
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


def test_a_letter_that_is_not_there_is_named(post: Post, tmp_path: Path) -> None:
    """After the others are discarded."""
    done = CliRunner().invoke(dlq.app, ["discard", "payments.DLQ:7:1", "payments.DLQ:9:9", "--yes"])
    assert isinstance(done.exception, AeroError)
    assert done.exception.message == "There is no dead letter 'payments.DLQ:9:9'."
    assert len(post.waiting) == 2
    assert [letter["id"] for letter in kept(tmp_path)] == ["payments.DLQ:7:1"]


@pytest.mark.parametrize("selection", [[], ["--all", "x"], ["x", "--topic", "payments.DLQ"], ["--mapping", "a"]])
def test_it_must_be_clear_which_are_discarded(post: Post, selection: list[str]) -> None:
    """As for a redrive."""
    assert CliRunner().invoke(dlq.app, ["discard", *selection, "--yes"]).exit_code == 2
    assert len(post.waiting) == 3


def test_without_a_terminal_it_must_be_confirmed_beforehand(post: Post) -> None:
    """Whatever standard input says."""
    done = CliRunner().invoke(dlq.app, ["discard", "--all"], input="y\n")
    assert done.exit_code == 2
    assert "--yes" in done.output
    assert len(post.waiting) == 3


@pytest.mark.parametrize(("answer", "exit_code", "left"), [("y", 0, 0), ("n", 1, 3), ("", 1, 3)])
def test_on_a_terminal_it_is_asked(
    post: Post, monkeypatch: pytest.MonkeyPatch, answer: str, exit_code: int, left: int
) -> None:
    """With how many there are; no is the answer of who gives none."""
    monkeypatch.setattr(dlq, "_somebody_can_be_asked", lambda: True)
    done = CliRunner().invoke(dlq.app, ["discard", "--all"], input=f"{answer}\n")
    assert "3 dead letters" in done.output
    assert (done.exit_code, len(post.waiting)) == (exit_code, left)


def test_what_cannot_be_kept_is_not_discarded(post: Post, tmp_path: Path) -> None:
    """As on a full disk."""
    (tmp_path / "logs").write_text("no folder")
    done = CliRunner().invoke(dlq.app, ["discard", "--all", "--yes"])
    assert isinstance(done.exception, AeroError)
    assert "payments.DLQ:7:0 cannot be kept" in done.exception.message
    assert len(post.waiting) == 3
