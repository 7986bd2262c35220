"""The command line of `aero dlq`."""

# ruff: noqa: PLC0415 - as in app.py

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from aero.cli.failures import failures_explained
from aero.platform.paths import Paths
from aero.process.running import running, running_emulator

if TYPE_CHECKING:
    from rich.table import Table

    from aero.broker.dead_letters import DeadLetterOffice, Letter

app = typer.Typer(no_args_is_help=True, help="Dead letters: messages that a consumer could not process.")

OnTopic = Annotated[str, typer.Option("--topic", metavar="TOPIC", help="Only letters of this dead letter topic.")]
OfMapping = Annotated[str, typer.Option("--mapping", metavar="NAME", help="Only letters of this mapping.")]

Ids = Annotated[list[str] | None, typer.Argument(metavar="[ID]…", help="As `list` shows them.")]
Every = Annotated[bool, typer.Option("--all", help="All letters, or all of a topic or mapping.")]


@app.command("list")
def list_letters(
    *,
    topic: OnTopic = "",
    mapping: OfMapping = "",
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="The most letters to list.")] = 100,
    json: Annotated[bool, typer.Option("--json", help="For scripts, a line for each letter.")] = False,
) -> None:
    """List dead letters, oldest first; they stay on their topics."""
    with _office(topic) as office:
        import json as json_module
        from itertools import islice

        from aero.platform.terminal import console
        from aero.platform.terminal.tables import print_table

        letters = (letter for letter in office.letters() if mapping in ("", letter.story("mapping")))
        found = list(islice(letters, limit + 1))
        if json:
            for letter in found[:limit]:
                typer.echo(json_module.dumps(letter.to_dict()))
        elif found:
            print_table(_table(found[:limit]), console.out)
        else:
            console.out.print("There are no dead letters.")
        if len(found) > limit:
            console.err.print(f"Only the first {limit} are listed: see --limit.")


@app.command()
def show(
    letter: Annotated[str, typer.Argument(metavar="ID", help="As `list` shows it.")],
    *,
    raw: Annotated[bool, typer.Option("--raw", help="Only the original bytes.")] = False,
    json: Annotated[
        bool, typer.Option("--json", help="For scripts: the whole letter; bytes that are not text in base64.")
    ] = False,
) -> None:
    """Show one dead letter: its reason, topic, receives and content; a terminal shows the beginning of a long one."""
    if raw and json:
        raise typer.BadParameter("Give --raw or --json.")
    with _office() as office:
        import json as json_module

        from aero.broker.letter_content import beginning, body, whole
        from aero.platform.terminal import console
        from aero.platform.terminal.console import printable

        found = office.find(letter)
        if raw:
            sys.stdout.buffer.write(found.message.data())
            return
        if json:
            typer.echo(json_module.dumps(whole(found), indent=2))
            return
        values = found.to_dict()
        values |= {f"property {name}": value for name, value in values.pop("properties").items()}
        width = max(len(name) for name in values)
        for name, value in values.items():
            line = printable(f"{name.replace('_', ' '):<{width}}  {value}")
            console.out.print(line, markup=False, soft_wrap=True)
        text = beginning(found) if console.out.is_terminal else body(found)
        console.out.print(f"\n{text}", markup=False, soft_wrap=True)


@app.command()
def redrive(
    letters: Ids = None,
    *,
    every: Every = False,
    topic: OnTopic = "",
    mapping: OfMapping = "",
) -> None:
    """Send dead letters back to their topics, only for the mapping that failed; their receive count starts anew."""
    _require_choice(letters, every=every, narrowed=bool(topic or mapping))
    with _office(topic) as office:
        from aero.platform.terminal import console

        topics: list[str] = []
        try:
            if letters:
                office.redrive_these(letters, lambda letter: topics.append(letter.story("topic")))
            else:
                office.redrive(
                    lambda letter: mapping in ("", letter.story("mapping")),
                    lambda letter: topics.append(letter.story("topic")),
                )
        finally:
            for name in sorted(set(topics)):
                number = console.counted(topics.count(name), "letter", "letters")
                console.out.print(f"{number} sent back to {name}.", markup=False)
        if not topics:
            console.out.print("There are no such dead letters.")


@app.command()
def discard(
    letters: Ids = None,
    *,
    every: Every = False,
    topic: OnTopic = "",
    mapping: OfMapping = "",
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask; required without a terminal.")] = False,
) -> None:
    """Remove dead letters for good. Each removed letter is kept, whole, in a file beside the logs."""
    _require_choice(letters, every=every, narrowed=bool(topic or mapping))
    if not yes and not _is_interactive():
        raise typer.BadParameter("There is no terminal to ask on: confirm with --yes.")
    with _office(topic) as office:
        from aero.broker.discarded_letters import DiscardedLetters
        from aero.platform.terminal import console

        ids = letters or [letter.id for letter in office.letters() if mapping in ("", letter.story("mapping"))]
        if not ids:
            console.out.print("There are no such dead letters.")
            return
        if not yes:
            number = console.counted(len(set(ids)), "dead letter", "dead letters")
            typer.confirm(f"Discard {number} for good?", abort=True)
        discarded = DiscardedLetters(Paths.from_env().logs)
        try:
            office.discard_these(ids, discarded.keep)
        finally:
            for line in discarded.summary():
                console.out.print(line, markup=False, soft_wrap=True)


def _is_interactive() -> bool:
    return sys.stdin.isatty()


def _require_choice(letters: list[str] | None, *, every: bool, narrowed: bool) -> None:
    if bool(letters) == every or (letters and narrowed):
        raise typer.BadParameter("Give the ids of letters, or --all, with --topic or --mapping to narrow it.")


@contextmanager
def _office(topic: str = "") -> Iterator[DeadLetterOffice]:
    paths = Paths.from_env()
    with failures_explained(paths):
        record = running(paths)  # fails before the slow imports
        from aero.broker.client import running_broker
        from aero.broker.dead_letters import DeadLetterOffice, deployed_mappings
        from aero.broker.status import broker_status
        from aero.platform.errors import AeroError
        from aero.platform.naming import MAPPINGS_PATH

        with running_broker(paths) as client:
            mappings = deployed_mappings(running_emulator(paths), MAPPINGS_PATH)
            topics = sorted({mapping.dlq_topic for mapping in mappings.values() if mapping.dlq_topic})
            if topic and topic not in topics:
                raise AeroError(f"{topic} is not a mapping's dead letter topic.", cure=f"They are {', '.join(topics)}.")
            chosen = [topic] if topic else topics
            known = broker_status(record)
            if not known.note:  # reading a topic without letters would leave a subscription on it
                chosen = [name for name in chosen if known.dead_letters.get(name)]
            yield DeadLetterOffice(client, chosen, mappings)


def _table(letters: list[Letter]) -> Table:
    from rich.table import Column, Table
    from rich.text import Text

    from aero.platform.terminal.console import printable

    columns = [Column(name, no_wrap=True) for name in ("Id", "Time (UTC)", "Mapping", "Receives")]
    table = Table(*columns, "Reason", box=None, header_style="bold")
    for letter in letters:
        time = letter.story("time")[:19].replace("T", " ")
        told = (letter.id, time, *(letter.story(name) for name in ("mapping", "receive-count", "reason")))
        table.add_row(*(Text(printable(text)) for text in told))  # Text, since brackets in a reason are not Rich markup
    return table
